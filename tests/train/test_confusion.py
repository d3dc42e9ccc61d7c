import csv
import warnings
from pathlib import Path

import pytest
from matplotlib.image import imread

from archc.train import confusion
from archc.train.confusion import as_csv, draw_confusion, write_confusion


def counts(classes: int) -> list[list[int]]:
    return [
        [3 if row == column else (row + column) % 2 for column in range(classes)]
        for row in range(classes)
    ]


def width(path: Path) -> int:
    return int(imread(path).shape[1])


@pytest.mark.parametrize("classes", [1, 2, 10, 100, 1000])
def test_any_number_of_classes_is_a_picture_of_bounded_size(classes, tmp_path) -> None:
    path = tmp_path / "confusion.png"
    names = [f"a rather long class name {number}" for number in range(classes)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw_confusion(path, counts(classes), names)
    assert 400 <= width(path) <= 1500


@pytest.mark.parametrize("names", [["고양이", "개"], ["$5$", "$"], ["", " \n "], ["🐈", "\x07"]])
def test_any_name_is_drawn_without_a_word(names, tmp_path, caplog) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw_confusion(tmp_path / "confusion.png", counts(2), names)
    assert not caplog.records
    assert width(tmp_path / "confusion.png")


def test_a_class_without_samples_is_an_empty_row(tmp_path) -> None:
    draw_confusion(tmp_path / "confusion.png", [[0, 0], [0, 0]], ["a", "b"])
    assert width(tmp_path / "confusion.png")


def test_the_diagonal_is_darkest_where_all_is_right(tmp_path) -> None:
    right, wrong = tmp_path / "right.png", tmp_path / "wrong.png"
    draw_confusion(right, [[9, 0], [0, 9]], ["a", "b"])
    draw_confusion(wrong, [[0, 9], [9, 0]], ["a", "b"])
    differ = (imread(right) != imread(wrong)).any(2)
    assert differ.mean() > 0.2


def test_the_csv_has_the_counts_and_the_names() -> None:
    names = ['a "cat"', "dog, big"]
    header, *rows = csv.reader(as_csv([[5, 1], [0, 7]], names).splitlines())
    assert header == ["true \\ taken for", *names]
    assert rows == [[names[0], "5", "1"], [names[1], "0", "7"]]


def test_without_matplotlib_the_csv_is_there(tmp_path, monkeypatch) -> None:
    write_confusion(tmp_path, counts(3), list("abc"))
    assert {path.name for path in tmp_path.iterdir()} == {"confusion.csv", "confusion.png"}
    (tmp_path / "confusion.png").unlink()
    monkeypatch.setattr(confusion, "find_spec", lambda name: None)
    write_confusion(tmp_path, counts(3), list("abc"))
    assert [path.name for path in tmp_path.iterdir()] == ["confusion.csv"]
