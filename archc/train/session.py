"""A training session: the data opened, the network built, the loop run, the results saved."""

import platform
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import torch

from archc.diagnostics import Diagnostics
from archc.recipe.batches import Split, check_batch_norm
from archc.recipe.data import Numbers
from archc.recipe.model import Recipe
from archc.samples.samples import Splits
from archc.samples.soundness import few
from archc.train.confusion import write_confusion
from archc.train.data.batches import Batches
from archc.train.data.opening import open_data
from archc.train.data.statistics import statistics
from archc.train.devices import device_named, precision_on
from archc.train.interrupt import Interrupt
from archc.train.learner import Learner
from archc.train.locking import locked
from archc.train.loop import Loop, Outcome
from archc.train.problems import RunError, UnfitDataError
from archc.train.processes import Processes, joined
from archc.train.random_state import seed_generators
from archc.train.run import Run
from archc.train.show.base.reporter import Facts, Reporter
from archc.train.trained import open_run
from archc.version import __version__


class _Session(NamedTuple):
    """What a run trains with, once its data is open."""

    recipe: Recipe
    run: Run
    device: torch.device
    precision: str
    processes: Processes
    data: Splits
    numbers: Numbers | None

    @property
    def network(self) -> str:
        return self.recipe.graph.name or Path(self.recipe.network.path).stem


def train(
    recipe: Recipe,
    out: Path,
    reporter: Reporter,
    *,
    device: str = "auto",
    resume: bool = False,
    interrupt: Interrupt | None = None,
) -> Outcome:
    """Train by a recipe and save the results in the directory `out`.

    Args:
        recipe: the recipe that `archc.recipe.read.read_recipe` returned.
        out: the directory of the run; unless `resume`, it must be empty or not exist.
        reporter: what shows the run.
        device: a device of torch, or ``auto``.
        resume: continue the run in `out`; start one if there is none yet.
        interrupt: a request to stop after the current step.

    Raises:
        UnfitDataError: the data cannot be used, or does not fit the network.
        RunError: the run directory or the device cannot be used, or not with this recipe.
        DataError: a sample cannot be read.
        OSError: a file of the run cannot be written.
    """
    torch_device = device_named(device)
    with (
        joined(torch_device) as processes,
        _locked(out, processes),
        interrupt or Interrupt() as signals,
    ):
        run = Run(out)
        state = _saved_state(run, recipe, processes, resume)
        session = _open(recipe, run, torch_device, processes, resumed=state is not None)
        loop = _loop(session, reporter, signals)
        stopped = _start(session, loop, state)
        reporter.begin(_facts(session, loop, stopped))
        outcome = _fit(loop)
        reporter.finished(outcome.history, outcome.ended)
        if processes.first and outcome.ended != "interrupted":
            _write_confusion(session)
        return outcome


def _locked(out: Path, processes: Processes) -> AbstractContextManager[None]:
    return locked(out) if processes.first else nullcontext()


def _saved_state(
    run: Run, recipe: Recipe, processes: Processes, resume: bool
) -> dict[str, Any] | None:
    """Return the state to resume from; None for a new run."""
    if processes.first:
        run.tidy()
    state = run.state() if resume else None
    if state is not None:
        _require_resumable(run, recipe, processes, state)
    if not resume and processes.first and any(run.path.iterdir()):
        raise RunError(
            f"{run.path} is not empty: resume its run with --resume, or choose another directory "
            "with --out"
        )
    processes.wait()
    return state


def _require_resumable(
    run: Run, recipe: Recipe, processes: Processes, state: dict[str, Any]
) -> None:
    run.require_same(recipe)
    done = state["progress"]["epoch"]
    if done > recipe.epochs:
        raise RunError(f"{run.path} has already trained for {done} epochs, not {recipe.epochs}")
    if state["world"] != processes.world:
        raise RunError(
            f"{run.path} was trained by {state['world']} processes, not {processes.world}: "
            "the order of the data depends on it"
        )


def _open(
    recipe: Recipe, run: Run, device: torch.device, processes: Processes, *, resumed: bool
) -> _Session:
    """Open the data and check it; seed the generators."""
    data = _opened(recipe, processes)
    if resumed:
        _require_same_data(run, data)
    _require_batches(recipe, data, processes)
    numbers = statistics(recipe, data.train)
    seed_generators(recipe.seed, processes.rank)
    precision = precision_on(device, recipe.precision)
    return _Session(recipe, run, device, precision, processes, data, numbers)


