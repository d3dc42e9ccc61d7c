from itertools import chain

import torch
from hypothesis import given
from hypothesis import strategies as st

from archc.train.data.order import FILLER, Plan

SIZES = {
    "total": st.integers(1, 60),
    "batch_size": st.integers(1, 7),
    "accumulate": st.integers(1, 4),
    "world": st.integers(1, 4),
}


def steps(plan, epoch=0, skip=0):
    """The true samples of each step of one process."""
    found, step = [], []
    for share in plan.shares(epoch, skip):
        step += [index for index in share.indices.tolist() if index != FILLER]
        if share.closes:
            found.append(step)
            step = []
    assert not step
    return found


@given(**SIZES)
def test_every_sample_comes_once_an_epoch_over_all_processes(total, batch_size, accumulate, world):
    plans = [Plan(total, batch_size, accumulate, rank, world, seed=1) for rank in range(world)]
    seen = [index for plan in plans for step in steps(plan) for index in step]
    assert sorted(seen) == list(range(total))


@given(**SIZES)
def test_every_process_has_equally_many_batches_in_each_step(total, batch_size, accumulate, world):
    plans = [Plan(total, batch_size, accumulate, rank, world, seed=1) for rank in range(world)]
    steps = [[(s.samples, s.closes) for s in plan.shares(0)] for plan in plans]
    assert all(each == steps[0] for each in steps)
    assert sum(closes for _, closes in steps[0]) == plans[0].steps


@given(**SIZES)
def test_processes_and_accumulated_batches_see_what_a_larger_batch_sees(
    total, batch_size, accumulate, world
):
    whole = steps(Plan(total, batch_size * accumulate * world, seed=5))
    plans = [Plan(total, batch_size, accumulate, rank, world, seed=5) for rank in range(world)]
    together = [sorted(chain(*parts)) for parts in zip(*map(steps, plans), strict=True)]
    assert together == [sorted(step) for step in whole]


@given(skip=st.integers(0, 10), **SIZES)
def test_skipping_steps_gives_the_tail_of_the_whole(skip, total, batch_size, accumulate, world):
    plan = Plan(total, batch_size, accumulate, 0, world, seed=2)
    assert steps(plan, 3, skip) == steps(plan, 3)[skip:]


def test_the_order_is_a_function_of_seed_and_epoch_alone():
    plan = Plan(100, 10, seed=0)
    first = plan.order(4)
    torch.manual_seed(99)
    assert torch.equal(plan.order(4), first)
    assert not torch.equal(plan.order(5), first)
    assert not torch.equal(Plan(100, 10, seed=4).order(0), first)


def test_without_a_seed_the_samples_keep_their_order():
    assert steps(Plan(5, 2)) == [[0, 1], [2, 3], [4]]
