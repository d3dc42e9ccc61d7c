"""What several tests of training ask of a run."""

import json
import multiprocessing
import os
import signal
import socket
import time

import torch
from safetensors.torch import load_file
from torch import distributed

from archc.train.metrics import Confusion, Running
from archc.train.session import train
from archc.train.show.base.reporter import Reporter


def run(recipe, out, **options):
    return train(recipe, out, Reporter(), device="cpu", **options)


class KilledAfter(Reporter):
    """End its process at once, as SIGKILL does, after so many steps."""

    def __init__(self, steps):
        self._left = steps

    def step(self, done, running, images, lr):
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


# Its server has imported torch, but has no threads yet: a fork of a process that has them may hang.
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["archc.train.session", "torch.utils.tensorboard"])


def _work(recipe, out, reporter, rank, world, port):
    with open(f"{out}.errors.{rank}", "a") as errors:
        os.dup2(errors.fileno(), 2)
    os.environ.update(RANK=str(rank), WORLD_SIZE=str(world), LOCAL_RANK=str(rank))
    os.environ.update(MASTER_ADDR="localhost", MASTER_PORT=str(port))
    torch.set_num_threads(1)
    multiprocessing.set_start_method("fork", force=True)  # for workers; it would be the server's
    train(recipe, out, reporter, device="cpu", resume=True)


def started(recipe, out, reporter, rank=0, world=1, port=0):
    """Return a process that trains, as one of several where `world` is more than 1.

    Its standard error is in ``OUT.errors.RANK``.
    """
    process = SERVER.Process(target=_work, args=(recipe, out, reporter, rank, world, port))
    process.start()
    return process


def alone(recipe, out, reporter):
    """Train in a process, and return its exit code."""
    return ended([started(recipe, out, reporter)])


def together(recipe, out, reporter):
    """Train in two processes that share the work, and return their exit codes."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    return ended([started(recipe, out, reporter, rank, 2, port) for rank in (0, 1)])


def counted(batches, folder):
    """Sum up each batch in a process of its own, and return the exit codes.

    The sums over all are in ``FOLDER/sums.RANK``, of every process.
    """
    meeting = (folder / "meeting").as_uri()
    processes = [
        SERVER.Process(target=_count, args=(rank, len(batches), meeting, batch, folder))
        for rank, batch in enumerate(batches)
    ]
    for process in processes:
        process.start()
    return ended(processes)


def _count(rank, world, meeting, batch, folder):
    distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=world)
    running, confusion = Running(), Confusion(batch[1].shape[1])
    running.update(*batch)
    confusion.update(*batch[1:])
    own = running.scores()
    total, counts = running.reduced(), confusion.reduced().counts()
    assert running.scores() == own  # what it holds itself stays its own
    (folder / f"sums.{rank}").write_text(json.dumps([total.scores(), counts]))
    distributed.destroy_process_group()


def ended(processes):
    """Wait for processes, but not for their workers, as `join` would; return the exit codes."""
    late = time.monotonic() + 120
    while any(each.exitcode is None for each in processes) and time.monotonic() < late:
        time.sleep(0.01)
    return [each.exitcode for each in processes]


def learnt(out):
    """Return what must be equal to the bit: weights, and what the metrics say but for times."""
    state = torch.load(out / "state.pt", weights_only=True)
    rows = [
        {key: value for key, value in row.items() if key not in ("seconds", "images_per_second")}
        for row in state["progress"]["history"]
    ]
    files = {name: load_file(out / f"{name}.safetensors") for name in ("last", "best")}
    return state["learner"]["model"], rows, files


def assert_equal(one, other):
    assert one[1] == other[1]
    for mine, theirs in ((one[0], other[0]), *((one[2][n], other[2][n]) for n in one[2])):
        assert mine.keys() == theirs.keys()
        for key in mine:
            assert torch.equal(mine[key], theirs[key]), key
