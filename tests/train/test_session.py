"""Whole runs on real data: what is kept, and that nothing is lost when a run dies."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest
import torch
from click.testing import CliRunner
from limited import files_of_at_most
from runs import assert_equal, learnt, run, started, together
from safetensors import SafetensorError

from archc.cli import archc
from archc.train.devices import device_named
from archc.train.interrupt import Interrupt
from archc.train.learner import Learner
from archc.train.locking import locked
from archc.train.metrics import Epoch
from archc.train.problems import RunError
from archc.train.run import Run
from archc.train.session import train
from archc.train.show.base.reporter import Reporter
from archc.train.trained import open_run

ARCHC = [sys.executable, "-m", "archc"]


def test_a_run_keeps_what_it_used_and_what_it_learnt(recipe, tmp_path):
    outcome = run(recipe(), tmp_path / "run")
    assert outcome.ended == "done"
    assert len(outcome.history) == 2
    names = {path.name for path in (tmp_path / "run").iterdir()}
    assert {"recipe.yaml", "spec.yaml", "run.json", "state.pt"} <= names
    assert {"last.safetensors", "best.safetensors", "confusion.csv"} <= names
    assert not [name for name in names if name.startswith(".")]
    facts = json.loads((tmp_path / "run" / "run.json").read_text())
    assert facts["seed"] == 3
    assert facts["torch"] == torch.__version__
    assert len(facts["normalize"]["mean"]) == 1


def test_the_same_seed_learns_the_same_to_the_bit(recipe, tmp_path):
    run(recipe(), tmp_path / "one")
    run(recipe(), tmp_path / "two")
    assert_equal(learnt(tmp_path / "one"), learnt(tmp_path / "two"))


def test_another_seed_learns_something_else(recipe, tmp_path):
    run(recipe(), tmp_path / "one")
    run(recipe(seed="4"), tmp_path / "two")
    with pytest.raises(AssertionError):
        assert_equal(learnt(tmp_path / "one"), learnt(tmp_path / "two"))


EVERYTHING = """\
schedule: [{linear: {start_factor: 0.1, total_iters: 1}, epochs: 1}, {cosine_annealing: }]
ema: 0.9
accumulate: 2
clip_norm: 1.0
loss: {cross_entropy: {label_smoothing: 0.1}}
"""


class AfterSteps(Interrupt):
    """Wants the run to end after so many steps."""

    def __init__(self, steps):
        super().__init__()
        self.left = steps

    @property
    def asked(self):
        self.left -= 1
        return self.left <= 0


@pytest.mark.parametrize("steps", [1, 5, 11, 17])
def test_an_interrupted_run_goes_on_exactly(recipe, tmp_path, steps):
    one = recipe(EVERYTHING, epochs="3")
    run(one, tmp_path / "whole")
    stopped = run(one, tmp_path / "cut", interrupt=AfterSteps(steps))
    assert stopped.ended == "interrupted"
    assert run(one, tmp_path / "cut", resume=True).ended == "done"
    assert_equal(learnt(tmp_path / "whole"), learnt(tmp_path / "cut"))


@pytest.mark.parametrize("kills", [2, pytest.param(12, marks=pytest.mark.long)])
def test_a_run_killed_at_any_point_goes_on_exactly(recipe, tmp_path, kills):
    one = recipe(EVERYTHING + "checkpoint_steps: 3\n", epochs="4")
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    run(one, whole)
    choose = random.Random(5)
    for _ in range(kills):
        process = started(one, cut, Reporter())
        while not (cut / "run.json").exists() and process.is_alive():
            time.sleep(0.01)  # until it has begun to train
        time.sleep(choose.uniform(0, 0.4))
        process.kill()
        process.join()
    run(one, cut, resume=True)
    assert_equal(learnt(whole), learnt(cut))


LOADED = """\
  workers: 2
  train_transforms: [{random_crop: 8, padding: 1}]
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_it_and_its_workers_ends_a_run_after_writing(written, tmp_path, number):
    """A terminal sends Ctrl-C to all processes of a group, `timeout` SIGTERM."""
    path = written(epochs="100000")
    path.write_text(path.read_text().replace("  batch_size: 64\n", f"  batch_size: 64\n{LOADED}"))
    process = subprocess.Popen(
        [*ARCHC, "train", str(path), "--device", "cpu", "--out", str(tmp_path / "run")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not (tmp_path / "run" / "last.safetensors").exists() and process.poll() is None:
        time.sleep(0.05)
    os.killpg(process.pid, number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    (line,) = errors.splitlines()
    assert line == f"interrupted; `--resume --out {tmp_path / 'run'}` goes on"
    torch.load(tmp_path / "run" / "state.pt", weights_only=True)


HERE = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")


@pytest.mark.parametrize(
    "device", ["cpu", pytest.param("cuda", marks=[pytest.mark.cuda, HERE], id="cuda")]
)
def test_a_run_is_cut_and_goes_on_and_is_asked_on_a_device(recipe, tmp_path, device):
    one = recipe(f"{EVERYTHING}channels_last: true\n", epochs="3")
    cut = train(one, tmp_path / "run", Reporter(), device=device, interrupt=AfterSteps(14))
    assert cut.ended == "interrupted"
    done = train(one, tmp_path / "run", Reporter(), device=device, resume=True)
    assert [epoch.number for epoch in done.history] == [1, 2, 3]
    scores, _ = open_run(tmp_path / "run", device=device_named(device)).evaluate()
    assert scores.accuracy == pytest.approx(
        max(epoch.test.accuracy for epoch in done.history), abs=0.01
    )


@pytest.mark.parametrize("name", ["gpu", "meta", "xla", "cpu:3", "cuda:", "CPU", ""])
def test_an_unknown_device_is_rejected_with_the_names_of_devices(name):
    with pytest.raises(RunError, match=f"^unknown device `{name}`: use auto, cpu, cuda"):
        device_named(name)


@pytest.mark.skipif(torch.backends.mps.is_available(), reason="there is such a device here")
def test_a_device_of_another_machine_is_reported_in_a_line():
    with pytest.raises(RunError, match=r"^cannot use the device `mps`: [^\n]{9,60}$"):
        device_named("mps")


def test_all_files_of_a_run_may_be_read_by_who_may_read_one(recipe, tmp_path):
    run(recipe(epochs="1"), tmp_path / "run")
    assert len({path.stat().st_mode for path in (tmp_path / "run").iterdir()}) == 1


def test_a_directory_that_is_not_empty_is_rejected_and_left_alone(recipe, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "precious").write_text("mine")
    with pytest.raises(RunError, match="is not empty: resume its run with --resume"):
        run(recipe(), tmp_path / "run")
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["precious"]


def test_what_the_first_process_rejects_the_others_report_in_a_line(recipe, tmp_path):
    (tmp_path / "run").mkdir()
    with locked(tmp_path / "run"):
        assert together(recipe(), tmp_path / "run", Reporter()) == [1, 1]
    errors = "".join((tmp_path / f"run.errors.{rank}").read_text() for rank in (0, 1))
    raised = [line for line in errors.splitlines() if "RunError: " in line]
    assert len(raised) == 2
    assert sum("another process is training in" in line for line in raised) == 1
    assert sum("another process failed; see its output" in line for line in raised) == 1


def test_resume_begins_where_nothing_is_kept_yet(recipe, tmp_path):
    assert run(recipe(), tmp_path / "run", resume=True).ended == "done"


def test_resume_of_a_finished_run_changes_nothing(recipe, tmp_path):
    run(recipe(), tmp_path / "run")
    before = learnt(tmp_path / "run")
    assert run(recipe(), tmp_path / "run", resume=True).ended == "done"
    assert_equal(before, learnt(tmp_path / "run"))


COSINE = "schedule: cosine_annealing\n"


STEPPED = "schedule: {step: {step_size: 2}}\n"
OF_A_LENGTH = "schedule: {cosine_annealing: {T_max: 5}}\n"


@pytest.mark.parametrize("schedule", ["", STEPPED, OF_A_LENGTH])
def test_a_run_goes_on_for_more_epochs_as_if_begun_with_them(recipe, tmp_path, schedule):
    run(recipe(schedule, epochs="3"), tmp_path / "whole")
    run(recipe(schedule, epochs="1"), tmp_path / "grown")
    run(recipe(schedule, epochs="3"), tmp_path / "grown", resume=True)
    assert_equal(learnt(tmp_path / "whole"), learnt(tmp_path / "grown"))
    kept = [(tmp_path / name / "recipe.yaml").read_text() for name in ("whole", "grown")]
    assert kept[0] == kept[1]


def test_other_epochs_are_rejected_if_the_schedule_depends_on_them(recipe, tmp_path):
    run(recipe(COSINE, epochs="1"), tmp_path / "run")
    with pytest.raises(
        RunError, match="`epochs`, on which its schedule `cosine_annealing` depends"
    ):
        run(recipe(COSINE), tmp_path / "run", resume=True)


def test_fewer_epochs_than_are_done_are_rejected(recipe, tmp_path):
    run(recipe(), tmp_path / "run")
    before = learnt(tmp_path / "run")
    with pytest.raises(RunError, match="has already trained for 2 epochs, not 1"):
        run(recipe(epochs="1"), tmp_path / "run", resume=True)
    assert_equal(before, learnt(tmp_path / "run"))


def test_resume_with_another_recipe_is_rejected(recipe, tmp_path):
    run(recipe(), tmp_path / "run")
    with pytest.raises(RunError, match="another recipe"):
        run(recipe(seed="8"), tmp_path / "run", resume=True)


def test_what_a_kill_left_beside_files_is_removed_by_the_next_start(recipe, tmp_path):
    run(recipe(epochs="1"), tmp_path / "run")
    left = [f".{name}.4242" for name in ("state.pt", "best.safetensors", "metrics.csv")]
    for name in (*left, ".mine.4242", ".state.pt.backup"):
        (tmp_path / "run" / name).write_text("half a file")
    run(recipe(epochs="1"), tmp_path / "run", resume=True)
    hidden = {path.name for path in (tmp_path / "run").glob(".*")}
    assert hidden == {".mine.4242", ".state.pt.backup"}


def test_a_broken_state_is_reported(recipe, tmp_path):
    run(recipe(), tmp_path / "run")
    (tmp_path / "run" / "state.pt").write_bytes(b"half a file")
    with pytest.raises(RunError, match=r"cannot read .*state\.pt"):
        run(recipe(), tmp_path / "run", resume=True)


def test_a_state_of_another_version_is_reported(recipe, tmp_path):
    run(recipe(), tmp_path / "run")
    torch.save({"progress": 3}, tmp_path / "run" / "state.pt")
    with pytest.raises(RunError, match="another version of archc wrote it"):
        run(recipe(), tmp_path / "run", resume=True)


def test_a_state_that_holds_code_is_not_run(recipe, tmp_path):
    run(recipe(), tmp_path / "run")
    trap = tmp_path / "sprung"

    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(trap),)

    torch.save({"progress": Trap()}, tmp_path / "run" / "state.pt")
    with pytest.raises(RunError):
        run(recipe(), tmp_path / "run", resume=True)
    assert not trap.exists()


def test_early_stopping_ends_a_run_that_gets_no_better(recipe, tmp_path):
    still = recipe("early_stopping: {patience: 2}\n", optimizer="{sgd: {lr: 0.0}}", epochs="50")
    outcome = run(still, tmp_path / "run")
    assert outcome.ended == "stopped early"
    assert len(outcome.history) == 3


def test_too_little_memory_is_reported(recipe, tmp_path, monkeypatch):
    def fail(*given):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(Learner, "learn", fail)
    with pytest.raises(RunError, match=r"too little memory: make `data\.batch_size` smaller"):
        run(recipe(), tmp_path / "run")


def test_a_network_that_cannot_be_compiled_is_reported(recipe, tmp_path, monkeypatch):
    from torch._dynamo.exc import TorchDynamoException

    def fail(*given):
        raise TorchDynamoException("No working C++ compiler found\nmore")

    monkeypatch.setattr(Learner, "learn", fail)
    with pytest.raises(RunError, match=r"cannot compile .*: No working C\+\+ compiler found$"):
        run(recipe("compile: true\n"), tmp_path / "run")


def test_the_digits_are_learnt(recipe, tmp_path):
    outcome = run(recipe(epochs="10"), tmp_path / "run")
    assert outcome.history[-1].test.accuracy > 0.93


def test_a_full_disk_is_reported_and_loses_nothing(recipe, tmp_path):
    one = recipe()
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    run(one, whole)
    room = (whole / "state.pt").stat().st_size - 1

    path = tmp_path / "recipe.yaml"
    command = ["train", str(path), "--quiet", "--device", "cpu", "--out", str(cut)]
    with files_of_at_most(room):
        done = CliRunner().invoke(archc, command)
    assert done.exit_code == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("Error: cannot write")
    assert not list(cut.glob(".*"))
    run(one, cut, resume=True)
    assert_equal(learnt(whole), learnt(cut))


@pytest.mark.parametrize(("text", "code"), [("(os error 28)", 28), ("something else", 5)])
def test_what_safetensors_cannot_write_is_an_error_of_the_system(tmp_path, monkeypatch, text, code):
    def fail(*given):
        raise SafetensorError(f"Error while serializing: {text}")

    monkeypatch.setattr("archc.train.run.save_file", fail)
    with pytest.raises(OSError) as error:  # noqa: PT011 - its number is what is asked for
        Run(tmp_path).save_weights("best", {})
    assert (error.value.errno, error.value.filename) == (code, str(tmp_path / "best.safetensors"))
    assert not list(tmp_path.iterdir())


LINEAR = """\
archc: 1
name: small
input: [1, 8, 8]
layers:
  conv: {conv: 4, kernel: 3}
  relu: relu
  flatten: flatten
  out: {linear: 10}
"""


def torchrun(path, out):
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command += ["--nproc-per-node=2", "-m", "archc", "train", str(path)]
    command += ["--quiet", "--device", "cpu", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.parametrize("parallel", ["ddp", "fsdp"])
def test_two_processes_learn_what_one_of_twice_the_batch_learns(
    recipe, written, tmp_path, parallel
):
    whole = run(recipe("ema: 0.9\n", spec=LINEAR), tmp_path / "alone").history
    divided, half = f"ema: 0.9\nparallel: {parallel}\n", {"  batch_size": "32"}
    if parallel == "ddp":
        torchrun(written(divided, spec=LINEAR, **half), tmp_path / "together")
    else:
        two = recipe(divided, spec=LINEAR, **half)
        assert together(two, tmp_path / "together", Reporter()) == [0, 0]
    rows = torch.load(tmp_path / "together" / "state.pt", weights_only=True)["progress"]["history"]
    for one, two in zip(whole, map(Epoch.from_dict, rows), strict=True):
        for mine, theirs in ((one.train, two.train), (one.test, two.test)):
            assert theirs.samples == mine.samples
            assert theirs.loss == pytest.approx(mine.loss, rel=1e-4)
            assert theirs.accuracy == pytest.approx(mine.accuracy, abs=0.006)
