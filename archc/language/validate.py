"""Tree → Spec: read the file's own keys, then its blocks and bodies."""

from collections.abc import Collection

from archc import ops
from archc.diagnostics import Diagnostics
from archc.language.initialisation import read_init
from archc.language.layers import BODY_KEYS, LayerReader
from archc.language.model import (
    Block,
    BlockUse,
    Body,
    HeadDecl,
    NodeDecl,
    OperatorUse,
    Parameter,
    Reference,
    Spec,
    walk,
)
from archc.language.names import check_name
from archc.language.nesting import cut_endless
from archc.language.respelling import meant, respelt
from archc.language.uses import NODE_KEYS, UseReader, accept, reference
from archc.language.values import (
    INPUT_NAMES,
    OWN_INPUT_NAMES,
    UNKNOWN,
    Names,
    SpecValue,
    spec_value,
)
from archc.language.variants import read_variants
from archc.ops.base.kinds import Real, Unfit
from archc.problems.forms import InputShape, MappingOf, MappingWith, NameOf, OneModule, Word
from archc.problems.known import Known, closest
from archc.problems.structure import (
    BadName,
    BadNetworkName,
    BlockHidesOperator,
    MissingKey,
    NameCollision,
    OtherDocument,
    UnknownOperator,
    UnsupportedVersion,
    Unused,
    WrongForm,
)
from archc.problems.values import BadValue
from archc.source import Source
from archc.syntax.documents import is_recipe, start_of
from archc.syntax.tree import Mapping, Scalar, Sequence, Tree, Unreadable

VERSION = 1
_KEYS = (
    "archc",
    "name",
    "input",
    "params",
    "variants",
    "defaults",
    "init",
    "rounding",
    "blocks",
    "layers",
    "branches",
    "join",
    "auxiliary",
    "outputs",
)
_REQUIRED = {
    "archc": "begin the file with `archc: 1`",
    "input": "write `input: [channels, height, width]`",
    "layers": "write the network under `layers:`",
}
_ROUNDING = ("floor", "exact")
_DEFAULTS = MappingOf("operators", "settings")
_LAYER_KEYS = (*NODE_KEYS, "layers", "branches", "join", "loss_weight")
_INPUTS = (INPUT_NAMES, OWN_INPUT_NAMES)
_BLOCK_KEYS = ("params", "inline", "layers", "branches", "join")


def validate(tree: Tree, source: Source, diagnostics: Diagnostics) -> Spec | None:
    """Return the spec that a tree states, or None where the tree is a recipe or no mapping."""
    if is_recipe(tree):
        diagnostics.report(OtherDocument("recipe"), start_of(tree))
        return None
    if isinstance(tree, Mapping):
        return _Validator(tree, source, diagnostics).spec()
    if not isinstance(tree, Unreadable):
        needs = MappingWith("archc: 1", "input:", "layers:")
        diagnostics.report(WrongForm("a spec", needs, tree.described()), tree.span)
    return None


