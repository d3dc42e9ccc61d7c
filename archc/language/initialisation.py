"""The schemes of `init:`: those of ``torch.nn.init``, by name.

Source: https://pytorch.org/docs/stable/nn.init.html
"""

from dataclasses import dataclass
from typing import NamedTuple

from archc.diagnostics import Diagnostics
from archc.language.calls import Entry, read_call
from archc.ops.base.kinds import OneOf, Positive, Real, Value, ValueKind, Whole
from archc.problems.limits import Unfillable
from archc.source import Span
from archc.syntax.tree import Tree

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
class Scheme(Entry):
    """The settings of a scheme, and how many axes it can fill."""

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
    call = read_call(tree, SCHEMES, "init", diagnostics)
    if call is None or len(diagnostics) > errors:
        return None
    return Init(call.name, tuple(call.settings.items()), call.span)
