import pytest

from archc.train.show.base.pace import Pace


def test_nothing_is_known_before_the_first_step(clock) -> None:
    pace = Pace(2, clock)
    pace.epoch(1, 10)
    assert (pace.epoch_left, pace.run_left) == (None, None)


def test_time_left_goes_by_the_steps_so_far(clock) -> None:
    pace = Pace(3, clock)
    pace.epoch(1, 10)
    for done in (1, 2):
        clock.now += 2
        pace.step(done, 10 * done)
    assert pace.epoch_left == pytest.approx(8 * 2)
    assert pace.run_left == pytest.approx(8 * 2 + 2 * 20)
    assert pace.images_per_second == pytest.approx(5)


def test_an_epoch_to_come_costs_what_a_whole_one_did_test_included(clock) -> None:
    pace = Pace(3, clock)
    pace.epoch(1, 2)
    for done in (1, 2):
        clock.now += 1
        pace.step(done, done)
    clock.now += 5  # the test
    pace.epoch_done()
    pace.epoch(2, 2)
    clock.now += 1
    pace.step(1, 1)
    assert pace.epoch_left == pytest.approx(1)
    assert pace.run_left == pytest.approx(1 + 7)


def test_steps_of_an_earlier_sitting_do_not_count_for_the_speed(clock) -> None:
    pace = Pace(2, clock)
    pace.epoch(1, 100)
    clock.now += 2
    pace.step(91, 10)
    assert pace.epoch_left == pytest.approx(9 * 2)
    pace.epoch_done()
    pace.epoch(2, 100)
    clock.now += 3
    pace.step(1, 10)
    assert pace.run_left == pytest.approx(99 * 3)
