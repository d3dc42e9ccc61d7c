"""The schemes of `init:`: those of ``torch.nn.init``, by name.

Source: https://pytorch.org/docs/stable/nn.init.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from archc.diagnostics import Diagnostics
from archc.language.calls import Pair, read_call
from archc.language.respelling import meant
from archc.ops.base.kinds import (
    OneOf,
    Positive,
    Real,
    Unfit,
    UnfitItem,
    Value,
    ValueKind,
    Whole,
)
from archc.problems.limits import Unfillable
from archc.problems.structure import MissingKey, UnknownKey
from archc.problems.values import BadValue
from archc.source import Span
from archc.syntax.tree import Scalar, Sequence, Tree, Unreadable

_NONLINEARITIES = OneOf(
    "linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu", "conv2d", "conv_transpose2d"
)
_POSITIVE: ValueKind = Positive.__metadata__[0]  # type: ignore[attr-defined]
_FRACTION = Real(above=0, below=1)
_KAIMING: dict[str, ValueKind] = {
    "a": Real(),
    "mode": OneOf("fan_in", "fan_out"),
    "nonlinearity": _NONLINEARITIES,
}


@dataclass(frozen=True)
class Scheme:
    """A scheme.

    Args:
        torch_name: its function in ``torch.nn.init``.
        settings: its arguments by torch's names.
        required: those for which torch has no default.
        minimum_rank: how many axes a weight has at least that it can fill.
        maximum_rank: likewise, at most.
    """

    torch_name: str
    settings: Mapping[str, ValueKind] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    minimum_rank: int = 1
    maximum_rank: int = 5


SCHEMES: dict[str, Scheme] = {
    "kaiming_normal": Scheme("kaiming_normal_", _KAIMING, minimum_rank=2),
    "kaiming_uniform": Scheme("kaiming_uniform_", _KAIMING, minimum_rank=2),
    "xavier_normal": Scheme("xavier_normal_", {"gain": _POSITIVE}, minimum_rank=2),
    "xavier_uniform": Scheme("xavier_uniform_", {"gain": _POSITIVE}, minimum_rank=2),
    "orthogonal": Scheme("orthogonal_", {"gain": _POSITIVE}, minimum_rank=2),
    "normal": Scheme("normal_", {"mean": Real(), "std": Real(minimum=0)}),
    "trunc_normal": Scheme(
        "trunc_normal_", {"mean": Real(), "std": _POSITIVE, "a": Real(), "b": Real()}
    ),
    "uniform": Scheme("uniform_", {"a": Real(), "b": Real()}),
    "constant": Scheme("constant_", {"val": Real()}, required=("val",)),
    "ones": Scheme("ones_"),
    "zeros": Scheme("zeros_"),
    "dirac": Scheme("dirac_", {"groups": Whole(1)}, minimum_rank=3),
    "eye": Scheme("eye_", minimum_rank=2, maximum_rank=2),
    "sparse": Scheme(
        "sparse_",
        {"sparsity": _FRACTION, "std": Real(minimum=0)},
        required=("sparsity",),
        minimum_rank=2,
        maximum_rank=2,
    ),
}


class Init(NamedTuple):
    """Initial weights: `scheme` fills the weight, zeros the bias."""

    scheme: str
    settings: tuple[tuple[str, Value], ...]
    span: Span

    def objection(self, operator: str, weight: tuple[int, ...] | None) -> Unfillable | None:
        """Return why the scheme cannot fill the weight of an operator, or None where it can."""
        if weight is None:
            return Unfillable(None, self.scheme, operator, "weight")
        scheme = SCHEMES[self.scheme]
        least, most = scheme.minimum_rank, scheme.maximum_rank
        if not least <= len(weight) <= most:
            return Unfillable(None, self.scheme, operator, "axes", len(weight), least, most)
        groups = int(dict(self.settings).get("groups", 1))  # type: ignore[arg-type]
        if weight[0] % groups:
            return Unfillable(None, self.scheme, operator, "groups", weight[0], groups)
        return None


def read_init(tree: Tree, diagnostics: Diagnostics) -> Init | None:
    """Return the initialisation that `tree` names: ``zeros`` or ``{kaiming_normal: {…}}``."""
    errors = len(diagnostics)
    call = read_call(tree, "init", next(iter(SCHEMES)), diagnostics)
    if call is None:
        return None
    name, span = call.key.text, call.key.span
    if name not in SCHEMES:
        diagnostics.report(UnknownKey(name, "`init`", tuple(SCHEMES)), span)
        name = meant(name, tuple(SCHEMES), ()) or ""
        if name not in SCHEMES:
            return None
    scheme, pairs = SCHEMES[name], call.settings(None, diagnostics)
    before = len(diagnostics)
    settings = _settings(scheme.settings, pairs, f"`{name}`", diagnostics)
    missing = tuple(setting for setting in scheme.required if setting not in settings)
    if len(diagnostics) == before and missing:
        diagnostics.report(MissingKey(missing, f"`{name}`"), span)
    return None if len(diagnostics) > errors else Init(name, tuple(settings.items()), span)


def _settings(
    kinds: Mapping[str, ValueKind],
    pairs: list[Pair],
    where: str,
    diagnostics: Diagnostics,
) -> dict[str, Value]:
    """Return the settings that fit their kinds; the others are reported."""
    settings: dict[str, Value] = {}
    names = {key.text for key, _ in pairs}
    for key, value in pairs:
        name = key.text
        if name not in kinds:
            diagnostics.report(UnknownKey(name, where, tuple(kinds), names), key.span)
            known = meant(name, tuple(kinds), names)
            if known is None:
                continue
            name = known
        accepted = _value(name, kinds[name], value, diagnostics)
        if not isinstance(accepted, Unfit):
            settings[name] = accepted
    return settings


def _value(name: str, kind: ValueKind, tree: Tree, diagnostics: Diagnostics) -> Value | Unfit:
    """Return the value in its kind's form; one that does not fit is reported and Unfit."""
    value = _plain(tree)
    accepted = Unfit(kind.expected) if isinstance(value, Unfit) else kind.accept(value)
    if isinstance(accepted, UnfitItem) and isinstance(tree, Sequence):
        item = tree.items[accepted.number]
        named = f"{name}[{accepted.number}]"
        problem = BadValue(named, accepted.item, item.described(), _plain(item))
        diagnostics.report(problem, item.span)
    elif isinstance(accepted, Unfit) and not isinstance(tree, Unreadable):
        diagnostics.report(BadValue(name, accepted.expected, tree.described(), value), tree.span)
    return accepted


def _plain(tree: Tree) -> Value | Unfit:
    """Return a value without locations, lists as tuples; Unfit where it holds a mapping."""
    if isinstance(tree, Scalar):
        return tree.value
    if not isinstance(tree, Sequence):
        return Unfit("")
    items = [_plain(item) for item in tree.items]
    unfit = [item for item in items if isinstance(item, Unfit)]
    return unfit[0] if unfit else tuple(item for item in items if not isinstance(item, Unfit))
