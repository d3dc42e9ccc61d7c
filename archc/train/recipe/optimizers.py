"""The optimizers of ``torch.optim`` that step once a gradient, by name.

`maximize`, `capturable` and `differentiable` are left out: they are not for training a classifier.

Source: https://pytorch.org/docs/stable/optim.html
"""

from collections.abc import Mapping

from archc.ops.base.kinds import Kind, Value
from archc.train.recipe.calls import Entry
from archc.train.recipe.kinds import (
    FLAG,
    NOT_NEGATIVE,
    NUMBER,
    POSITIVE,
    PROBABILITY,
    ListOf,
    Share,
)

_COMMON: dict[str, Kind] = {"lr": NOT_NEGATIVE, "weight_decay": NOT_NEGATIVE, "foreach": FLAG}
_ADAM: dict[str, Kind] = {**_COMMON, "betas": ListOf(Share(), 2), "eps": NOT_NEGATIVE}


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
    if not isinstance(etas, tuple) or (etas[0] < 1 < etas[1]):  # type: ignore[operator]
        return None
    return "given `etas` of which the first is below 1 and the second above", "otherwise"


OPTIMIZERS: dict[str, Entry] = {
    "adadelta": Entry("Adadelta", {**_COMMON, "rho": PROBABILITY, "eps": NOT_NEGATIVE}),
    "adagrad": Entry(
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
    "adam": Entry(
        "Adam",
        {**_ADAM, "amsgrad": FLAG, "fused": FLAG, "decoupled_weight_decay": FLAG},
        objection=_one_way,
    ),
    "adamax": Entry("Adamax", _ADAM),
    "adamw": Entry("AdamW", {**_ADAM, "amsgrad": FLAG, "fused": FLAG}, objection=_one_way),
    "asgd": Entry("ASGD", {**_COMMON, "lambd": NUMBER, "alpha": NUMBER, "t0": POSITIVE}),
    "nadam": Entry(
        "NAdam", {**_ADAM, "momentum_decay": NOT_NEGATIVE, "decoupled_weight_decay": FLAG}
    ),
    "radam": Entry("RAdam", {**_ADAM, "decoupled_weight_decay": FLAG}),
    "rmsprop": Entry(
        "RMSprop",
        {
            **_COMMON,
            "alpha": NOT_NEGATIVE,
            "eps": NOT_NEGATIVE,
            "momentum": NOT_NEGATIVE,
            "centered": FLAG,
        },
    ),
    "rprop": Entry(
        "Rprop",
        {
            "lr": NOT_NEGATIVE,
            "etas": ListOf(POSITIVE, 2),
            "step_sizes": ListOf(POSITIVE, 2),
            "foreach": FLAG,
        },
        objection=_rprop,
    ),
    "sgd": Entry(
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
