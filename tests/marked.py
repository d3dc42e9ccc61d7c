"""Specs in which «…» marks the places that archc must complain about."""

import re

from archc.pipeline import check
from archc.problems.base import Severity

HEAD = "archc: 1\ninput: [3, 32, 32]\n"


def unmark(text):
    """Return the text without marks, and the marked places: line, column, end column."""
    places = []
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        while found := re.search("«(.*?)»", line):
            line = line[: found.start()] + found[1] + line[found.end() :]
            places.append((number, found.start() + 1, found.end() - 1))
        lines[number - 1] = line
    return "\n".join(lines), places


def told(text, **kwargs):
    """Return the errors: code, line, column, end column."""
    found = check(text, **kwargs).diagnostics
    return [(d.problem.code, *d.span[1:3], d.span.end_column) for d in found.errors]


def assert_codes(text, *codes, **kwargs):
    """Assert that archc tells exactly these codes, at the marked places, in their order."""
    plain, places = unmark(text)
    assert len(places) == len(codes)
    expected = [(code, *place) for code, place in zip(codes, places, strict=True)]
    assert told(plain, **kwargs) == expected


def notes(text, **kwargs):
    """Return the codes of warnings and notes."""
    found = check(unmark(text)[0], **kwargs).diagnostics
    return [d.problem.code for d in found if d.severity is not Severity.ERROR]
