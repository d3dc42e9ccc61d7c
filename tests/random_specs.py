"""Random specs over all operators and all of the language, as hypothesis strategies.

Settings are drawn from the kinds that operators declare, so that a new operator is in at once.
Sizes are small and most draws fit, so that networks grow beyond their first layer; enough do not
fit that every refusal is met.
"""

from typing import Any

from hypothesis import strategies as st

from archc import ops
from archc.ops.base import kinds
from archc.ops.base.operator import Operator

Draw = Any
CHANNELS = st.sampled_from([1, 2, 2, 3, 4, 4, 6, 8])
SMALL = st.sampled_from([1, 1, 1, 2, 2, 3, 3, 4])
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
        low = max(kind.minimum, kind.above, 0.25)
        return st.sampled_from([x for x in (0.5, 1, 1.5, 2) if low <= x <= kind.maximum])
    if isinstance(kind, kinds.PairOf):
        one = setting(kind.kind, name)
        return one | one | st.tuples(one, one).map(list)
    assert isinstance(kind, kinds.Either), f"teach the strategy {type(kind).__name__}"
    return st.one_of([setting(inner, name) for inner in kind.kinds])


@st.composite
def layer(draw: Draw) -> dict[str, Any]:
    """One operator with some of its settings."""
    name = draw(st.sampled_from(COMMON) | st.sampled_from(LAYERS))
    operator: type[Operator] = ops.find(name)
    spec: dict[str, Any] = {name: None}
    for field, kind in operator.kinds.items():
        needed = field in operator.required
        if not needed and draw(st.integers(0, 4)):
            continue
        key = name if field == operator.principal else field
        spec[key] = draw(setting(kind, field))
    return spec


@st.composite
def keeping(draw: Draw) -> dict[str, Any]:
    """A layer that keeps height and width, so that what is joined later still fits."""
    width = draw(CHANNELS)
    return draw(
        st.sampled_from(
            [
                {"conv": width, "kernel": 3, "padding": 1},
                {"conv": width, "kernel": [1, 3], "padding": "same", "bias": False},
                {"conv": width, "kernel": 1},
                {"max_pool": 3, "stride": 1, "padding": 1},
                {"batch_norm": None},
                {"relu": None},
                {"relu6": None},
                {"dropout": 0.5},
                {"sigmoid": None},
                {"identity": None},
            ]
        )
    )


@st.composite
def node(draw: Draw, earlier: list[str], blocks: list[str], depth: int) -> dict[str, Any]:
    """A layer, a join, a body, branches or a use of a block; perhaps repeated or rewired."""
    forms = (
        ["layer"] * 3
        + ["keeping"] * 5
        + ["join"] * 2 * (len(earlier) > 1)
        + ["use"] * 2 * bool(blocks)
    )
    forms += ["body", "branches"] * (depth < 2)
    form = draw(st.sampled_from(forms))
    found: dict[str, Any]
    if form == "layer":
        found = draw(layer())
    elif form == "keeping":
        found = draw(keeping())
    elif form == "join":
        names = draw(st.lists(st.sampled_from(earlier), min_size=2, max_size=3))
        found = {draw(st.sampled_from(JOINS)): names}
    elif form == "use":
        block = draw(st.sampled_from(blocks))
        found = {block: draw(CHANNELS), "stride": draw(st.sampled_from([1, 1, 2]))}
    elif form == "branches":
        found = {
            "branches": draw(body([], blocks, depth + 1)),
            "join": draw(st.sampled_from(["concat", "add"])),
        }
    else:
        found = {"layers": draw(body([], blocks, depth + 1))}
    if form != "join" and draw(st.integers(0, 7)) == 0:
        found["from"] = draw(st.sampled_from([*earlier, "input"]))
    if draw(st.integers(0, 9)) == 0:
        found["repeat"] = draw(st.integers(1, 3))
    if draw(st.integers(0, 9)) == 0:
        found["if"] = draw(st.sampled_from([True, False, "$(1 < 2)"]))
    return found


@st.composite
def body(draw: Draw, names: list[str], blocks: list[str], depth: int) -> Any:
    """A named or a listed body."""
    count = draw(st.integers(1, 4 if depth else 6))
    earlier = list(names)
    if draw(st.booleans()):
        named = {}
        for i in range(count):
            named[f"n{i}"] = draw(node(earlier, blocks, depth))
            earlier.append(f"n{i}")
        return named
    return [draw(node(earlier, blocks, depth)) for _ in range(count)]


@st.composite
def block(draw: Draw, blocks: list[str]) -> dict[str, Any]:
    """A block with the parameters `width` and `stride`, which its layers use."""
    layers = {"first": {"conv": "$width", "kernel": draw(SMALL), "stride": "$stride"}}
    layers |= {f"m{i}": draw(node(["first"], blocks, 1)) for i in range(draw(st.integers(0, 3)))}
    if draw(st.booleans()):
        layers["second"] = {"conv": "$(width * 2)", "kernel": 1, "if": "$(stride == 1)"}
        layers["norm"] = {"batch_norm": None}
    return {"params": {"width": None, "stride": 1}, "layers": layers}


@st.composite
def spec(draw: Draw) -> dict[str, Any]:
    """A whole spec; some are wrong, in their shapes alone."""
    vector = draw(st.integers(0, 7)) == 0
    size = st.integers(1, 16)
    shape = [draw(CHANNELS)] if vector else [draw(CHANNELS), draw(size), draw(size)]
    blocks: dict[str, Any] = {}
    for i in range(draw(st.integers(0, 2))):
        blocks[f"block_{i}"] = draw(block(list(blocks)))
    found: dict[str, Any] = {"archc": 1, "name": "random", "input": shape}
    if blocks:
        found["blocks"] = blocks
    found["layers"] = draw(body([], list(blocks), 0))
    named = list(found["layers"]) if isinstance(found["layers"], dict) else []
    if named and draw(st.integers(0, 3)) == 0:
        source = draw(st.sampled_from(named))
        found["auxiliary"] = {"aux": {"from": source, "layers": draw(body([], list(blocks), 1))}}
    if named and draw(st.integers(0, 7)) == 0:
        found["outputs"] = {"early": draw(st.sampled_from(named)), "late": named[-1]}
    return found
