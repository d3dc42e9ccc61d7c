"""What of a checkpoint fits, as a table by layer, and as an object for a program."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from archc.analyses.fitting import Fit
from archc.ops.base.operator import Shape
from archc.problems.shapes import shape_text
from archc.render.display import printable, width

VERSION = 1


class _Row(NamedTuple):
    layer: str
    verdict: str
    told: str


def fit_table(fit: Fit) -> str:
    """Return a row for each layer that something is wrong with; the others fold into counts."""
    rows = [*_known(fit), *_left_over(fit)]
    widths = [max((width(row[i]) for row in rows), default=0) for i in (0, 1)]
    lines = [_line(row, widths) for row in rows]
    return "\n".join([*lines, *([""] if lines else []), count(fit)]) + "\n"


def _line(row: _Row, widths: list[int]) -> str:
    cells = (cell + " " * (room - width(cell)) for cell, room in zip(row[:2], widths, strict=True))
    return "  ".join((*cells, row.told)).rstrip()


def count(fit: Fit) -> str:
    """Return the line that sums up: ``120 of 122 tensors fit, 2 missing, 1 left over``."""
    numbers = {
        "missing": len(fit.missing),
        "of another shape": len(fit.reshaped),
        "left over": len(fit.left_over),
    }
    told = [f"{number:,} {what}" for what, number in numbers.items() if number]
    if absent := len(fit.counters):
        told.append(f"{absent:,} batch count{'s begin' if absent > 1 else ' begins'} at 0")
    needed = len(fit.keys)
    return ", ".join([f"{len(fit.fits):,} of {needed:,} tensors fit", *told])


def _known(fit: Fit) -> Iterator[_Row]:
    fits, missing = set(fit.fits), set(fit.missing)
    blocks: dict[str, dict[str, list[str]]] = {}
    for name in fit.keys:
        layers = blocks.setdefault(name.partition(".")[0], {})
        layers.setdefault(name.rpartition(".")[0], []).append(name)
    for block, layers in blocks.items():
        names = [name for own in layers.values() for name in own]
        fitting = sum(name in fits for name in names)
        if fitting:
            every = "" if fitting == len(names) else f"{fitting:,} of "
            yield _Row(printable(block), "fits", f"{every}{_tensors(len(names))}")
        for layer, own in layers.items():
            if absent := [name for name in own if name in missing]:
                yield _Row(printable(layer), "missing", _listed(absent, fit))
            if reshaped := [name for name in own if name in fit.reshaped]:
                yield _Row(printable(layer), "other shape", _reshaped(reshaped, fit))


def _tensors(number: int) -> str:
    return f"{number:,} tensor{'' if number == 1 else 's'}"


def _listed(names: list[str], fit: Fit) -> str:
    return ", ".join(f"{_last(name)} {_shown(fit.keys[name].shape)}" for name in names)


def _reshaped(names: list[str], fit: Fit) -> str:
    told = [
        f"{_last(name)} {_shown(fit.reshaped[name].has)}, needs {_shown(fit.reshaped[name].needs)}"
        for name in names
    ]
    why = next((fit.reshaped[name].why for name in names if fit.reshaped[name].why), "")
    return "; ".join(told) + (f" ({why})" if why else "")


def _left_over(fit: Fit) -> Iterator[_Row]:
    layers: dict[str, list[str]] = {}
    for name in fit.left_over:
        layers.setdefault(name.rpartition(".")[0], []).append(name)
    for layer, names in layers.items():
        told = ", ".join(f"{_last(name)} {_shown(fit.left_over[name])}" for name in names)
        renamed = next((fit.renamed[name] for name in names if name in fit.renamed), None)
        asked = f" (is it `{renamed.rpartition('.')[0]}` now?)" if renamed else ""
        yield _Row(printable(layer), "left over", told + printable(asked))


def _last(name: str) -> str:
    return printable(name.rpartition(".")[2])


def _shown(shape: Shape) -> str:
    return shape_text(shape) or "scalar"


def fit_json(fit: Fit) -> dict[str, Any]:
    """Return a fit as plain data; `docs/weights.md` says what each field is."""
    return {
        "version": VERSION,
        "fits": list(fit.fits),
        "missing": {name: list(fit.keys[name].shape) for name in fit.missing},
        "counters": list(fit.counters),
        "left_over": _lists(fit.left_over),
        "reshaped": {
            name: {"has": list(has), "needs": list(needs), "why": why}
            for name, (has, needs, why) in fit.reshaped.items()
        },
        "renamed": dict(fit.renamed),
    }


def _lists(shapes: Mapping[str, Shape]) -> dict[str, list[int]]:
    return {name: list(shape) for name, shape in shapes.items()}
