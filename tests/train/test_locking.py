"""One process at a time trains in a run directory; one that was killed leaves nothing behind."""

import multiprocessing
import os
import signal
import sys
import time

import pytest
from runs import ended, run

from archc.train.locking import locked
from archc.train.problems import RunError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such locks")
FORK = multiprocessing.get_context("fork")


def test_a_directory_is_held_by_one(tmp_path):
    with (
        locked(tmp_path),
        pytest.raises(RunError, match="another process is training in"),
        locked(tmp_path),
    ):
        pass
    with locked(tmp_path):
        pass


def test_a_run_in_a_held_directory_is_refused_and_writes_nothing(recipe, tmp_path):
    one = recipe()
    (tmp_path / "run").mkdir()
    with locked(tmp_path / "run"):
        for resume in (False, True):
            with pytest.raises(RunError, match="another process is training in"):
                run(one, tmp_path / "run", resume=resume)
    assert list((tmp_path / "run").iterdir()) == []


def test_what_was_made_and_stayed_empty_is_not_left(tmp_path):
    with locked(tmp_path / "made"):
        assert (tmp_path / "made").is_dir()
    assert not (tmp_path / "made").exists()
    with locked(tmp_path / "filled"):
        (tmp_path / "filled" / "file").touch()
    assert (tmp_path / "filled" / "file").exists()


def _hold_with_a_worker(directory, worker):
    with locked(directory):
        child = FORK.Process(target=time.sleep, args=(30,))
        child.start()
        worker.put(child.pid)
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_worker_that_outlives_a_killed_process_does_not_hold(tmp_path):
    worker = FORK.SimpleQueue()
    process = FORK.Process(target=_hold_with_a_worker, args=(tmp_path, worker))
    process.start()
    child = worker.get()
    assert ended([process]) == [-signal.SIGKILL]
    try:
        os.kill(child, 0)
        with locked(tmp_path):
            pass
    finally:
        os.kill(child, signal.SIGKILL)
