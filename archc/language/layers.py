"""Bodies and layers: each entry of `layers:` as a declaration."""

from dataclasses import dataclass, replace

from archc import ops
from archc.diagnostics import Diagnostics
from archc.language.initialisation import read_init
from archc.language.model import Body, NodeDecl, OperatorUse
from archc.language.names import check_name
from archc.language.naming import read_naming
from archc.language.respelling import meant, respelt
from archc.language.uses import NODE_KEYS, UseReader, reference
from archc.language.values import INDEX, Names, spec_value
from archc.ops.base.operator import Operator
from archc.problems.base import Problem
from archc.problems.forms import OneLayer, SomeLayers, TrueOrFalse, Word
from archc.problems.known import Known
from archc.problems.structure import (
    EmptyBody,
    KeyWithoutEffect,
    MissingKey,
    NotOneOperator,
    WrongForm,
)
from archc.problems.values import BadValue
from archc.source import Span
from archc.syntax.tree import Mapping, Scalar, Sequence, Tree, Unreadable

BODY_KEYS = ("layers", "branches")
JOINS = ("concat", "add")


@dataclass(slots=True)
class LayerReader:
    """Reads the layers of one body; its `uses` know the parameters that can be named in it."""

    diagnostics: Diagnostics
    uses: UseReader

    def body(self, owner: Mapping, what: str) -> Body | None:
        """Return the body that `owner` holds under `layers` or `branches`."""
        key = next((key for key in BODY_KEYS if key in owner.entries), None)
        if key is None:
            self._report(MissingKey(("layers",), what), owner.span)
            return None
        tree = owner.entries[key][1]
        if isinstance(tree, Unreadable):
            return None
        if not isinstance(tree, Mapping | Sequence):
            self._report(WrongForm(f"`{key}`", SomeLayers(), tree.described()), tree.span)
            return None
        join = self._join(owner, key, what)
        body = self._filled(tree, what, owner.entries[key][0].span, join)
        # Branches without a join are no chain: their output is not known.
        return None if key == "branches" and join is None else body

    def _filled(
        self,
        tree: Mapping | Sequence,
        what: str,
        span: Span,
        join: type[Operator] | None = None,
    ) -> Body:
        children = self._children(tree)
        if not children:
            self._report(EmptyBody(what), span)
        return Body(children, isinstance(tree, Sequence), span, join)

    def _children(self, tree: Mapping | Sequence) -> list[NodeDecl]:
        if isinstance(tree, Sequence):
            items = enumerate(tree.items)
            return [self.node(str(i), self._place(item), item) for i, item in items]
        children = []
        for key, value in tree:
            check_name(key, self.diagnostics, layer=True, taken=tree.entries)
            children.append(self.node(key.text, key.span, value))
        return children

    def _place(self, item: Tree) -> Span:
        """Return the location of a listed layer: its operator's key."""
        if isinstance(item, Mapping):
            return next((key.span for key, _ in item), item.span)
        return item.span

    def _join(self, owner: Mapping, key: str, what: str) -> type[Operator] | None:
        entry = owner.entries.get("join")
        if key == "layers":
            if "branches" in owner.entries:
                operators = ("layers", "branches")
                self._report(NotOneOperator(operators), owner.entries["branches"][0].span)
            elif entry:
                self._report(KeyWithoutEffect("join", "without `branches`"), entry[0].span)
            return None
        if entry is None and any(meant(name, ("join",), ()) for name in owner.entries):
            return None  # a misspelt `join` has been reported
        if entry is None:
            advice = "write `join: concat` or `join: add` beside the branches"
            self._report(MissingKey(("join",), what, advice), owner.entries[key][0].span)
            return None
        if not isinstance(entry[1], Scalar) or entry[1].value not in JOINS:
            written = entry[1].value if isinstance(entry[1], Scalar) else None
            problem = BadValue("join", Word(*JOINS), entry[1].described(), written)
            self._report(problem, entry[1].span)
            return None
        return ops.find(entry[1].text)

    def node(self, name: str, span: Span, tree: Tree, extra: tuple[str, ...] = ()) -> NodeDecl:
        """Return the node that `tree` declares; its owner reads the `extra` keys."""
        if isinstance(tree, Mapping):
            reader = self._counting() if "repeat" in tree.entries else self
            return reader._mapping_node(name, span, tree, extra)
        decl = NodeDecl(name, span, None)
        if isinstance(tree, Scalar) and isinstance(tree.value, str):
            decl.what = self.uses.use(tree, None, {})
        elif isinstance(tree, Sequence):
            decl.what = self._filled(tree, "this node", span)
        elif isinstance(tree, Scalar) and tree.value is None:
            self._report(NotOneOperator(()), span)
        elif not isinstance(tree, Unreadable):
            self._report(WrongForm("a layer", OneLayer(), tree.described()), tree.span)
        return decl

    def _counting(self) -> "LayerReader":
        """Return a reader of what is repeated, in which the number of a copy has a name."""
        names = self.uses.names
        if INDEX in names.known:
            return self
        counting = Names(Known(names.known, (INDEX,)), names.used)
        return LayerReader(self.diagnostics, replace(self.uses, names=counting))

    def _mapping_node(
        self, name: str, span: Span, tree: Mapping, extra: tuple[str, ...]
    ) -> NodeDecl:
        decl = NodeDecl(name, span, None)
        if any(key in tree.entries for key in BODY_KEYS):
            return self._body_node(decl, tree, extra)
        self._node_keys(decl, tree)
        head = self.uses.head(tree, extra)
        if head is None:
            return decl
        settings = {
            key.text: (key, value)
            for key, value in tree
            if key is not head and key.text not in NODE_KEYS and key.text not in extra
        }
        decl.what = self.uses.use(head, tree.entries[head.text][1], settings)
        self._without_effect(decl, tree, extra)
        return self._without_source(decl, tree)

    def _body_node(self, decl: NodeDecl, tree: Mapping, extra: tuple[str, ...]) -> NodeDecl:
        operators = [key for key, _ in tree if self.uses.is_known(key.text)]
        for key in operators:
            self._report(NotOneOperator(("layers", key.text)), key.span)
        others = {k.text: (k, value) for k, value in tree if k not in operators}
        known = (*BODY_KEYS, "join", *NODE_KEYS, *extra)
        tree = respelt(Mapping(others, tree.span), known, "a node with layers", self.diagnostics)
        self._node_keys(decl, tree)
        decl.what = self.body(tree, "this node")
        self._without_effect(decl, tree, extra)
        if operators or not set(tree.entries) <= set(known):
            decl.what = None
        return self._without_source(decl, tree)

    def _without_source(self, decl: NodeDecl, tree: Mapping) -> NodeDecl:
        """Return a node; its value is unknown if its `from` could not be read."""
        if "from" in tree.entries and decl.reads is None:
            decl.what = None
        return decl

    def _without_effect(self, decl: NodeDecl, tree: Mapping, extra: tuple[str, ...]) -> None:
        """Report the keys of a node that have no effect on what the node is."""
        where = {}
        if "as" in tree.entries and decl.repeat is None:
            where["as"] = "without `repeat`"
        elif decl.naming and decl.inline and isinstance(decl.what, Body):
            where["as"] = "on a body that `inline` removes"
        if isinstance(decl.what, OperatorUse):
            if decl.inline and decl.repeat is None:
                where["inline"] = "on a single layer"
            if decl.reads and decl.what.joined and not extra:
                where["from"] = f"in `{decl.what.operator.name}`, which names its inputs itself"
        elif decl.init and decl.what is not None:
            where["init"] = "on a block or a body, only on the layers inside"
        for key, place in where.items():
            self._report(KeyWithoutEffect(key, place), tree.entries[key][0].span)

    def _node_keys(self, decl: NodeDecl, tree: Mapping) -> None:
        if entry := tree.entries.get("from"):
            decl.reads = reference(entry[1], "from", self.diagnostics)
        if entry := tree.entries.get("if"):
            decl.condition = spec_value(entry[1], self.uses.names, self.diagnostics)
        if entry := tree.entries.get("repeat"):
            decl.repeat = spec_value(entry[1], self.uses.names, self.diagnostics)
        if entry := tree.entries.get("as"):
            decl.naming = read_naming(entry[1], self.uses.names, self.diagnostics)
        if entry := tree.entries.get("inline"):
            decl.inline = self.flag(entry[1], "inline")
        if entry := tree.entries.get("init"):
            decl.init = read_init(entry[1], self.diagnostics)

    def flag(self, tree: Tree, key: str) -> bool:
        """Return a literal true or false."""
        if isinstance(tree, Scalar) and isinstance(tree.value, bool):
            return tree.value
        if not isinstance(tree, Unreadable):
            self._report(BadValue(key, TrueOrFalse(), tree.described()), tree.span)
        return False

    def _report(self, problem: Problem, span: Span) -> None:
        self.diagnostics.report(problem, span)
