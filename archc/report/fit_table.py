"""Which tensors of a checkpoint fit, as a table by layer, and as plain data for JSON."""

from collections.abc import Iterator, Mapping
from typing import Any

from archc.analyses.fitting import Fit
from archc.ops.base.operator import Shape
from archc.problems.shapes import shape_text
from archc.render.display import printable
from archc.report.columns import aligned

VERSION = 1


_Row = tuple[str, str, str]
"""A layer, a verdict, and its tensors."""


def fit_table(fit: Fit) -> str:
    """Return a row for each layer with a problem; the tensors of all others are counted."""
    rows = [*_known(fit), *_left_over(fit)]
    lines = [*aligned(rows, "<<<"), ""] if rows else []
    return "\n".join([*lines, count(fit)]) + "\n"


def count(fit: Fit) -> str:
    """Return the line that sums up: ``120 of 122 tensors fit, 2 missing, 1 left over``."""
    numbers = {
        "missing": len(fit.missing),
        "of another shape": len(fit.reshaped),
        "left over": len(fit.left_over),
    }
    counts = [f"{number:,} {what}" for what, number in numbers.items() if number]
    if absent := len(fit.counters):
        counts.append(f"{absent:,} batch count{'s begin' if absent > 1 else ' begins'} at 0")
    needed = len(fit.keys)
    return ", ".join([f"{len(fit.fits):,} of {needed:,} tensors fit", *counts])


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
            yield printable(block), "fits", f"{every}{_tensors(len(names))}"
        for layer, own in layers.items():
            if absent := [name for name in own if name in missing]:
                yield printable(layer), "missing", _listed(absent, fit)
            if reshaped := [name for name in own if name in fit.reshaped]:
                yield printable(layer), "other shape", _reshaped(reshaped, fit)


def _tensors(number: int) -> str:
    return f"{number:,} tensor{'' if number == 1 else 's'}"


def _listed(names: list[str], fit: Fit) -> str:
    return ", ".join(f"{_last(name)} {_shown(fit.keys[name].shape)}" for name in names)


def _reshaped(names: list[str], fit: Fit) -> str:
    tensors = [
        f"{_last(name)} {_shown(fit.reshaped[name].has)}, needs {_shown(fit.reshaped[name].needs)}"
        for name in names
    ]
    why = next((fit.reshaped[name].why for name in names if fit.reshaped[name].why), "")
    return "; ".join(tensors) + (f" ({why})" if why else "")


def _left_over(fit: Fit) -> Iterator[_Row]:
    layers: dict[str, list[str]] = {}
    for name in fit.left_over:
        layers.setdefault(name.rpartition(".")[0], []).append(name)
    for layer, names in layers.items():
        tensors = ", ".join(f"{_last(name)} {_shown(fit.left_over[name])}" for name in names)
        renamed = next((fit.renamed[name] for name in names if name in fit.renamed), None)
        question = f" (is it `{renamed.rpartition('.')[0]}` now?)" if renamed else ""
        yield printable(layer), "left over", tensors + printable(question)


def _last(name: str) -> str:
    return printable(name.rpartition(".")[2])


def _shown(shape: Shape) -> str:
    return shape_text(shape) or "scalar"


def fit_json(fit: Fit) -> dict[str, Any]:
    """Return a fit as plain data; `archc.report.models.Fit` is its model."""
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
