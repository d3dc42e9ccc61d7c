"""The reporters of a run, found through the door and chosen by where the run is shown.

The screen's part goes to standard output. curl and tqdm draw bars on standard error because their
standard output carries data; training has no other output, so that
``archc train RECIPE | tee log`` keeps everything.
"""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import TextIO

from archc.doors import Door
from archc.extras import how_to_install
from archc.train.show.base.reporter import Facts, Reporter, Several

REPORTERS = Door("archc.train.show", Reporter)


def chosen(stream: TextIO | None, directory: Path | None) -> Reporter:
    """Return the reporters of a run as one.

    Those that write files come first, so that the screen shows nothing that is not yet saved.

    Args:
        stream: where the run is shown; None for a quiet run.
        directory: the directory of the run; None for a process that writes no files.
    """
    kinds = [REPORTERS.find(name) for name in REPORTERS.all_names()]
    files = [kind for kind in kinds if kind.writes_files and directory is not None]
    usable = [kind for kind in files if not _lacks_package(kind)]
    return _Chosen(
        [kind() for kind in usable] + _screen(kinds, stream),
        list(dict.fromkeys(_note(kind) for kind in files if _lacks_package(kind))),
    )


def can_redraw(stream: TextIO) -> bool:
    """Whether `stream` is a terminal that can go back and overwrite a line."""
    try:
        return stream.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown")
    except ValueError:  # it is closed
        return False


class _Chosen(Several, abstract=True):
    """Reporters that add notes on those that cannot take part."""

    def __init__(self, reporters: list[Reporter], notes: list[str]) -> None:
        super().__init__(reporters)
        self._notes = notes

    def begin(self, facts: Facts) -> None:
        """Begin a run with the notes among its remarks."""
        super().begin(facts._replace(remarks=[*facts.remarks, *self._notes]))


def _screen(kinds: list[type[Reporter]], stream: TextIO | None) -> list[Reporter]:
    if stream is None:
        return []
    terminal = can_redraw(stream)
    return [
        kind(stream) for kind in kinds if kind.for_terminal is terminal and not _lacks_package(kind)
    ]


def _lacks_package(kind: type[Reporter]) -> bool:
    return kind.needs is not None and find_spec(kind.needs) is None


def _note(kind: type[Reporter]) -> str:
    needs = kind.needs or ""
    return f"no {kind.makes}: {needs} is not installed ({how_to_install(needs)})"
