"""The summary as plain data: what ``archc summary --format json`` prints."""

from typing import Any

from archc.analyses.field_rule import Number
from archc.analyses.summary import Row, Summary

VERSION = 1


def summary_json(summary: Summary) -> dict[str, Any]:
    """Return a summary as plain data; `archc.report.models.Summary` has its fields."""
    return {
        "version": VERSION,
        "name": summary.name,
        "input": list(summary.input),
        "outputs": {name: list(shape) for name, shape in summary.outputs.items()},
        **summary.totals._asdict(),
        "memory": summary.memory._asdict(),
        "layers": [_layer(row) for row in summary.layers],
    }


def _layer(row: Row) -> dict[str, Any]:
    layer = {
        "name": row.path,
        "op": row.op,
        "scope": row.path[: -len(row.name) - 1],
        "line": row.line,
        "output_shape": list(row.output_shape),
        "params": row.params,
        "macs": row.macs,
        "receptive_field": "global",
        "jump": None,
    }
    if row.receptive_field is not None and row.jump is not None:
        layer["receptive_field"] = _one_or_two(*row.receptive_field)
        layer["jump"] = _one_or_two(*map(_plain, row.jump))
    if not row.exact:
        layer["exact"] = False
    return {**layer, "auxiliary": True} if row.auxiliary else layer


def _one_or_two(height: float, width: float) -> float | list[float]:
    return height if height == width else [height, width]


def _plain(number: Number) -> float:
    return int(number) if number.denominator == 1 else float(number)
