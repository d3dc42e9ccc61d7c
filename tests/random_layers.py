"""Random layers of every operator that is found, as a spec writes them, as hypothesis strategies.

Settings are drawn from the kinds that operators declare, so that a new operator is in at once.
Sizes are small, so that most draws fit.
"""

from typing import Any

from hypothesis import strategies as st

from archc import ops
from archc.language.initialisation import SCHEMES
from archc.ops.base import kinds
from archc.ops.base.operator import Operator

Draw = Any
CHANNELS = st.sampled_from([1, 2, 2, 3, 4, 4, 6, 8])
SMALL = st.sampled_from([1, 1, 1, 2, 2, 3, 3, 4])
REALS = (0, 1e-5, 0.1, 0.25, 0.5, 1, 1.5, 2, 4, -0.5)
JOINS = sorted(name for name in ops.names() if ops.find(name).joins)
LAYERS = sorted(set(ops.names()) - set(JOINS))
COMMON = ["conv", "conv", "conv", "relu", "batch_norm", "max_pool", "avg_pool"]


def setting(kind: Any, name: str) -> st.SearchStrategy[Any]:
    """Values that a kind accepts, as a spec writes them."""
    if isinstance(kind, kinds.Whole):
        if name in ("channels", "features"):
            return CHANNELS
        if name in ("groups", "dilation", "output_padding", "stride"):
            return st.sampled_from([1, 1, 1, 2, 3]).map(lambda n: max(n - 1 + kind.minimum, 0))
        return SMALL.map(lambda n: n - 1 + kind.minimum)
    if isinstance(kind, kinds.Boolean):
        return st.booleans()
    if isinstance(kind, kinds.OneOf):
        return st.sampled_from(kind.words)
    if isinstance(kind, kinds.Real):
        fitting = [x for x in REALS if not isinstance(kind.accept(x), kinds.Unfit)]
        return st.sampled_from([*{*fitting, *within(kind)}])
    if isinstance(kind, kinds.PairOf):
        one = setting(kind.kind, name)
        return one | one | st.tuples(one, one).map(list)
    assert isinstance(kind, kinds.Either), f"teach the strategy {type(kind).__name__}"
    return st.one_of([setting(inner, name) for inner in kind.kinds])


def within(kind: kinds.Real) -> list[float]:
    """The bounds of a kind of numbers, where they are no further than specs go."""
    bounds = (kind.minimum, kind.maximum)
    return [x for x in bounds if abs(x) < 100 and not isinstance(kind.accept(x), kinds.Unfit)]


@st.composite
def settings_of(draw: Draw, name: str, others: int = 4) -> dict[str, Any]:
    """Settings of an operator: all that it requires, and one in so many of the others."""
    operator: type[Operator] = ops.find(name)
    return {
        field: draw(setting(kind, field))
        for field, kind in operator.kinds.items()
        if field in operator.required or not draw(st.integers(0, others))
    }


@st.composite
def layer(draw: Draw, names: list[str] = LAYERS) -> dict[str, Any]:
    """One operator with some of its settings, and perhaps with how its weight begins."""
    name = draw(st.sampled_from(names))
    principal = ops.find(name).principal
    found = draw(settings_of(name))
    written = {name: found.pop(principal, None), **found}
    if draw(st.integers(0, 2)) == 0 and (own := initialisations(name, found)):
        written["init"] = draw(initialisation(own))
    return written


def any_layer() -> st.SearchStrategy[dict[str, Any]]:
    """A layer of any operator, more often one that networks are mostly made of."""
    return layer(COMMON) | layer()


WEIGHTS = {  # how many axes the weights have that a layer's own `init` may fill
    "conv": 4,
    "conv_transpose": 4,
    "linear": 2,
    "batch_norm": 1,
    "prelu": 1,
}


def initialisations(name: str, found: dict[str, Any]) -> list[str]:
    """Return the schemes that can fill the weight of a layer."""
    axes = WEIGHTS.get(name)
    if axes is None or found.get("affine") is False:
        return []
    if name != "conv":
        return [key for key, one in SCHEMES.items() if fills(one, axes) and key != "dirac"]
    return [key for key, one in SCHEMES.items() if fills(one, axes)]


FOR_FILES = [k for k, one in SCHEMES.items() if one.minimum_rank <= 2 and one.maximum_rank >= 4]


def fills(scheme: Any, axes: int) -> bool:
    return bool(scheme.minimum_rank <= axes <= scheme.maximum_rank)


@st.composite
def initialisation(draw: Draw, names: list[str]) -> Any:
    """A scheme of `torch.nn.init` with some of its settings; as a word where it has none."""
    name = draw(st.sampled_from(names))
    scheme = SCHEMES[name]
    found = {
        key: draw(INITIAL[key] if key in INITIAL else setting(kind, key))
        for key, kind in scheme.settings.items()
        if key in scheme.required or draw(st.booleans())
    }
    return {name: found} if found else name


INITIAL = {  # a ≤ b, and what torch has no distribution for is left out
    "a": st.sampled_from([-2, -1, 0]),
    "b": st.sampled_from([1, 2]),
    "groups": st.just(1),
    "sparsity": st.sampled_from([0.25, 0.5]),
    "gain": st.sampled_from([0.5, 1, 2]),
    "std": st.sampled_from([0.01, 0.5, 1]),
}

KEEPING = [
    {"conv": "", "kernel": 3, "padding": 1},
    {"conv": "", "kernel": [1, 3], "padding": "same", "bias": False},
    {"conv": "", "kernel": 1},
    {"max_pool": 3, "stride": 1, "padding": 1},
    {"batch_norm": None},
    {"relu": None},
    {"relu6": None},
    {"dropout": 0.5},
    {"sigmoid": None},
    {"identity": None},
]


@st.composite
def keeping(draw: Draw) -> dict[str, Any]:
    """A layer that keeps height and width, so that what is joined later still fits."""
    found = dict(draw(st.sampled_from(KEEPING)))
    return {**found, "conv": draw(CHANNELS)} if "conv" in found else found


ANYWHERE = sorted({op for op in LAYERS for example in ops.find(op).examples
                   if example.code is None and len(example.reads) == 1} &
                  {op for op in LAYERS for example in ops.find(op).examples
                   if example.code is None and len(example.reads) == 3})  # fmt: skip
"""The operators that read vectors and maps, as their examples say."""
