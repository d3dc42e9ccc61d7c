import warnings
from pathlib import Path

import pytest
from matplotlib.image import imread

from archc.train.show.curves import Curves, draw_curves


def size(path: Path) -> tuple[int, ...]:
    return imread(path).shape[:2]


@pytest.mark.parametrize("epochs", [1, 2, 50])
def test_curves_are_a_picture_of_fixed_size(epochs, tmp_path, history) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw_curves(history(epochs), tmp_path / "curves.png")
    assert size(tmp_path / "curves.png") == (408, 1020)
    assert [path.name for path in tmp_path.iterdir()] == ["curves.png"]


def test_other_curves_are_another_picture(tmp_path, history) -> None:
    for name, epochs in (("a", 4), ("b", 4), ("c", 5)):
        draw_curves(history(epochs), tmp_path / name)
    a, b, c = (imread(tmp_path / name, format="png") for name in "abc")
    assert (a == b).all()
    assert (a != c).any()


def test_a_loss_that_is_nan_does_not_stop_it(tmp_path, history) -> None:
    epochs = history(3)
    broken = epochs[1].test._replace(loss=float("nan"), accuracy=0.0)
    epochs[1] = epochs[1]._replace(test=broken)
    draw_curves(epochs, tmp_path / "curves.png")
    assert size(tmp_path / "curves.png")


def test_it_is_drawn_at_the_end_where_there_was_an_epoch(tmp_path, facts, history) -> None:
    reporter = Curves()
    reporter.begin(facts._replace(directory=tmp_path))
    reporter.finished([], "interrupted")
    assert list(tmp_path.iterdir()) == []
    reporter.finished(history(2), "done")
    assert [path.name for path in tmp_path.iterdir()] == ["curves.png"]
