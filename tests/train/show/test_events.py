from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from archc.train.show import events
from archc.train.show.events import Events


def told(directory: Path) -> EventAccumulator:
    found = EventAccumulator(str(directory))
    found.Reload()
    return found


def test_each_epoch_is_told_once(tmp_path, facts, history) -> None:
    reporter = Events(tmp_path)
    reporter.begin(facts)
    for epoch in history(3):
        reporter.epoch_done(epoch)
    reporter.close()
    reporter.close()
    found = told(tmp_path)
    assert set(found.Tags()["scalars"]) == {
        *(
            f"{name}/{split}"
            for name in ("loss", "accuracy", "top5")
            for split in ("train", "test")
        ),
        "lr",
        "images_per_second",
    }
    losses = found.Scalars("loss/test")
    assert [event.step for event in losses] == [1, 2, 3]
    assert [event.value for event in losses] == pytest.approx([e.test.loss for e in history(3)])


def test_a_run_that_goes_on_takes_back_what_was_not_kept(tmp_path, facts, history) -> None:
    epochs = history(4)
    killed = Events(tmp_path)
    killed.begin(facts)
    for epoch in epochs[:3]:
        killed.epoch_done(epoch._replace(lr=99.0))
    killed.close()
    again = Events(tmp_path)
    again.begin(facts._replace(history=epochs[:2]))
    for epoch in epochs[2:]:
        again.epoch_done(epoch)
    again.close()
    rates = told(tmp_path).Scalars("lr")
    assert [event.step for event in rates] == [1, 2, 3, 4]
    assert [event.value for event in rates] == pytest.approx([99, 99, 0.3, 0.4])


def test_without_tensorboard_it_says_so_and_does_nothing(
    tmp_path, facts, epoch, monkeypatch
) -> None:
    assert events.remark() is None
    monkeypatch.setattr(events, "find_spec", lambda name: None)
    remark = events.remark()
    assert remark is not None
    assert "tensorboard is not installed" in remark
    reporter = Events(tmp_path)
    reporter.begin(facts)
    reporter.epoch_done(epoch(1))
    reporter.close()
    assert list(tmp_path.iterdir()) == []
