"""Read a text into a located tree, safely, over libyaml's event stream.

PyYAML's constructor is not used: it loses locations, accepts duplicate keys and reads `on` as true.
Limits are kept while the events arrive, since composing a deeply nested file can crash the C
library.
"""

import re
from typing import Any

import yaml

from archc.diagnostics import Diagnostics, Label
from archc.problems.base import Problem
from archc.problems.reading import (
    AliasTrouble,
    DuplicateKey,
    ExplicitTag,
    KeyNotScalar,
    NotOneDocument,
    NumberOutOfRange,
    TooDeep,
    TooLarge,
    YamlSyntax,
)
from archc.source import Source, Span
from archc.syntax.tree import Mapping, Scalar, Sequence, Tree, Unreadable

MAX_DEPTH = 100
MAX_VALUES = 400_000  # keys and values that are written out
MAX_ENTRIES = 100_000  # of one list or mapping: as many as a network may have nodes
MAX_ALIASED = 250_000  # and those that aliases add

# https://yaml.org/spec/1.2.2/#51-character-set
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HARMLESS = (None, "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
_Loader: Any = getattr(yaml, "CLoader", yaml.Loader)
_Scalar, _Alias = yaml.ScalarEvent, yaml.AliasEvent  # looked up for every value
_SequenceEnd, _MappingEnd = yaml.SequenceEndEvent, yaml.MappingEndEvent


def read(source: Source, diagnostics: Diagnostics) -> Tree | None:
    """Return the one document of `source` as a tree, or None where it cannot be parsed."""
    if _find_forbidden(source, diagnostics):
        return None
    try:
        return _Reader(source, diagnostics).document()
    except _Stopped:
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if line > len(source.lines):  # libyaml ends the last line itself
            line, column = len(source.lines), len(source.lines[-1]) + 1
        reason = ", ".join(filter(None, [error.context, error.problem]))
        # libyaml reads ahead, so its own limit can come before ours.
        deep = "nesting depth" in reason
        problem = TooDeep(MAX_DEPTH) if deep else YamlSyntax(reason)
        diagnostics.report(problem, Span(source, line, column, line, column + 1))
    return None


def _find_forbidden(source: Source, diagnostics: Diagnostics) -> bool:
    """Report the first character that YAML does not allow; libyaml has no location for it."""
    match = _FORBIDDEN.search(source.text)
    if match is None:
        return False
    before = Source("", source.text[: match.start()]).lines
    line, column = len(before), len(before[-1]) + 1
    reason = f"the character U+{ord(match.group()):04X} is not allowed"
    diagnostics.report(YamlSyntax(reason), Span(source, line, column, line, column + 1))
    return True


class _Stopped(Exception):  # noqa: N818 - not an error: it has been reported
    """The rest of the file is not read; the reason has been reported."""


class _Reader:
    def __init__(self, source: Source, diagnostics: Diagnostics) -> None:
        self._source = source
        self._diagnostics = diagnostics
        self._next = _Loader(source.text).get_event
        self._anchors: dict[str, tuple[Tree, int, int]] = {}
        self._nodes = 0  # read so far, with each alias counted as its value
        self._written = 0
        self._aliased = 0
        self._deepest = 0
        self._last: Any = None  # the event that ended the last node

    def document(self) -> Tree:
        self._next()  # the stream's start
        event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            self._stop(NotOneDocument("none"), self._source.whole())
        tree = self._node(self._next(), 0)
        self._next()  # the document's end
        event = self._next()
        if not isinstance(event, yaml.StreamEndEvent):
            self._stop(NotOneDocument("several"), self._span(event))
        return tree

    def _stop(self, problem: Problem, span: Span) -> None:
        self._diagnostics.report(problem, span)
        raise _Stopped

    def _span(self, event: Any, end: Any = None) -> Span:
        start, stop = event.start_mark, (end or event).end_mark
        place = self._source, start.line + 1, start.column + 1, stop.line + 1, stop.column + 1
        return tuple.__new__(Span, place)  # half the time of `Span(…)`

    def _node(self, event: Any, depth: int) -> Tree:
        if isinstance(event, _Alias):
            return self._alias(event, depth)
        if depth > MAX_DEPTH:
            self._stop(TooDeep(MAX_DEPTH), self._span(event))
        # `!` alone is the non-specific tag, which changes what a scalar means just as well.
        if event.tag is not None:
            self._diagnostics.report(ExplicitTag(event.tag), self._span(event))
        if event.anchor is None:
            return self._plain_node(event, depth)

        nodes, deepest = self._nodes, self._deepest
        self._deepest = depth
        tree = self._plain_node(event, depth)
        self._anchors[event.anchor] = (tree, self._nodes - nodes, self._deepest - depth)
        self._deepest = max(deepest, self._deepest)
        return tree

    def _plain_node(self, event: Any, depth: int) -> Tree:
        self._nodes += 1
        self._written += 1
        if self._written > MAX_VALUES:
            self._stop(TooLarge(MAX_VALUES, "values"), self._span(event))
        if depth > self._deepest:
            self._deepest = depth
        if isinstance(event, _Scalar):
            tree = self._scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            tree = self._sequence(event, depth)
        else:
            tree = self._mapping(event, depth)
        # Without its tag, a value would be another.
        return tree if event.tag in _HARMLESS else Unreadable(tree.span)

    def _alias(self, event: Any, depth: int) -> Tree:
        span = self._span(event)
        if event.anchor not in self._anchors:
            self._diagnostics.report(AliasTrouble(event.anchor), span)
            return Unreadable(span)
        self._last = event
        tree, nodes, height = self._anchors[event.anchor]
        self._nodes += nodes
        self._aliased += nodes
        if self._aliased > MAX_ALIASED:
            self._stop(AliasTrouble(event.anchor, MAX_ALIASED), span)
        if depth + height > MAX_DEPTH:
            self._stop(TooDeep(MAX_DEPTH), span)
        self._deepest = max(self._deepest, depth + height)
        return tree

    def _scalar(self, event: Any) -> Tree:
        self._last = event
        span = self._span(event)
        try:
            return Scalar(event.value, not event.style, span)
        except OverflowError:
            self._diagnostics.report(NumberOutOfRange(event.value), span)
            return Unreadable(span)

    def _sequence(self, start: Any, depth: int) -> Sequence:
        items: list[Tree] = []
        while not isinstance(event := self._next(), _SequenceEnd):
            if len(items) == MAX_ENTRIES:
                self._stop(TooLarge(MAX_ENTRIES, "entries"), self._span(event))
            items.append(self._node(event, depth + 1))
        return Sequence(items, self._collection_span(start, event))

    def _mapping(self, start: Any, depth: int) -> Mapping | Unreadable:
        entries: dict[str, tuple[Scalar, Tree]] = {}
        lost = False
        while not isinstance(event := self._next(), _MappingEnd):
            if len(entries) == MAX_ENTRIES:
                self._stop(TooLarge(MAX_ENTRIES, "entries"), self._span(event))
            key = self._key(event, depth + 1)
            value = self._node(self._next(), depth + 1)
            if key is None:
                lost = True
            elif key.text in entries:
                first = Label(entries[key.text][0].span, "first given here")
                self._diagnostics.report(DuplicateKey(key.text), key.span, [first])
            else:
                entries[key.text] = (key, value)
        span = self._collection_span(start, event)
        return Unreadable(span) if lost and not entries else Mapping(entries, span)

    def _key(self, event: Any, depth: int) -> Scalar | None:
        """Return a key at its own location, not its anchor's, or None where it is no scalar."""
        key = self._node(event, depth)
        span = self._span(event) if isinstance(event, _Alias) else key.span
        if isinstance(key, Scalar):
            return key if key.span == span else Scalar(key.text, key.plain, span)
        if not isinstance(key, Unreadable):
            self._diagnostics.report(KeyNotScalar(key.described()), span)
        return None

    def _collection_span(self, start: Any, end: Any) -> Span:
        # A block collection's end mark is the next token, so its last item's end is used.
        if start.flow_style:
            self._last = end
        return self._span(start, self._last)
