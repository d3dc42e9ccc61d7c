"""A recipe's text, read once: every place in it that somebody asks for comes from here."""

import os
from collections.abc import Sequence as Sequences
from dataclasses import dataclass

from archc.diagnostics import Diagnostics
from archc.problems.forms import MappingWith
from archc.problems.structure import OtherDocument, WrongForm
from archc.recipe.overrides import overridden
from archc.source import Source, Span
from archc.syntax.documents import is_spec, start_of
from archc.syntax.opener import SpecLike, open_spec
from archc.syntax.reader import read
from archc.syntax.tree import Mapping, Sequence, Tree, Unreadable


@dataclass(frozen=True)
class Document:
    """The text of a recipe and its tree, overrides included."""

    source: Source
    tree: Mapping

    @property
    def folder(self) -> str:
        """The folder that its paths begin in; empty, the working directory, if it is in none."""
        return os.path.dirname(self.source.name)

    def span(self, *keys: str | int) -> Span:
        """Return the location of a value, or of the innermost value around it that is there."""
        return _innermost(self.tree, keys).span

    def name_span(self, *keys: str | int) -> Span:
        """Return the location of the name of what is chosen there: an optimizer, a schedule."""
        tree = _innermost(self.tree, keys)
        return start_of(tree) if isinstance(tree, Mapping) else tree.span

    def key_span(self, section: str, key: str) -> Span:
        """Return the location of a key in a section, or of the section."""
        tree = self.tree.get(section)
        if isinstance(tree, Mapping) and key in tree.entries:
            return tree.entries[key][0].span
        return self.span(section)


def _innermost(tree: Tree, keys: tuple[str | int, ...]) -> Tree:
    for key in keys:
        if isinstance(key, str) and isinstance(tree, Mapping) and key in tree.entries:
            tree = tree.entries[key][1]
        elif isinstance(key, int) and isinstance(tree, Sequence) and key < len(tree.items):
            tree = tree.items[key]
    return tree


def open_document(
    path: SpecLike, diagnostics: Diagnostics, overrides: Sequences[tuple[str, str]] = ()
) -> Document | None:
    """Return the recipe in a file, or None after reporting why it is none.

    Args:
        path: the file.
        diagnostics: where to report.
        overrides: paths and texts of ``--set optimizer.lr=3e-4``.
    """
    source = open_spec(path, diagnostics)
    return None if source is None else read_document(source, diagnostics, overrides)


def read_document(
    source: Source, diagnostics: Diagnostics, overrides: Sequences[tuple[str, str]] = ()
) -> Document | None:
    """Return the recipe in a text, or None after reporting why it is none."""
    tree = read(source, diagnostics)
    if tree is None or isinstance(tree, Unreadable):
        return None
    if not isinstance(tree, Mapping):
        needs = MappingWith("spec:", "data:", "optimizer:", "epochs:")
        diagnostics.report(WrongForm("a recipe", needs, tree.described()), tree.span)
        return None
    if is_spec(tree):
        diagnostics.report(OtherDocument("spec"), start_of(tree))
        return None
    return Document(source, overridden(tree, overrides, diagnostics))
