"""The lines below the summary's table: what the whole network costs."""

from collections.abc import Iterator

from archc.analyses.summary import Summary
from archc.render.numbers import scaled
from archc.report.columns import aligned

_Entry = tuple[str, str, str]


def totals(report: Summary) -> Iterator[str]:
    """Yield a line for each total: its name, the number and a remark."""
    total, used = report.totals, report.memory
    other = total.params - total.trainable_params
    samples = f"batch {used.batch:,}"
    trained = f"kept for the backward pass in training, {samples}"
    yield from aligned(
        [
            (
                "params",
                f"{total.params:,}",
                f"{total.trainable_params:,} trainable, {other:,} other",
            ),
            ("buffers", f"{total.buffers:,}", ""),
            *_macs(report),
            ("weights", scaled(used.weights, "B"), "parameters and buffers"),
            ("activations", scaled(used.inference, "B"), f"peak in inference, {samples}"),
            ("", scaled(used.training, "B"), trained),
        ],
        "<><",
    )


def _macs(report: Summary) -> Iterator[_Entry]:
    macs, training = report.totals.macs, report.totals.macs_training
    if not any(row.auxiliary for row in report.rows):
        yield "MACs", f"{macs:,}", f"{scaled(macs)} for one sample"
        return
    yield "MACs", f"{macs:,}", f"{scaled(macs)} for one sample in evaluation"
    yield "", f"{training:,}", f"{scaled(training)} in training, with the heads"
