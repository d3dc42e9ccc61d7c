"""Random specs over all operators and all of the language, as hypothesis strategies.

Most draws fit, so that networks grow beyond their first layer; enough do not fit that every
refusal is met. What a spec is made of beside its layers: bodies by name and by number that read
one another and `input`, blocks that are used at several ranks, copies, choices that leave bodies
and heads empty, names that Python or the emitted module use for something else, long formulas.
"""

from typing import Any, NamedTuple

from hypothesis import strategies as st
from random_layers import (
    ANYWHERE,
    CHANNELS,
    FOR_FILES,
    JOINS,
    SMALL,
    Draw,
    any_layer,
    initialisation,
    keeping,
    layer,
)

# Names that mean something in Python, in torch, or in the source that archc emits.
SPECS = ["random", "random", "none", "True", "3d net", "OrderedDict", "Sequential", "nn", "v1.0-x"]
NODES = [
    "OrderedDict",
    "range",
    "x",
    "x1",
    "out",
    "é",
    "a-b",
    "_a",
    "a_b",
    "x-",
    "Sequential",
    "list",
    "result",
    "F",
]
BLOCKS = ["none", "Module", "random", "tuple", "unit", "act", "int", "OrderedDict", "output"]
HEADS = ["aux", "head", "sum", "int", "Linear", "self_"]
WIDTHS = ["width", "width", "n", "OrderedDict", "range", "x", "list", "output_channels_of_a_block"]
STRIDES = ["stride", "stride", "s", "int", "downsampling_factor_of_the_first_convolution"]
DERIVED = ["$(2 * in_channels)", "$(multiple(1.3 * input.channels, 2))", "$(in_channels + 1)"]
LONG = "bottleneck_channels_of_the_main_path"


class Block(NamedTuple):
    """A block that nodes may use: the parameters that it takes."""

    name: str
    width: str | None = None
    stride: str | None = None
    more: str | None = None


class Body(NamedTuple):
    """The children of a body, and what a later node of the same body may call them."""

    children: Any
    names: list[str | int]


@st.composite
def node(
    draw: Draw, earlier: list[Any], blocks: list[Block], depth: int, *, map_only: bool = True
) -> dict[str, Any]:
    """A layer, a join, a body, branches or a use of a block; perhaps repeated or rewired."""
    forms = (
        ["layer"] * 5
        + ["keeping"] * 5
        + ["join"] * 3 * bool(earlier)
        + ["use"] * 3 * bool(blocks)
        + ["twice"] * 3 * bool(blocks)
        + ["residual", "residual", "body", "branches", "body", "emptied"] * (depth < 2)
    )
    form = draw(st.sampled_from(forms))
    found: dict[str, Any]
    if form == "layer":
        found = draw(any_layer() if map_only else layer(ANYWHERE))
    elif form == "keeping":
        found = draw(keeping() if map_only else layer(ANYWHERE))
    elif form == "join":
        names = st.sampled_from([*earlier, *earlier, "input"])
        found = {draw(st.sampled_from(JOINS)): draw(st.lists(names, min_size=2, max_size=3))}
    elif form == "use":
        found = draw(use(draw(st.sampled_from(blocks))))
    elif form == "twice":
        found = {"layers": draw(twice(draw(st.sampled_from(blocks))))}
    elif form == "residual":
        found = {"layers": draw(residual(blocks, depth, map_only))}
    elif form == "branches":
        found = {"branches": draw(body(blocks, depth + 1, branches=True)).children}
        found["join"] = draw(st.sampled_from(["concat", "add"]))
    elif form == "emptied":
        left_out = {**draw(keeping()), "if": draw(st.sampled_from([False, "$(2 < 1)"]))}
        found = {"layers": draw(st.sampled_from([{"gone": left_out}, [left_out, left_out]]))}
    else:
        found = {"layers": draw(body(blocks, depth + 1)).children}
    if form != "join" and draw(st.integers(0, 5)) == 0:
        found["from"] = draw(st.sampled_from([*earlier, "input"]))
    if draw(st.integers(0, 9)) == 0:
        found["repeat"] = draw(st.integers(0, 3))
        if draw(st.integers(0, 2)) == 0:
            found["as"] = draw(
                st.sampled_from(["part$index", "x$(2 * index + 1)", "$('list')$index"])
            )
        if form == "layer" and "conv" in found and draw(st.booleans()):
            found["conv"] = draw(st.sampled_from(["$(index + 1)", "$(4 if index == 0 else 2)"]))
    if draw(st.integers(0, 9)) == 0:
        found["if"] = draw(st.sampled_from([True, False, "$(1 < 2)", "$(2 < 1)"]))
    return found


