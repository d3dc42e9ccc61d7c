import pytest

from archc.train.show.base.rows import (
    best_of,
    columns_within,
    duration,
    header,
    percent,
    rate,
    row,
    table,
)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "0.0s"),
        (8.44, "8.4s"),
        (9.96, "10s"),
        (59.4, "59s"),
        (59.6, "1:00"),
        (754, "12:34"),
        (3599.7, "1:00:00"),
        (18367, "5:06:07"),
    ],
)
def test_durations_are_as_short_as_they_can_be(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_numbers_are_as_exact_as_they_are_worth() -> None:
    assert percent(0.9875) == "98.75"
    assert percent(float("nan")) == "nan"
    assert [rate(value) for value in (3.21, 12.3, 12345.6)] == ["3.2", "12", "12,346"]


@pytest.mark.parametrize("width", range(1, 120))
def test_columns_fit_and_the_epoch_is_always_there(width, history) -> None:
    columns = columns_within(width)
    assert columns[0].title == "epoch"
    lines = [header(columns), *(row(epoch, columns) for epoch in history(4))]
    assert all(len(line) <= max(width, len("epoch *")) for line in lines)


def test_forty_columns_show_what_matters_most() -> None:
    assert header(columns_within(40)).split("  ")[0] == "epoch"
    assert {column.title for column in columns_within(40)} >= {"epoch", "test loss", "acc %"}


def test_a_wide_table_has_everything() -> None:
    assert len(columns_within(100)) == 9


def test_a_mark_stands_at_the_best(epoch) -> None:
    columns = columns_within(80)
    assert row(epoch(1, best=True), columns).endswith(" *")
    assert "*" not in row(epoch(1), columns)


def test_the_best_is_the_last_that_beat_all_before(history) -> None:
    assert best_of([]) is None
    best = best_of(history(9))
    assert best is not None
    assert best.number == 3


@pytest.mark.parametrize(
    ("epochs", "numbers"),
    [
        (1, ["1"]),
        (5, ["1", "2", "3", "4", "5"]),
        (7, ["3", "4", "5", "6", "7"]),
        (8, ["3", "4", "5", "6", "7", "8"]),
        (20, ["3", "...", "16", "17", "18", "19", "20"]),
    ],
)
def test_the_table_has_the_best_and_the_last(epochs, numbers, history) -> None:
    shown = [line.split()[0] for line in table(history(epochs), 80)]
    assert [text for text in shown if text != "epoch"] == (
        ["...", *numbers] if epochs == 7 else numbers
    )
