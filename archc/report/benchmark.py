"""A measurement as lines for a terminal and as plain data; no figure without its spread."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from archc.passes.base.optimised import Change

if TYPE_CHECKING:
    from archc.measure.bench.measuring import Layer, Measured
    from archc.measure.bench.timing import Spread

VERSION = 1


def text(found: "Measured") -> str:
    """Return a measurement as lines."""
    peak, copy = found.limits
    share = found.rate.scaled(100 / peak.median)
    lines = [
        "medians, and in brackets the interquartile range",
        f"time        {_shown(found.seconds, 1e3)} ms a batch",
        f"rate        {_shown(found.rate, 1e-9)} GFLOP/s, {_shown(share)} % of the peak",
        f"machine     {_shown(peak, 1e-9)} GFLOP/s in a matrix product",
        f"            {_shown(copy, 1e-9)} GB/s in a copy, read and written",
        f"            {found.threads} thread{'s' * (found.threads > 1)} of torch",
    ]
    if found.ratio:
        weights = "the same weights" if found.same_weights else "other weights"
        as_fast = f"times as fast as {found.setting.vs}, {weights}"
        lines.append(f"against     {_shown(found.ratio)} {as_fast}")
    if found.layers:
        lines += ["", *_table(found.layers)]
    return "\n".join(lines) + "\n"


def _table(layers: "tuple[Layer, ...]") -> list[str]:
    title = ("layer", "operator", "µs", "limit", "times the least")
    rows = [
        (
            one.path,
            one.op,
            _shown(one.seconds, 1e6),
            one.limit,
            _shown(one.seconds.scaled(1 / one.least)) if one.least else "–",
        )
        for one in layers
    ]
    widths = [max(map(len, column)) for column in zip(title, *rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (title, *rows)
    ]


def _shown(spread: "Spread", factor: float = 1) -> str:
    middle, low, high = (f"{value:.4g}" for value in spread.scaled(factor))
    return f"{middle} [{low}, {high}]"


def to_json(found: "Measured", changes: Sequence[Change] = ()) -> dict[str, Any]:
    """Return a measurement as plain data; `docs/bench.md` says what each field is.

    Args:
        found: the measurement.
        changes: what passes changed before.
    """
    setting = found.setting
    return {
        "version": VERSION,
        "batch": setting.batch,
        "device": str(setting.device),
        "train": setting.train,
        "optimized": [change._asdict() for change in changes],
        "seconds": found.seconds._asdict(),
        "flops": found.flops,
        "flops_per_second": found.rate._asdict(),
        "fraction_of_peak": found.rate.scaled(1 / found.limits.flops.median)._asdict(),
        "machine": {
            "flops_per_second": found.limits.flops._asdict(),
            "bytes_per_second": found.limits.bandwidth._asdict(),
            "ridge": found.limits.ridge,
            "threads": found.threads,
        },
        "vs": found.ratio
        and {
            "model": setting.vs,
            "ratio": found.ratio._asdict(),
            "same_weights": found.same_weights,
        },
        "layers": [_layer(one) for one in found.layers],
    }


def _layer(one: "Layer") -> dict[str, Any]:
    return {
        "name": one.path,
        "op": one.op,
        "seconds": one.seconds._asdict(),
        **one.work._asdict(),
        "limit": one.limit,
        "least_seconds": one.least,
    }
