"""A recipe from its file to a run: the data opened, the network built, the loop run."""

import platform
import re
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import torch

from archc.diagnostics import Diagnostics
from archc.recipe.batches import Split, check_batch_norm
from archc.recipe.model import Numbers, Recipe
from archc.train.confusion import write_confusion
from archc.train.data.batches import Batches
from archc.train.data.opening import Opened, open_data
from archc.train.data.soundness import few
from archc.train.data.statistics import statistics
from archc.train.interrupt import Interrupt
from archc.train.learner import Learner
from archc.train.locking import locked
from archc.train.loop import Loop, Outcome
from archc.train.problems import RunError, UnfitDataError
from archc.train.processes import Processes, joined, place
from archc.train.random_state import seed_generators
from archc.train.run import Run
from archc.train.show.base.reporter import Facts, Reporter
from archc.train.trained import open_run
from archc.version import __version__

_DEVICE = re.compile(r"cpu|mps|cuda(:\d+)?")


def device_named(name: str) -> torch.device:
    """Return the device of a name such as ``cuda:0``; ``auto`` is the fastest there is.

    Raises:
        RunError: there is no such device, or none here.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
        if name == "cpu" and torch.backends.mps.is_available():
            name = "mps"
    if not _DEVICE.fullmatch(name):
        raise RunError(f"there is no device `{name}`: name auto, cpu, cuda, cuda:0, … or mps")
    if name == "mps" and not torch.backends.mps.is_available():
        raise RunError("cannot use the device `mps`: this torch and this machine have none")
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise RunError(f"cannot use the device `{name}`: {reason}") from error
    if device.type == "cuda" and device.index is None:
        return torch.device("cuda", place().local_rank)
    return device


def precision_on(device: torch.device, asked: str) -> str:
    """Return the precision that ``auto`` means on a device; any other is what was asked."""
    if asked != "auto":
        return asked
    return "bf16" if device.type == "cuda" and torch.cuda.is_bf16_supported() else "fp32"


def train(
    recipe: Recipe,
    out: Path,
    reporter: Reporter,
    *,
    device: str = "auto",
    resume: bool = False,
    interrupt: Interrupt | None = None,
) -> Outcome:
    """Train by a recipe and keep what is learnt in the directory `out`.

    Args:
        recipe: what `archc.recipe.read.read_recipe` gave.
        out: the directory of the run; it must not be there yet, or be empty, unless `resume`.
        reporter: what is shown meanwhile.
        device: a device of torch, or ``auto``.
        resume: go on from what `out` holds; begin where it holds nothing yet.
        interrupt: tells that training is to end after the step it is in.

    Raises:
        UnfitDataError: the data cannot be used, or does not fit the network.
        RunError: the run directory, the device or the recipe cannot be used so.
        DataError: a sample cannot be read.
        OSError: the run directory cannot be written.
    """
    where = device_named(device)
    with joined(where) as processes, _holding(out, processes), interrupt or Interrupt() as heard:
        run = Run(out)
        if processes.first:
            run.tidy()
        state = _resumed(run, recipe, processes) if resume else None
        if not resume and processes.first and any(out.iterdir()):
            raise RunError(f"{out} is there already: --resume goes on, --out names another")
        processes.wait()
        data = _opened(recipe, processes)
        if state is not None and run.facts().get("data", data.digest()) != data.digest():
            raise RunError(f"the data has other images than when {out} was begun")
        _require_batches(recipe, data, processes)
        numbers = statistics(recipe, data.train)
        seed_generators(recipe.seed, processes.rank)
        batches = Batches.of(recipe, data.train, numbers, where, processes, train=True)
        precision = precision_on(where, recipe.precision)
        learner = Learner(recipe, where, precision, processes, batches.steps)
        test = Batches.of(recipe, data.test, numbers, where, processes, train=False)
        loop = Loop(learner, batches, test, run, reporter, heard)
        stopped = None
        if state is not None:
            loop.resume(state)
            if processes.first:
                stopped = run.facts().get("stopped")
                run.go_on(recipe)
        elif processes.first:
            run.begin(recipe, _facts(recipe, where, precision, processes, data, numbers))
        shown = _shown(recipe, data, where, precision, processes, run, loop)
        reporter.begin(shown._replace(remarks=[*shown.remarks, *_of_stop(stopped)]))
        outcome = _fitted(loop)
        reporter.finished(outcome.history, outcome.ended)
        if processes.first and outcome.ended != "interrupted":
            _write_confusion(run, where)
        return outcome


def _holding(out: Path, processes: Processes) -> AbstractContextManager[None]:
    return locked(out) if processes.first else nullcontext()


def _fitted(loop: Loop) -> Outcome:
    """Run the loop; what a device or a compiler lacks is told as RunError."""
    try:
        return loop.fit()
    except torch.OutOfMemoryError as error:
        raise RunError(
            f"{loop.learner.device} has too little memory: make `data.batch_size` smaller, and "
            "`accumulate` larger for steps of as many samples"
        ) from error
    except RuntimeError as error:
        if not loop.recipe.compile:
            raise
        # Imported here: where something was compiled it is there already, elsewhere it takes long.
        from torch._dynamo.exc import TorchDynamoException

        if not isinstance(error, TorchDynamoException):
            raise
        reason = str(error).splitlines()[0]
        raise RunError(f"cannot compile the network, which `compile` asks for: {reason}") from error


def _resumed(run: Run, recipe: Recipe, processes: Processes) -> dict[str, Any] | None:
    """Return the state to go on from, or None where there is none yet."""
    state = run.state()
    if state is None:
        return None
    run.refuse_other(recipe)
    if state["progress"]["epoch"] > recipe.epochs:
        done = state["progress"]["epoch"]
        raise RunError(f"{run.path} has learnt for {done} epochs already, not {recipe.epochs}")
    if state["world"] != processes.world:
        raise RunError(
            f"{run.path} was trained by {state['world']} processes, not {processes.world}: "
            "the order of the data depends on it"
        )
    return state


def _opened(recipe: Recipe, processes: Processes) -> Opened:
    """Open the data, the first process before the others: it may have to download it."""
    diagnostics = Diagnostics()
    if not processes.first:
        processes.wait()
    data = open_data(recipe, diagnostics)
    if processes.first:
        processes.wait()
    if data is None or diagnostics.errors:
        raise UnfitDataError(diagnostics)
    return data


def _require_batches(recipe: Recipe, data: Opened, processes: Processes) -> None:
    """Refuse batches that a batch norm cannot take, now that the samples are counted.

    Raises:
        UnfitDataError: one of them leaves a batch norm one value per channel.
    """
    splits = [
        Split("training", len(data.train), recipe.accumulate, processes.world),
        Split("test", len(data.test), 1, processes.world),
    ]
    diagnostics = Diagnostics()
    check_batch_norm(recipe.data, recipe.graph, recipe.tree, splits, diagnostics)
    if diagnostics.errors:
        raise UnfitDataError(diagnostics)


def _facts(
    recipe: Recipe,
    device: torch.device,
    precision: str,
    processes: Processes,
    data: Opened,
    numbers: Numbers | None,
) -> dict[str, Any]:
    return {
        "network": _name(recipe),
        "archc": __version__,
        "torch": torch.__version__,
        "python": platform.python_version(),
        "device": str(device),
        "precision": precision,
        "processes": processes.world,
        "seed": recipe.seed,
        "classes": list(data.classes),
        "skipped": list(data.skipped),
        "data": data.digest(),
        "normalize": None if numbers is None else numbers._asdict(),
    }


def _name(recipe: Recipe) -> str:
    return recipe.graph.name or Path(recipe.spec_path).stem


def _shown(
    recipe: Recipe,
    data: Opened,
    device: torch.device,
    precision: str,
    processes: Processes,
    run: Run,
    loop: Loop,
) -> Facts:
    count = f"{len(data.skipped)} image{'s' * (len(data.skipped) > 1)}"
    skipped = f"skipped {count} that cannot be read: {few(data.skipped)}"
    return Facts(
        network=_name(recipe),
        parameters=sum(weight.numel() for weight in loop.learner.model.parameters()),
        device=str(device),
        precision=precision,
        train_samples=len(data.train),
        test_samples=len(data.test),
        batch_size=recipe.data.batch_size * recipe.accumulate * processes.world,
        epochs=recipe.epochs,
        directory=run.path,
        history=loop.progress.history,
        remarks=[*([skipped] if data.skipped else []), *data.remarks],
        classes=data.classes,
    )


def _of_stop(reason: str | None) -> list[str]:
    """Return what to remark where a run goes on that stopped by itself."""
    if reason is None:
        return []
    return [f"{reason}; the same recipe takes the same steps again, and may stop again"]


def _write_confusion(run: Run, device: torch.device) -> None:
    """Show what the best weights take for what on the test split."""
    trained = open_run(run.path, device=device)
    _, confusion = trained.evaluate()
    write_confusion(run.path, confusion.counts(), trained.classes)