LEFT_OUT = (False, "$(2 < 1)")


@st.composite
def use(draw: Draw, block: Block) -> dict[str, Any]:
    """A use of a block, its arguments in order or by name."""
    if block.width is None:
        return {block.name: None}
    found: dict[str, Any] = {block.name: draw(CHANNELS)}
    if block.more:
        found[block.name] = [found[block.name], draw(CHANNELS)]
    if block.stride and block.stride != block.name:  # a name of both would be one key
        found[block.stride] = draw(st.sampled_from([1, 1, 2]))
    return found


@st.composite
def twice(draw: Draw, block: Block) -> Any:
    """A block used twice, with what changes the rank, the size or the channels between."""
    between = st.sampled_from(["flatten", {"conv": 2, "kernel": 1}, {"max_pool": 2}, "identity"])
    layers = [draw(use(block)), draw(between), draw(use(block))]
    return layers if draw(st.booleans()) else dict(zip(("one", "then", "two"), layers, strict=True))


@st.composite
def residual(draw: Draw, blocks: list[Block], depth: int, map_only: bool) -> Any:
    """A sum of a layer and of what is made of it, read by number, by name or as `input`."""
    main = {"conv": draw(CHANNELS), "kernel": 3, "padding": 1} if map_only else {"relu": None}
    ranked = [block for block in blocks if block.width is None]
    made = [st.sampled_from([{"relu": None}, {"batch_norm": None}, {"dropout": 0.5}])]
    made += [st.sampled_from(ranked).flatmap(use)] if ranked else []
    if depth < 2:
        inner = body(blocks, depth + 1, map_only=map_only)
        made.append(inner.map(lambda one: {"layers": one.children}))
        side = {"skip": {"from": "input", "identity": None}, "act": {"tanh": None}}
        made.append(st.just({"layers": side}))
    other = draw(st.one_of(made))
    if draw(st.booleans()):
        return [main, other, {draw(st.sampled_from(JOINS)): [1, 0]}]
    names = draw(st.permutations(["main", "other", "input"]))[:2]
    return {"main": main, "other": other, "joined": {draw(st.sampled_from(JOINS)): names}}


@st.composite
def body(
    draw: Draw,
    blocks: list[Block],
    depth: int,
    *,
    branches: bool = False,
    map_only: bool = True,
) -> Body:
    """A named or a listed body."""
    count = draw(st.sampled_from([1, 2, 2, 3, 4] if depth else [1, 2, 3, 4, 5, 6, 8]))
    if draw(st.booleans()):
        return draw(named_body(count, blocks, depth, map_only))
    return draw(listed_body(count, blocks, depth, branches, map_only))


@st.composite
def named_body(draw: Draw, count: int, blocks: list[Block], depth: int, map_only: bool) -> Body:
    named: dict[str, Any] = {}
    for i in range(count):
        odd = draw(st.integers(0, 4)) == 0
        name = draw(st.sampled_from(NODES)) if odd else f"n{i}"
        name = f"n{i}" if name in named else name
        named[name] = draw(node(list(named), blocks, depth, map_only=map_only))
    return Body(named, list(named))


@st.composite
def listed_body(
    draw: Draw, count: int, blocks: list[Block], depth: int, branches: bool, map_only: bool
) -> Body:
    """A list, whose children are numbered but for those that are not there.

    What stands behind an inlined body is not named: its number depends on what joins the list.
    """
    listed: list[Any] = []
    numbers: list[str | int] = []
    counted = True
    for _ in range(count):
        child = draw(node(list(numbers), blocks, depth, map_only=map_only))
        dissolves = "layers" in child and isinstance(child["layers"], list)
        if dissolves and not branches and draw(st.integers(0, 3)) == 0:
            child["inline"] = True
            child.pop("as", None)
            counted = False
        elif counted and child.get("if") not in LEFT_OUT and child.get("repeat") != 0:
            numbers.append(len(numbers))
        listed.append(child)
    return Body(listed, numbers)


