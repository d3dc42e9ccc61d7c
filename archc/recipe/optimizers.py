"""The optimizers of ``torch.optim`` that step once a dense gradient, by name.

`maximize`, `capturable` and `differentiable` are left out: they are not for training a classifier.

Source: https://pytorch.org/docs/stable/optim.html
"""

from collections.abc import Mapping
from dataclasses import dataclass

from archc.language.calls import Entry
from archc.ops.base.kinds import Kind, OneOf, Real, Value, Whole
from archc.recipe.kinds import (
    BELOW_ONE,
    FLAG,
    NOT_NEGATIVE,
    NUMBER,
    POSITIVE,
    PROBABILITY,
    Fraction,
    ListOf,
    Maybe,
)


@dataclass(frozen=True)
class Optimizer(Entry):
    """An optimizer.

    Attributes:
        matrices: it steps weights of two dimensions alone.
        undivided: it cannot step weights that are divided among processes.
    """

    matrices: bool = False
    undivided: bool = False


_COMMON: dict[str, Kind] = {"lr": NOT_NEGATIVE, "weight_decay": NOT_NEGATIVE, "foreach": FLAG}
_ADAM: dict[str, Kind] = {**_COMMON, "betas": ListOf(Fraction(BELOW_ONE), 2), "eps": NOT_NEGATIVE}


def _one_way(settings: Mapping[str, Value]) -> tuple[str, str] | None:
    if settings.get("fused") and settings.get("foreach"):
        return "`fused` or `foreach`", "both"
    return None


def _sgd(settings: Mapping[str, Value]) -> tuple[str, str] | None:
    plain = not settings.get("momentum") or bool(settings.get("dampening"))
    if settings.get("nesterov") and plain:
        return "given `momentum` and no `dampening` where it is `nesterov`", "without"
    return _one_way(settings)


def _rprop(settings: Mapping[str, Value]) -> tuple[str, str] | None:
    etas = settings.get("etas")
    if not isinstance(etas, tuple):
        return None
    shrinks, grows = etas
    if shrinks < 1 < grows:  # type: ignore[operator]  # both are numbers, by their kind
        return None
    return "given `etas` of which the first is below 1 and the second above", "otherwise"


def _adafactor(settings: Mapping[str, Value]) -> tuple[str, str] | None:
    eps = settings.get("eps")
    if isinstance(eps, tuple) and eps[1] is None:
        return "given `eps` of which the second is a number", "`null`"
    return None


OPTIMIZERS: dict[str, Optimizer] = {
    "adafactor": Optimizer(
        "Adafactor",
        {
            **_COMMON,
            "beta2_decay": Real("a number ≤ 0", maximum=0),
            "eps": ListOf(Maybe(NOT_NEGATIVE), 2),
            "d": Real("a number ≥ 1", minimum=1),
        },
        objection=_adafactor,
        undivided=True,
    ),
    "adadelta": Optimizer("Adadelta", {**_COMMON, "rho": PROBABILITY, "eps": NOT_NEGATIVE}),
    "adagrad": Optimizer(
        "Adagrad",
        {
            **_COMMON,
            "lr_decay": NOT_NEGATIVE,
            "initial_accumulator_value": NOT_NEGATIVE,
            "eps": NOT_NEGATIVE,
            "fused": FLAG,
        },
        objection=_one_way,
    ),
    "adam": Optimizer(
        "Adam",
        {**_ADAM, "amsgrad": FLAG, "fused": FLAG, "decoupled_weight_decay": FLAG},
        objection=_one_way,
    ),
    "adamax": Optimizer("Adamax", _ADAM),
    "adamw": Optimizer("AdamW", {**_ADAM, "amsgrad": FLAG, "fused": FLAG}, objection=_one_way),
    "asgd": Optimizer("ASGD", {**_COMMON, "lambd": NUMBER, "alpha": NUMBER, "t0": POSITIVE}),
    "muon": Optimizer(
        "Muon",
        {
            "lr": NOT_NEGATIVE,
            "weight_decay": NOT_NEGATIVE,
            "momentum": NOT_NEGATIVE,
            "nesterov": FLAG,
            "ns_coefficients": ListOf(NUMBER, 3),
            "eps": NOT_NEGATIVE,
            "ns_steps": Whole(1, 99),
            "adjust_lr_fn": OneOf("original", "match_rms_adamw"),
        },
        matrices=True,
    ),
    "nadam": Optimizer(
        "NAdam", {**_ADAM, "momentum_decay": NOT_NEGATIVE, "decoupled_weight_decay": FLAG}
    ),
    "radam": Optimizer("RAdam", {**_ADAM, "decoupled_weight_decay": FLAG}),
    "rmsprop": Optimizer(
        "RMSprop",
        {
            **_COMMON,
            "alpha": NOT_NEGATIVE,
            "eps": NOT_NEGATIVE,
            "momentum": NOT_NEGATIVE,
            "centered": FLAG,
        },
    ),
    "rprop": Optimizer(
        "Rprop",
        {
            "lr": NOT_NEGATIVE,
            "etas": ListOf(POSITIVE, 2),
            "step_sizes": ListOf(POSITIVE, 2),
            "foreach": FLAG,
        },
        objection=_rprop,
        undivided=True,
    ),
    "sgd": Optimizer(
        "SGD",
        {
            **_COMMON,
            "momentum": NOT_NEGATIVE,
            "dampening": NUMBER,
            "nesterov": FLAG,
            "fused": FLAG,
        },
        objection=_sgd,
    ),
}
