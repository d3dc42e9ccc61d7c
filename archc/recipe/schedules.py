"""The schedules of ``torch.optim.lr_scheduler`` whose settings are plain data, by name.

A name is the class's, without ``LR``. `last_epoch` is left out: archc resumes by itself. So are
`mode` of ``ReduceLROnPlateau``, which watches the test split's loss, `scale_fn`, which is a
function, and `epochs` and `steps_per_epoch`, which say `total_steps` in another way.

Source: https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate
"""

from collections.abc import Callable
from dataclasses import dataclass

from archc.language.calls import Entry
from archc.ops.base.kinds import Kind, OneOf, Real, Whole
from archc.recipe.kinds import (
    BETWEEN,
    COUNT,
    FLAG,
    NOT_NEGATIVE,
    POSITIVE,
    PROBABILITY,
    ListOf,
)

_MOMENTA: dict[str, Kind] = {
    "cycle_momentum": FLAG,
    "base_momentum": NOT_NEGATIVE,
    "max_momentum": NOT_NEGATIVE,
}


@dataclass(frozen=True)
class Schedule(Entry):
    """A schedule.

    Args:
        each_step: it moves after each step of the optimizer, not after each epoch.
        filled: what is filled in where the recipe leaves it out, from the epochs that the
            schedule is for and the steps of one epoch.
    """

    each_step: bool = False
    filled: Callable[[int, int], dict[str, int]] = lambda epochs, steps: {}


SCHEDULES: dict[str, Schedule] = {
    "step": Schedule("StepLR", {"step_size": COUNT, "gamma": POSITIVE}, ("step_size",)),
    "multi_step": Schedule(
        "MultiStepLR",
        {"milestones": ListOf(COUNT, 1, 1000, rising=True), "gamma": POSITIVE},
        ("milestones",),
    ),
    "constant": Schedule("ConstantLR", {"factor": PROBABILITY, "total_iters": COUNT}),
    "linear": Schedule(
        "LinearLR",
        {
            "start_factor": Real("a number above 0 and at most 1", above=0, maximum=1),
            "end_factor": PROBABILITY,
            "total_iters": COUNT,
        },
    ),
    "exponential": Schedule("ExponentialLR", {"gamma": POSITIVE}, ("gamma",)),
    "polynomial": Schedule("PolynomialLR", {"total_iters": COUNT, "power": POSITIVE}),
    "cosine_annealing": Schedule(
        "CosineAnnealingLR",
        {"T_max": COUNT, "eta_min": NOT_NEGATIVE},
        filled=lambda epochs, steps: {"T_max": epochs},
    ),
    "cosine_annealing_warm_restarts": Schedule(
        "CosineAnnealingWarmRestarts",
        {"T_0": COUNT, "T_mult": COUNT, "eta_min": NOT_NEGATIVE},
        ("T_0",),
    ),
    "cyclic": Schedule(
        "CyclicLR",
        {
            "base_lr": NOT_NEGATIVE,
            "max_lr": NOT_NEGATIVE,
            "step_size_up": COUNT,
            "step_size_down": COUNT,
            "mode": OneOf("triangular", "triangular2", "exp_range"),
            "gamma": POSITIVE,
            "scale_mode": OneOf("cycle", "iterations"),
            **_MOMENTA,
        },
        ("base_lr", "max_lr"),
        each_step=True,
    ),
    "one_cycle": Schedule(
        "OneCycleLR",
        {
            "max_lr": POSITIVE,
            "total_steps": COUNT,
            "pct_start": BETWEEN,
            "anneal_strategy": OneOf("cos", "linear"),
            "div_factor": POSITIVE,
            "final_div_factor": POSITIVE,
            "three_phase": FLAG,
            **_MOMENTA,
        },
        ("max_lr",),
        each_step=True,
        filled=lambda epochs, steps: {"total_steps": epochs * steps},
    ),
    "reduce_on_plateau": Schedule(
        "ReduceLROnPlateau",
        {
            "factor": BETWEEN,
            "patience": Whole(0),
            "threshold": NOT_NEGATIVE,
            "threshold_mode": OneOf("rel", "abs"),
            "cooldown": Whole(0),
            "min_lr": NOT_NEGATIVE,
            "eps": NOT_NEGATIVE,
        },
    ),
}
