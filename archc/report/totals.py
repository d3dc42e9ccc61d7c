"""The lines below the table: what the whole network costs."""

from collections.abc import Iterator, Sequence

from archc.analyses.summary import Report

_Entry = tuple[str, str, str]


def totals(report: Report) -> Iterator[str]:
    """Yield one aligned line for each total: its name, the number, and what it is of."""
    found, used = report.totals, report.memory
    other = found.params - found.trainable_params
    samples = f"batch {used.batch:,}"
    trained = f"kept for the backward pass in training, {samples}"
    yield from _aligned(
        [
            (
                "params",
                f"{found.params:,}",
                f"{found.trainable_params:,} trainable, {other:,} other",
            ),
            ("buffers", f"{found.buffers:,}", ""),
            *_macs(report),
            ("weights", scaled(used.weights, "B"), "parameters and buffers"),
            ("activations", scaled(used.inference, "B"), f"peak in inference, {samples}"),
            ("", scaled(used.training, "B"), trained),
        ]
    )


def _macs(report: Report) -> Iterator[_Entry]:
    macs, training = report.totals.macs, report.totals.macs_training
    if not any(row.auxiliary for row in report.rows):
        yield "MACs", f"{macs:,}", f"{scaled(macs)} for one sample"
        return
    yield "MACs", f"{macs:,}", f"{scaled(macs)} for one sample in evaluation"
    yield "", f"{training:,}", f"{scaled(training)} in training, with the heads"


def _aligned(entries: Sequence[_Entry]) -> Iterator[str]:
    names, numbers = (max(len(entry[i]) for entry in entries) for i in (0, 1))
    for name, number, remark in entries:
        yield f"{name:<{names}}  {number:>{numbers}}  {remark}".rstrip()


def scaled(number: int, unit: str = "") -> str:
    """Return a number to three digits, in powers of 1000: ``1.81 G``, ``46.8 MB``."""
    value, prefix = float(number), ""
    for larger in "kMGTPE":
        if value < 999.5:
            break
        value, prefix = value / 1000, larger
    digits = 0 if not prefix or value >= 99.95 else 1 if value >= 9.995 else 2
    return f"{value:.{digits}f} {prefix}{unit}".rstrip()
