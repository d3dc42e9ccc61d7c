"""Blocks that contain themselves, and nesting that is too deep: both are cut before expansion."""

from archc.diagnostics import Diagnostics, Label
from archc.language.model import BlockUse, Body, NodeDecl, Spec
from archc.problems.base import Problem
from archc.problems.reading import TooDeep
from archc.problems.structure import RecursiveBlock
from archc.syntax.reader import MAX_DEPTH


def cut_endless(spec: Spec, diagnostics: Diagnostics) -> None:
    """Report each use that closes a circle of blocks, and the first node that nests too deep.

    All such nodes are cut off, so that what is left can be walked by recursion.
    """
    nesting = _Nesting(spec, diagnostics)
    for name in spec.blocks:
        nesting.block(name, (), 0)
    nesting.body(spec.body, (), 0)
    for head in spec.auxiliary:
        nesting.node(head.node, (), 1)


class _Nesting:
    """Counts levels: each body is one, whether a block's or not, and each repetition is one.

    Each method receives the blocks around a part and the levels above it, and returns the levels
    of the part.
    """

    def __init__(self, spec: Spec, diagnostics: Diagnostics) -> None:
        self._blocks = spec.blocks
        self._diagnostics = diagnostics
        self._heights: dict[str, int] = {}
        self._reported = False

    def block(self, name: str, around: tuple[str, ...], above: int) -> int:
        if name not in self._heights:
            self._heights[name] = self.body(self._blocks[name].body, (*around, name), above)
        return self._heights[name]

    def body(self, body: Body | None, around: tuple[str, ...], above: int) -> int:
        height = 0
        for child in body.children if body else ():
            height = max(height, self.node(child, around, above + 1))
        return height + 1

    def node(self, decl: NodeDecl, around: tuple[str, ...], above: int) -> int:
        what = decl.what
        if isinstance(what, BlockUse) and what.block in around:
            self._cut(decl, RecursiveBlock(around[around.index(what.block) :]))
            return 0
        repeats = 0 if decl.repeat is None else 1
        height = repeats + self._inside(what, around, above + repeats)
        if above + height <= MAX_DEPTH:
            return height
        self._cut(decl, None if self._reported else TooDeep(MAX_DEPTH))
        self._reported = True
        return 0

    def _inside(self, what: object, around: tuple[str, ...], above: int) -> int:
        if not isinstance(what, Body | BlockUse):
            return 0
        if above >= MAX_DEPTH:
            return MAX_DEPTH
        if isinstance(what, Body):
            return self.body(what, around, above)
        return self.block(what.block, around, above)

    def _cut(self, decl: NodeDecl, problem: Problem | None) -> None:
        what, decl.what = decl.what, None
        if problem is None or what is None:
            return
        labels = []
        if isinstance(what, BlockUse):
            labels.append(Label(self._blocks[what.block].span, "the block begins here"))
        self._diagnostics.report(problem, what.span, labels)
