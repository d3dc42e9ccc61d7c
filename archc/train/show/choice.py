"""What a run shows, chosen by where it is shown.

The screen's part is meant for standard output. The bars of curl and tqdm go to standard error to
leave standard output to data; training has no data to leave it to. What it says is all that the
command has to say, so ``archc train RECIPE | tee log`` keeps it, as lines.
"""

from pathlib import Path
from typing import TextIO

from archc.train.show import events, pictures
from archc.train.show.curves import Curves
from archc.train.show.events import Events
from archc.train.show.lines import Lines
from archc.train.show.reporter import Facts, Reporter, Several
from archc.train.show.sheet import Sheet


def chosen(stream: TextIO | None, directory: Path | None) -> Reporter:
    """Return what shows a run: its files, then a bar on a terminal or lines anywhere else.

    The files come first, so that the screen speaks of nothing that is not kept.

    Args:
        stream: where to show it; None for a run that is to be quiet.
        directory: of the run, there when the run begins; None for no files.
    """
    files = [] if directory is None else _files(directory)
    screen = [] if stream is None else [_screen(stream)]
    return _Chosen([*files, *screen])


class _Chosen(Several):
    """Remarks on the files that cannot be written here."""

    def begin(self, facts: Facts) -> None:
        missing = (events.remark(), pictures.remark())
        remarks = [remark for remark in missing if remark is not None]
        super().begin(facts._replace(remarks=[*facts.remarks, *remarks]))


def _files(directory: Path) -> list[Reporter]:
    return [
        Sheet(directory / "metrics.csv"),
        Events(directory),
        Curves(directory / "curves.png"),
    ]


def _screen(stream: TextIO) -> Reporter:
    from archc.train.show.live import Bar, can_move

    return Bar(stream) if can_move(stream) else Lines(stream)