@st.composite
def windowed_block(draw: Draw, name: str, blocks: list[Block]) -> tuple[Block, dict[str, Any]]:
    """A block that begins with a convolution and may end as those of a residual network."""
    width, stride = draw(st.sampled_from(WIDTHS)), draw(st.sampled_from(STRIDES))
    long = draw(st.integers(0, 2)) == 0
    params = {width: None, **({LONG: None} if long else {}), stride: 1}
    formula = draw(st.sampled_from(FORMULAS)).format(a=width, b=LONG) if long else f"${width}"
    first = {"conv": formula, "kernel": draw(SMALL), "stride": f"${stride}"}
    layers: dict[str, Any] = {"first": first}
    for i in range(draw(st.integers(0, 3))):
        layers[f"m{i}"] = draw(node(list(layers), blocks, 1))
    if draw(st.booleans()):
        second = f"$({width} * 2)"
        if draw(st.integers(0, 2)) == 0:
            params["derived"], second = draw(st.sampled_from(DERIVED)), "$derived"
        chosen = draw(st.sampled_from([f"$({stride} == 1)", "$(input.channels != in_channels)"]))
        layers["second"] = {"conv": second, "kernel": 1, "if": chosen}
        layers["norm"] = {"batch_norm": None}
    if draw(st.integers(0, 2)) == 0:
        layers["skip"] = {"conv": formula, "kernel": 1, "stride": f"${stride}", "from": "input"}
        layers["sum"] = {"add": ["skip", draw(st.sampled_from([*layers]))]}
    described = {"params": params, "layers": layers}
    return Block(name, width, stride, LONG if long else None), described


FORMULAS = [
    "$({a} + {b})",
    "$(({a} + {b}) * 2)",
    "$(min({b}, {a}) + {b} // 2 - {b} // 2 + ({a} + {b}) % 1)",
    "$(max({a}, {b}, {a} * {b} // {b}, {b} * {a} // {a}, {a} + {b} - {b}))",
    "$({a} if {b} < {a} else ceil({b} / 2))",
    "$(multiple({a} + {b}, 4))",
    "$(floor(1.5 * {a}) if input.channels > 2 else round(0.7 * {b}) + 1)",
]


@st.composite
def block_of_any_rank(draw: Draw, name: str, blocks: list[Block]) -> tuple[Block, dict[str, Any]]:
    """A block that vectors and maps pass through."""
    ranked = [block for block in blocks if block.width is None]
    layers = draw(body(ranked, 1, map_only=False)).children
    described: dict[str, Any] = {"layers": layers}
    return Block(name), described


@st.composite
def heads(draw: Draw, names: list[Any], blocks: list[Block]) -> dict[str, Any]:
    """One or two heads of nodes of the network's own body, emptied ones among them."""
    found = {}
    for name in draw(st.lists(st.sampled_from(HEADS), min_size=1, max_size=2, unique=True)):
        head = draw(
            st.one_of(
                body(blocks, 1).map(lambda one: {"layers": one.children}),
                any_layer(),
                keeping(),
            )
        )
        head["from"] = draw(st.sampled_from(names))
        if draw(st.integers(0, 3)) == 0:
            head["loss_weight"] = draw(st.sampled_from([0, 0.3, 2]))
        found[name] = head
    return found


DEFAULTS = [{"conv": {"bias": False}}, {"batch_norm": {"eps": 0.1}}]


@st.composite
def spec(draw: Draw) -> dict[str, Any]:
    """A whole spec; some are wrong, in their shapes alone."""
    vector = draw(st.integers(0, 7)) == 0
    size = st.sampled_from([1, 2, 3, 5, 7, 8, 8, 9, 12, 16])
    shape = [draw(CHANNELS)] if vector else [draw(CHANNELS), draw(size), draw(size)]
    found: dict[str, Any] = {"archc": 1, "name": draw(st.sampled_from(SPECS)), "input": shape}
    described: dict[str, Any] = {}
    blocks: list[Block] = []
    for i in range(draw(st.integers(0, 2))):
        odd = draw(st.booleans())
        name = draw(st.sampled_from(BLOCKS)) if odd else f"block_{i}"
        kind = draw(st.sampled_from([windowed_block, block_of_any_rank]))
        one, what = draw(kind(f"block_{i}" if name in described else name, list(blocks)))
        described[one.name] = what
        blocks.append(one)
    if blocks:
        found["blocks"] = described
    if draw(st.integers(0, 3)) == 0:
        found["init"] = draw(initialisation(FOR_FILES))
    if draw(st.integers(0, 7)) == 0:
        found["defaults"] = draw(st.sampled_from(DEFAULTS))
    found["layers"], names = draw(body(blocks, 0))
    if names and draw(st.integers(0, 3)) == 0:
        found["auxiliary"] = draw(heads(names, blocks))
    if names and draw(st.integers(0, 7)) == 0:
        found["outputs"] = {"early": draw(st.sampled_from(names)), "late": names[-1]}
    return found