class _Validator:
    def __init__(self, tree: Mapping, source: Source, diagnostics: Diagnostics) -> None:
        self._tree = tree
        self._diagnostics = diagnostics
        self._spec = Spec(source)
        self._defaults: dict[str, dict[str, SpecValue]] = {}
        self._used_params: set[str] = set()

    def spec(self) -> Spec:
        spec = self._spec
        self._keys()
        self._version()
        self._name()
        spec.exact = self._rounding()
        spec.params = self._params(self._tree.get("params"), {})
        spec.variants = read_variants(
            self._tree.get("variants"), spec.params, self._used_params.add, self._diagnostics
        )
        spec.input = self._input()
        self._read_defaults()
        if (tree := self._tree.get("init")) is not None:
            spec.init = read_init(tree, self._diagnostics)
        self._read_blocks()
        reader = self._reader(spec.params, self._used_params)
        if "layers" in self._tree.entries or "branches" in self._tree.entries:
            spec.body = reader.body(self._tree, "the network")
        spec.auxiliary = self._auxiliary(reader)
        spec.outputs = self._outputs()
        cut_endless(spec, self._diagnostics)
        self._unused()
        return spec

    def _keys(self) -> None:
        self._tree = respelt(self._tree, _KEYS, "a spec", self._diagnostics)
        given = {"layers" if name == "branches" else name for name in self._tree.entries}
        missing = [key for key in _REQUIRED if key not in given and not self._misspelt(key)]
        if missing:
            advice = ", ".join(_REQUIRED[key] for key in missing)
            problem = MissingKey(tuple(missing), "a spec", advice)
            self._diagnostics.report(problem, start_of(self._tree))

    def _misspelt(self, key: str) -> bool:
        """Whether an unknown key may be the missing `key`, misspelt."""
        unknown = [name for name in self._tree.entries if name not in _KEYS]
        return closest(key, unknown, cutoff=0.6) is not None

    def _version(self) -> None:
        tree = self._tree.get("archc")
        if tree is None or isinstance(tree, Unreadable):
            return
        if not isinstance(tree, Scalar) or tree.value is True or tree.value != VERSION:
            self._diagnostics.report(UnsupportedVersion(tree.described()), tree.span)

    def _name(self) -> None:
        tree = self._tree.get("name")
        if tree is None or isinstance(tree, Unreadable):
            return
        if not isinstance(tree, Scalar) or tree.value is None:
            self._diagnostics.report(WrongForm("`name`", NameOf(), tree.described()), tree.span)
        elif not all(c.isalnum() or c in "_-. " for c in tree.text) or len(tree.text) > 80:
            long = f"it has {len(tree.text)} characters"
            reason = long if len(tree.text) > 80 else "it has characters of another kind"
            self._diagnostics.report(BadNetworkName(tree.text, reason), tree.span)
        else:
            self._spec.name = tree.text

    def _rounding(self) -> bool:
        tree = self._tree.get("rounding")
        if tree is None or isinstance(tree, Unreadable):
            return False
        if not isinstance(tree, Scalar) or tree.value not in _ROUNDING:
            written = tree.value if isinstance(tree, Scalar) else None
            problem = BadValue("rounding", Word(*_ROUNDING), tree.described(), written)
            self._diagnostics.report(problem, tree.span)
            return False
        return tree.value == "exact"

    def _input(self) -> list[SpecValue] | None:
        tree = self._tree.get("input")
        if tree is None or isinstance(tree, Unreadable):
            return None
        if not isinstance(tree, Sequence) or len(tree.items) not in (1, 3):
            value = f"{len(tree.items)} numbers" if isinstance(tree, Sequence) else tree.described()
            self._diagnostics.report(WrongForm("`input`", InputShape(), value), tree.span)
            return None
        names = Names(Known(self._spec.params), self._used_params.add)
        return [spec_value(item, names, self._diagnostics) for item in tree.items]

    def _params(
        self, tree: Tree | None, outer: dict[str, Parameter], used: set[str] | None = None
    ) -> dict[str, Parameter]:
        """Return declared parameters; a default can name earlier ones and those of the file."""
        entries = self._mapping(tree, "`params`", MappingOf("names", "defaults"))
        params: dict[str, Parameter] = {}
        inputs = () if used is None else _INPUTS  # only a block reads something
        used = self._used_params if used is None else used
        taken = {*_LAYER_KEYS, *(key.text for key, _ in entries)}
        for key, value in entries:
            self._check_name(key, taken)  # its uses are read in any case
            default = None
            if key.text in _LAYER_KEYS:
                reason = "every layer has a key of that name"
                self._diagnostics.report(BadName(key.text, reason), key.span)
                default = SpecValue(key.span, "", UNKNOWN)
            if not (isinstance(value, Scalar) and value.value is None):
                names = self._names(params, outer, used, *inputs)
                default = spec_value(value, names, self._diagnostics)
            params[key.text] = Parameter(key.text, key.span, default)
        return params

    def _check_name(self, key: Scalar, taken: set[str]) -> bool:
        """Check a name that does not become an attribute: a block's, a parameter's, an output's."""
        return check_name(key, self._diagnostics, attribute=False, taken=taken)

    def _names(
        self,
        own: dict[str, Parameter],
        outer: dict[str, Parameter],
        used: set[str],
        *inputs: Collection[str],
    ) -> Names:
        def use(name: str) -> None:
            (used if name in own else self._used_params).add(name)

        return Names(Known(own, outer, *inputs), use)

    def _mapping(self, tree: Tree | None, what: str, needs: MappingOf) -> list[tuple[Scalar, Tree]]:
        if isinstance(tree, Mapping):
            return list(tree)
        if tree is None or isinstance(tree, Unreadable):
            return []
        if not (isinstance(tree, Scalar) and tree.value is None):
            self._diagnostics.report(WrongForm(what, needs, tree.described()), tree.span)
        return []

    def _read_defaults(self) -> None:
        entries = self._mapping(self._tree.get("defaults"), "`defaults`", _DEFAULTS)
        given = {key.text for key, _ in entries}
        for key, value in entries:
            name: str | None = key.text
            if key.text not in ops.OPERATORS:
                known = ops.OPERATORS.all_names()
                self._diagnostics.report(UnknownOperator(key.text, known, given), key.span)
                name = meant(key.text, ops.names(), self._defaults)
            if name is not None:
                self._defaults[name] = self._operator_defaults(name, value)

    def _operator_defaults(self, name: str, tree: Tree) -> dict[str, SpecValue]:
        operator = ops.find(name)
        known = tuple(setting for setting in operator.kinds if setting != operator.principal)
        names = Names(Known(self._spec.params), self._used_params.add)
        settings: dict[str, SpecValue] = {}
        if isinstance(tree, Mapping):
            tree = respelt(tree, known, f"the defaults of `{name}`", self._diagnostics)
        for key, value in self._mapping(tree, f"`{name}`", MappingOf("settings")):
            if key.text not in known:
                continue
            given = spec_value(value, names, self._diagnostics)
            if given.constant:
                accepted = accept(operator, key.text, given, given.value, self._diagnostics)
                if accepted is UNKNOWN:
                    given = given._replace(value=UNKNOWN)
            settings[key.text] = given
        return settings

    def _reader(self, own: dict[str, Parameter], used: set[str]) -> LayerReader:
        outer = {} if own is self._spec.params else self._spec.params
        names = Names(Known(own, outer, *_INPUTS), self._names(own, outer, used).used)
        uses = UseReader(self._diagnostics, self._spec.blocks, self._defaults, names)
        return LayerReader(self._diagnostics, uses)

    def _read_blocks(self) -> None:
        """Read every block's parameters first, so that blocks can use blocks written later."""
        trees: list[tuple[Block, Mapping]] = []
        used: dict[str, set[str]] = {}
        entries = self._mapping(self._tree.get("blocks"), "`blocks`", MappingOf("blocks"))
        taken = {*ops.names(), *_LAYER_KEYS, *(key.text for key, _ in entries)}
        for key, value in entries:
            if key.text in ops.names() and not self._hides(key):
                continue
            self._check_name(key, taken)  # its uses are read in any case
            block = self._spec.blocks[key.text] = Block(key.text, key.span, {})
            if not isinstance(value, Mapping):
                block.readable = False
                if not isinstance(value, Unreadable):
                    problem = WrongForm("a block", MappingWith("layers:"), value.described())
                    self._diagnostics.report(problem, value.span)
                continue
            value = respelt(value, _BLOCK_KEYS, "a block", self._diagnostics)
            used[key.text] = set()
            block.params = self._params(value.get("params"), self._spec.params, used[key.text])
            trees.append((block, value))
        for block, tree in trees:
            self._read_block(block, tree, used[block.name])

    def _hides(self, key: Scalar) -> bool:
        """Report a block with an operator's name; return whether it is used instead of that."""
        if since := ops.find(key.text).since:
            self._diagnostics.report(BlockHidesOperator(key.text, since), key.span)
            return True
        self._diagnostics.report(NameCollision(key.text, "an operator"), key.span)
        return False

    def _read_block(self, block: Block, tree: Mapping, used: set[str]) -> None:
        reader = self._reader(block.params, used)
        if (inline := tree.get("inline")) is not None:
            block.inline = reader.flag(inline, "inline")
        if not set(tree.entries) <= set(_BLOCK_KEYS) and not {*BODY_KEYS} & {*tree.entries}:
            return  # an unknown key hides that `layers` is missing
        block.body = reader.body(tree, f"the block `{block.name}`")
        for param in block.params.values():
            if param.name not in used:
                what = f"the parameter `{param.name}` of the block `{block.name}`"
                self._diagnostics.report(Unused(what), param.span)

    def _auxiliary(self, reader: LayerReader) -> list[HeadDecl]:
        heads = []
        entries = self._mapping(self._tree.get("auxiliary"), "`auxiliary`", MappingOf("heads"))
        body = self._spec.body
        nodes = [node.name for node in body.children] if body else []
        taken = {*nodes, *(key.text for key, _ in entries)}
        for key, value in entries:
            check_name(key, self._diagnostics, taken=taken)
            node = reader.node(key.text, key.span, value, ("loss_weight",))
            weight = self._loss_weight(value) if isinstance(value, Mapping) else 1.0
            if node.reads is None and node.what is not None:
                advice = "add `from: NODE`, the node of the main chain that is its input"
                problem = MissingKey(("from",), f"the head `{key.text}`", advice)
                self._diagnostics.report(problem, key.span)
                node.what = None
            elif (form := self._not_one_module(node)) is not None:
                wrong = WrongForm(f"the head `{key.text}`", OneModule(), form)
                self._diagnostics.report(wrong, key.span)
                node.what = None
            heads.append(HeadDecl(node, weight))
        return heads

    def _not_one_module(self, node: NodeDecl) -> str | None:
        """Return what makes a node no valid head, or None where it is one."""
        if isinstance(node.what, OperatorUse) and node.what.joined:
            return "a join"
        inline = isinstance(node.what, BlockUse) and self._spec.blocks[node.what.block].inline
        return "`inline`" if inline or node.inline else None

    def _loss_weight(self, tree: Mapping) -> float:
        value = tree.get("loss_weight")
        if value is None or isinstance(value, Unreadable):
            return 1.0
        kind = Real(minimum=0)
        accepted = kind.accept(value.value) if isinstance(value, Scalar) else Unfit(kind.expected)
        if not isinstance(accepted, Unfit):
            return accepted
        problem = BadValue("loss_weight", kind.expected, value.described())
        self._diagnostics.report(problem, value.span)
        return 1.0

    def _outputs(self) -> list[tuple[str, Reference]]:
        outputs = []
        needs = MappingOf("output names", "nodes")
        entries = self._mapping(self._tree.get("outputs"), "`outputs`", needs)
        heads = self._tree.get("auxiliary")
        taken = set(heads.entries) if isinstance(heads, Mapping) else set()
        others = taken | {key.text for key, _ in entries}
        for key, value in entries:
            read = reference(value, key.text, self._diagnostics)
            if self._check_name(key, others) and read is not None:
                outputs.append((key.text, read))
        for name, read in outputs:
            if name in taken:
                problem = NameCollision(name, "an auxiliary head")
                self._diagnostics.report(problem, read.span)
        return outputs

    def _unused(self) -> None:
        """Warn of unused definitions; a block that only an unused block uses counts as used."""
        if self._diagnostics.errors:
            return  # what uses it may be what could not be read
        spec = self._spec
        nodes = [node for block in spec.blocks.values() for node in walk(block.body)]
        nodes += walk(spec.body)
        for head in spec.auxiliary:
            nodes += walk(Body([head.node], numbered=False, span=head.node.span))
        blocks = {node.what.block for node in nodes if isinstance(node.what, BlockUse)}
        for block in spec.blocks.values():
            if block.name not in blocks:
                self._diagnostics.report(Unused(f"the block `{block.name}`"), block.span)
        for param in spec.params.values():
            if param.name not in self._used_params:
                self._diagnostics.report(Unused(f"the parameter `{param.name}`"), param.span)
        self._unused_defaults(nodes)

    def _unused_defaults(self, nodes: list[NodeDecl]) -> None:
        used = {getattr(node.what, "operator", None) for node in nodes}
        for key, _ in self._mapping(self._tree.get("defaults"), "`defaults`", _DEFAULTS):
            if key.text in ops.OPERATORS and ops.find(key.text) not in used:
                self._diagnostics.report(Unused(f"the default of `{key.text}`"), key.span)