def _opened(recipe: Recipe, processes: Processes) -> Splits:
    """Open the data, in the first process before the others: it may have to download it."""
    diagnostics = Diagnostics()
    if not processes.first:
        processes.wait()
    data = open_data(recipe, diagnostics)
    if processes.first:
        processes.wait()
    if data is None or diagnostics.errors:
        raise UnfitDataError(diagnostics)
    return data


def _require_batches(recipe: Recipe, data: Splits, processes: Processes) -> None:
    """Reject batch sizes that leave a batch norm one value per channel.

    Raises:
        UnfitDataError: a batch of the training or the test split is too small.
    """
    splits = [
        Split("training", len(data.train), recipe.accumulate, processes.world),
        Split("test", len(data.test), 1, processes.world),
    ]
    diagnostics = Diagnostics()
    check_batch_norm(recipe.data, recipe.graph, recipe.document, splits, diagnostics)
    if diagnostics.errors:
        raise UnfitDataError(diagnostics)


def _require_same_data(run: Run, data: Splits) -> None:
    digest = data.digest()
    if run.facts().get("data", digest) != digest:
        raise RunError(f"the data has other images than when {run.path} was started")


def _loop(session: _Session, reporter: Reporter, interrupt: Interrupt) -> Loop:
    recipe, device, processes = session.recipe, session.device, session.processes
    data, numbers = session.data, session.numbers
    batches = Batches.of(recipe, data.train, numbers, device, processes, train=True)
    learner = Learner(recipe, device, session.precision, processes, batches.steps)
    test = Batches.of(recipe, data.test, numbers, device, processes, train=False)
    return Loop(learner, batches, test, session.run, reporter, interrupt)


def _start(session: _Session, loop: Loop, state: dict[str, Any] | None) -> str | None:
    """Begin or resume the run; return why training stopped before, if it diverged."""
    if state is not None:
        loop.resume(state)
    if not session.processes.first:
        return None
    if state is None:
        session.run.begin(session.recipe, _run_json(session))
        return None
    stopped: str | None = session.run.facts().get("stopped")
    session.run.resume(session.recipe)
    return stopped


def _fit(loop: Loop) -> Outcome:
    """Run the loop; raise RunError if memory or a compiler is missing."""
    try:
        return loop.fit()
    except torch.OutOfMemoryError as error:
        raise RunError(
            f"{loop.learner.device} has too little memory: make `data.batch_size` smaller, and "
            "`accumulate` larger to keep the samples per step"
        ) from error
    except RuntimeError as error:
        if not loop.recipe.compile:
            raise
        # Imported here: torch has imported it already if it compiled; else it takes long.
        from torch._dynamo.exc import TorchDynamoException

        if not isinstance(error, TorchDynamoException):
            raise
        reason = str(error).splitlines()[0]
        raise RunError(f"cannot compile the network, as `compile` requires: {reason}") from error


def _run_json(session: _Session) -> dict[str, Any]:
    return {
        "network": session.network,
        "archc": __version__,
        "torch": torch.__version__,
        "python": platform.python_version(),
        "device": str(session.device),
        "precision": session.precision,
        "processes": session.processes.world,
        "seed": session.recipe.seed,
        "classes": list(session.data.classes),
        "skipped": list(session.data.skipped),
        "data": session.data.digest(),
        "normalize": None if session.numbers is None else session.numbers._asdict(),
    }


def _facts(session: _Session, loop: Loop, stopped: str | None) -> Facts:
    recipe, data = session.recipe, session.data
    world = session.processes.world
    return Facts(
        network=session.network,
        parameters=sum(weight.numel() for weight in loop.learner.model.parameters()),
        device=str(session.device),
        precision=session.precision,
        train_samples=len(data.train),
        test_samples=len(data.test),
        batch_size=recipe.data.batch_size * recipe.accumulate * world,
        epochs=recipe.epochs,
        directory=session.run.path,
        history=loop.progress.history,
        remarks=[*_on_skipped(data.skipped), *data.remarks, *_on_stop(stopped)],
        classes=data.classes,
    )


def _on_skipped(skipped: tuple[str, ...]) -> list[str]:
    if not skipped:
        return []
    images = "1 image" if len(skipped) == 1 else f"{len(skipped)} images"
    return [f"skipped {images} that cannot be read: {few(skipped)}"]


def _on_stop(reason: str | None) -> list[str]:
    """Return a remark for a run that is resumed after it diverged."""
    if reason is None:
        return []
    return [f"{reason}; the same recipe takes the same steps again, and may stop again"]


def _write_confusion(session: _Session) -> None:
    """Write which classes the best weights predict on the test split."""
    trained = open_run(session.run.path, device=session.device)
    _, confusion = trained.evaluate()
    write_confusion(session.run.path, confusion.counts(), trained.classes)
