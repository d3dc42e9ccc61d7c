"""A measurement as text and as plain data for JSON; every figure has its spread."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from archc.passes.base.optimised import Change
from archc.report.columns import Columns, aligned

if TYPE_CHECKING:
    from archc.measure.bench.measuring import Layer, Measured
    from archc.measure.bench.timing import Spread

VERSION = 1
_HEADING = "medians, and in brackets the interquartile range"
_LABEL = 10
"""The width of the labels, in columns."""


def text(measurement: "Measured") -> str:
    """Return a measurement as lines."""
    peak, copy = measurement.limits
    share = measurement.rate.scaled(100 / peak.median)
    threads = f"{measurement.threads} thread{'s' * (measurement.threads > 1)} of torch"
    rows = [
        ("time", f"{_shown(measurement.seconds, 1e3)} ms a batch"),
        ("rate", f"{_shown(measurement.rate, 1e-9)} GFLOP/s, {_shown(share)} % of the peak"),
        ("machine", f"{_shown(peak, 1e-9)} GFLOP/s in a matrix product"),
        ("", f"{_shown(copy, 1e-9)} GB/s in a copy, read and written"),
        ("", threads),
    ]
    if measurement.ratio:
        weights = "the same weights" if measurement.same_weights else "other weights"
        as_fast = f"times as fast as {measurement.setting.vs}, {weights}"
        rows.append(("against", f"{_shown(measurement.ratio)} {as_fast}"))
    lines = [_HEADING, *map(Columns("<<", (_LABEL, 0)).line, rows)]
    if measurement.layers:
        lines += ["", *_table(measurement.layers)]
    return "\n".join(lines) + "\n"


def _table(layers: "tuple[Layer, ...]") -> list[str]:
    title = ("layer", "operator", "µs", "limit", "times the least")
    rows = [
        (
            layer.path,
            layer.op,
            _shown(layer.seconds, 1e6),
            layer.limit,
            _shown(layer.seconds.scaled(1 / layer.least)) if layer.least else "–",
        )
        for layer in layers
    ]
    return [*aligned([title, *rows], "<<<<<")]


def _shown(spread: "Spread", factor: float = 1) -> str:
    middle, low, high = (f"{value:.4g}" for value in spread.scaled(factor))
    return f"{middle} [{low}, {high}]"


def to_json(measurement: "Measured", changes: Sequence[Change] = ()) -> dict[str, Any]:
    """Return a measurement as plain data; `archc.report.models.Benchmark` is its model.

    Args:
        measurement: the measurement.
        changes: what passes changed before.
    """
    setting = measurement.setting
    return {
        "version": VERSION,
        "batch": setting.batch,
        "device": str(setting.device),
        "train": setting.train,
        "optimized": [change._asdict() for change in changes],
        "seconds": measurement.seconds._asdict(),
        "flops": measurement.flops,
        "flops_per_second": measurement.rate._asdict(),
        "fraction_of_peak": measurement.rate.scaled(1 / measurement.limits.flops.median)._asdict(),
        "machine": {
            "flops_per_second": measurement.limits.flops._asdict(),
            "bytes_per_second": measurement.limits.bandwidth._asdict(),
            "ridge": measurement.limits.ridge,
            "threads": measurement.threads,
        },
        "vs": measurement.ratio
        and {
            "model": setting.vs,
            "ratio": measurement.ratio._asdict(),
            "same_weights": measurement.same_weights,
        },
        "layers": [_layer(layer) for layer in measurement.layers],
    }


def _layer(layer: "Layer") -> dict[str, Any]:
    return {
        "name": layer.path,
        "op": layer.op,
        "seconds": layer.seconds._asdict(),
        **layer.work._asdict(),
        "limit": layer.limit,
        "least_seconds": layer.least,
    }
