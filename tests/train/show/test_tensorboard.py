from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from archc.train.show.tensorboard import TensorBoard


def read_events(directory: Path) -> EventAccumulator:
    found = EventAccumulator(str(directory))
    found.Reload()
    return found


def test_each_epoch_is_written_once(tmp_path, facts, history) -> None:
    reporter = TensorBoard()
    reporter.begin(facts._replace(directory=tmp_path))
    for epoch in history(3):
        reporter.epoch_done(epoch)
    reporter.close()
    reporter.close()
    found = read_events(tmp_path)
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
    killed = TensorBoard()
    killed.begin(facts._replace(directory=tmp_path))
    for epoch in epochs[:3]:
        killed.epoch_done(epoch._replace(lr=99.0))
    killed.close()
    again = TensorBoard()
    again.begin(facts._replace(directory=tmp_path, history=epochs[:2]))
    for epoch in epochs[2:]:
        again.epoch_done(epoch)
    again.close()
    rates = read_events(tmp_path).Scalars("lr")
    assert [event.step for event in rates] == [1, 2, 3, 4]
    assert [event.value for event in rates] == pytest.approx([99, 99, 0.3, 0.4])
