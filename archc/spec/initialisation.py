"""The schemes of `init:`: those of ``torch.nn.init``, by name.

Source: https://pytorch.org/docs/stable/nn.init.html
"""

from collections.abc import Mapping
from typing import NamedTuple

from archc.diagnostics import Diagnostics
from archc.ops.base.kinds import Kind, OneOf, Positive, Real, Unfit, Value, Whole
from archc.problems.structure import MissingKey, UnknownKey, WrongForm
from archc.problems.values import BadValue
from archc.source import Span
from archc.syntax.tree import Mapping as MappingTree
from archc.syntax.tree import Scalar, Tree, Unreadable

_NONLINEARITIES = OneOf(
    "linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu", "conv2d", "conv_transpose2d"
)
_POSITIVE: Kind = Positive.__metadata__[0]  # type: ignore[attr-defined]
_FRACTION = Real("a number above 0 and below 1", above=0, maximum=1 - 2**-53)
_KAIMING: dict[str, Kind] = {
    "a": Real(),
    "mode": OneOf("fan_in", "fan_out"),
    "nonlinearity": _NONLINEARITIES,
}


class Scheme(NamedTuple):
    """What a scheme takes, and how many axes the tensor must have that it fills.

    `required` settings have no default in torch.
    """

    settings: Mapping[str, Kind]
    required: tuple[str, ...] = ()
    minimum_rank: int = 1
    maximum_rank: int = 5


SCHEMES: dict[str, Scheme] = {
    "kaiming_normal": Scheme(_KAIMING, minimum_rank=2),
    "kaiming_uniform": Scheme(_KAIMING, minimum_rank=2),
    "xavier_normal": Scheme({"gain": _POSITIVE}, minimum_rank=2),
    "xavier_uniform": Scheme({"gain": _POSITIVE}, minimum_rank=2),
    "orthogonal": Scheme({"gain": _POSITIVE}, minimum_rank=2),
    "normal": Scheme({"mean": Real(), "std": Real("a number ≥ 0", minimum=0)}),
    "trunc_normal": Scheme({"mean": Real(), "std": _POSITIVE, "a": Real(), "b": Real()}),
    "uniform": Scheme({"a": Real(), "b": Real()}),
    "constant": Scheme({"val": Real()}, required=("val",)),
    "ones": Scheme({}),
    "zeros": Scheme({}),
    "dirac": Scheme({"groups": Whole(1)}, minimum_rank=3),
    "eye": Scheme({}, minimum_rank=2, maximum_rank=2),
    "sparse": Scheme(
        {"sparsity": _FRACTION, "std": Real("a number ≥ 0", minimum=0)},
        required=("sparsity",),
        minimum_rank=2,
        maximum_rank=2,
    ),
}


class Init(NamedTuple):
    """How weights begin: `scheme` fills the weight, zeros the bias."""

    scheme: str
    settings: tuple[tuple[str, Value], ...]
    span: Span

    def objection(self, weight: tuple[int, ...] | None) -> str | None:
        """Say why the scheme cannot fill a weight of this shape, or None where it can."""
        if weight is None:
            return "it has no weight"
        scheme = SCHEMES[self.scheme]
        if not scheme.minimum_rank <= len(weight) <= scheme.maximum_rank:
            one = scheme.minimum_rank == scheme.maximum_rank
            needs = "" if one else f"{scheme.minimum_rank} to "
            return f"its weight has {len(weight)} axes, not {needs}{scheme.maximum_rank}"
        if weight[0] % int(dict(self.settings).get("groups", 1)):  # type: ignore[arg-type]
            return f"its {weight[0]} output channels cannot be divided into such groups"
        return None


def read_init(tree: Tree, diagnostics: Diagnostics) -> Init | None:
    """Return the initialisation that `tree` names: ``zeros`` or ``{kaiming_normal: {…}}``."""
    if isinstance(tree, Scalar) and isinstance(tree.value, str):
        return _read_scheme(tree, None, diagnostics)
    if isinstance(tree, MappingTree) and len(tree.entries) == 1:
        ((key, settings),) = tree
        return _read_scheme(key, settings, diagnostics)
    if not isinstance(tree, Unreadable):
        needs = "one scheme of torch.nn.init, as in `zeros` or `{kaiming_normal: {mode: fan_in}}`"
        diagnostics.report(WrongForm("`init`", needs, tree.described()), tree.span)
    return None


def _read_scheme(key: Scalar, tree: Tree | None, diagnostics: Diagnostics) -> Init | None:
    scheme = SCHEMES.get(key.text)
    if scheme is None:
        diagnostics.report(UnknownKey(key.text, "`init`", tuple(SCHEMES)), key.span)
        return None
    if isinstance(tree, Scalar) and tree.value is None:
        tree = None
    if tree is not None and not isinstance(tree, MappingTree):
        problem = WrongForm(f"`{key.text}`", "a mapping of its settings", tree.described())
        diagnostics.report(problem, tree.span)
        return None
    settings: dict[str, Value] = {}
    errors = len(diagnostics)
    for name, value in tree or ():
        _read_setting(scheme, key.text, name, value, settings, diagnostics)
    missing = tuple(name for name in scheme.required if name not in settings)
    if missing and len(diagnostics) == errors:
        diagnostics.report(MissingKey(missing, f"`{key.text}`"), key.span)
    if len(diagnostics) > errors:
        return None
    return Init(key.text, tuple(settings.items()), key.span)


def _read_setting(
    scheme: Scheme,
    owner: str,
    name: Scalar,
    value: Tree,
    settings: dict[str, Value],
    diagnostics: Diagnostics,
) -> None:
    kind = scheme.settings.get(name.text)
    if kind is None:
        known = tuple(scheme.settings)
        diagnostics.report(UnknownKey(name.text, f"`{owner}`", known), name.span)
        return
    accepted = kind.accept(value.value) if isinstance(value, Scalar) else Unfit(kind.expected)
    if not isinstance(accepted, Unfit):
        settings[name.text] = accepted
    elif not isinstance(value, Unreadable):
        problem = BadValue(name.text, accepted.expected, value.described())
        diagnostics.report(problem, value.span)
