"""Corrections of a text that a program can apply: each is a list of edits."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from archc.source import Span

_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")  # a node's anchor and tag


class Edit(NamedTuple):
    """A stretch of a source, and the text to put there."""

    span: Span
    replacement: str


class Fix(NamedTuple):
    """A correction: edits of one source that belong together.

    Args:
        message: what the edits do.
        edits: stretches that do not overlap.
        safe: whether they keep what the text means; a guess is not safe.
    """

    message: str
    edits: tuple[Edit, ...]
    safe: bool


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Return `text`, the text of the edits' source, with the edits made."""
    for edit in sorted(edits, key=lambda edit: edit.span[1:3], reverse=True):
        start, end = edit.span.offsets()
        text = text[:start] + edit.replacement + text[end:]
    return text


def respell(span: Span, word: str, replacement: str) -> Edit | None:
    """Return the edit that puts `replacement` for `word` at `span`, quoted as the word is.

    None where the text at `span` is not the word itself: it is escaped, or broken over lines, or
    what is wrong comes from elsewhere, such as a parameter's value.
    """
    text = span.text()
    properties = _PROPERTIES.match(text)
    offset = properties.end() if properties and text != word else 0
    shown = text[offset:]
    quote = shown[:1] if shown in (f'"{word}"', f"'{word}'") else ""
    if not quote and shown != word and not shown.startswith("*"):
        return None
    if "\n" in text[:offset]:
        return None
    place = span._replace(column=span.column + offset)
    return Edit(place, f"{quote}{replacement}{quote}")
