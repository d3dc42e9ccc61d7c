import csv
from pathlib import Path

import pytest

from archc.train.show.metrics_csv import MetricsCsv, as_csv


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_float_reads_back_exactly(history) -> None:
    first, *rest = csv.DictReader(as_csv(history(3)).splitlines())
    expected = history(1)[0]
    assert float(first["train_loss"]) == expected.train.loss
    assert float(first["test_loss"]) == expected.test.loss
    assert float(first["test_accuracy"]) == expected.test.accuracy
    assert float(first["lr"]) == expected.lr
    assert (first["epoch"], first["best"], len(rest)) == ("1", "1", 2)


def test_nan_is_written_as_nan(epoch) -> None:
    broken = epoch(1)._replace(lr=float("nan"))
    assert next(csv.DictReader(as_csv([broken]).splitlines()))["lr"] == "nan"


def test_a_run_that_goes_on_has_no_row_twice(tmp_path, facts, history) -> None:
    path, epochs = tmp_path / "metrics.csv", history(4)
    sheet = MetricsCsv()
    sheet.begin(facts._replace(directory=tmp_path))
    for epoch in epochs[:3]:  # killed after the third row, before the third was kept
        sheet.epoch_done(epoch)
    again = MetricsCsv()
    again.begin(facts._replace(directory=tmp_path, history=epochs[:2]))
    assert [row["epoch"] for row in rows(path)] == ["1", "2"]
    for epoch in epochs[2:]:
        again.epoch_done(epoch)
    assert path.read_text() == as_csv(epochs)
    assert [row["epoch"] for row in rows(path)] == ["1", "2", "3", "4"]


def test_the_file_is_replaced_not_written_into(tmp_path, facts, epoch) -> None:
    path = tmp_path / "metrics.csv"
    sheet = MetricsCsv()
    sheet.begin(facts._replace(directory=tmp_path))
    with path.open() as before:
        sheet.epoch_done(epoch(1))
        assert len(before.read().splitlines()) == 1
    assert len(rows(path)) == 1
    assert list(tmp_path.iterdir()) == [path]


def test_where_it_cannot_be_written_it_says_so(tmp_path, facts) -> None:
    with pytest.raises(OSError, match="gone"):
        MetricsCsv().begin(facts._replace(directory=tmp_path / "gone"))
