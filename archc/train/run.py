"""The directory of a run: what was used, what was learnt, and what it takes to go on.

==================  ==============================================================================
recipe.yaml         the recipe as used, overrides included; it names spec.yaml
spec.yaml           the spec as used
run.json            versions, seed, device, precision, classes, mean and standard deviation
state.pt            all that `--resume` needs
last.safetensors    the weights after the last epoch
best.safetensors    the weights of the best epoch
metrics.csv         a row an epoch
curves.png          the same drawn, where matplotlib is installed
confusion.csv       what is taken for what on the test split; confusion.png likewise
events.out.…        the rows for TensorBoard, where it is installed
==================  ==============================================================================
"""

import errno
import json
import os
import re
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from archc.files import write_text, write_whole
from archc.recipe.as_used import as_used
from archc.recipe.model import Recipe
from archc.render.json_text import json_text
from archc.train.problems import RunError

_STATE = {"world", "progress", "running", "learner", "generators"}
"""What the loop keeps in a state."""
_BESIDE = re.compile(
    r"\.(recipe\.yaml|spec\.yaml|run\.json|state\.pt|(last|best)\.safetensors|metrics\.csv"
    r"|curves\.png|confusion\.(csv|png))\.\d+"
)
"""What `archc.files.write_whole` writes beside a run's files, and leaves when it is killed."""
_OS_ERROR = re.compile(r"\(os error (\d+)\)")
_EPOCHS = re.compile(r"^epochs:.*\n", re.MULTILINE)


class Run:
    """A run directory; only the first of several processes writes to it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def state_file(self) -> Path:
        """What `--resume` reads."""
        return self.path / "state.pt"

    def tidy(self) -> None:
        """Remove what a process that was killed has left beside files it was writing.

        It must be called by who holds the directory, for whom nobody else writes there.
        """
        for entry in os.scandir(self.path):
            if _BESIDE.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                os.unlink(entry.path)

    def begin(self, recipe: Recipe, facts: dict[str, Any]) -> None:
        """Make the directory with what is used.

        Raises:
            OSError: it cannot be written.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        write_text(self.path / "spec.yaml", recipe.network.source.text)
        write_text(self.path / "recipe.yaml", as_used(recipe))
        self._write_facts(facts)

    def go_on(self, recipe: Recipe) -> None:
        """Keep a recipe that a run goes on with, which may ask for more epochs; raises OSError."""
        file, text = self.path / "recipe.yaml", as_used(recipe)
        if file.read_text("utf-8") != text:
            write_text(file, text)
        facts = self.facts()
        if facts.pop("stopped", None) is not None:
            self._write_facts(facts)

    def note_stop(self, reason: str) -> None:
        """Keep why training stopped, for whoever comes to the run later; raises OSError."""
        self._write_facts({**self.facts(), "stopped": reason})

    def _write_facts(self, facts: dict[str, Any]) -> None:
        write_text(self.path / "run.json", json_text(facts))

    def refuse_other(self, recipe: Recipe) -> None:
        """Refuse to go on with another recipe or spec than the run was begun with.

        Another number of epochs is the same recipe, as long as no schedule is laid out over it.

        Raises:
            RunError: they differ.
            OSError: what was used cannot be read.
        """
        for name, text in (("recipe", as_used(recipe)), ("spec", recipe.network.source.text)):
            kept = (self.path / f"{name}.yaml").read_text("utf-8")
            if kept == text:
                continue
            if _EPOCHS.sub("", kept) != _EPOCHS.sub("", text):
                raise RunError(
                    f"{self.path} was begun with another {name}: name another directory with "
                    f"--out, or go on with `archc train {self.path / 'recipe.yaml'} "
                    f"--out {self.path} --resume`"
                )
            schedule = _laid_out_over_epochs(recipe)
            if schedule is not None:
                raise RunError(
                    f"{self.path} was begun with other `epochs`, which its schedule "
                    f"`{schedule}` is laid out over: name another directory with --out"
                )

    def facts(self) -> dict[str, Any]:
        """Return what run.json holds.

        Raises:
            RunError: this is no run directory.
        """
        file = self.path / "run.json"
        if not file.is_file():
            raise RunError(f"{self.path} is not the directory of a run: it has no run.json")
        try:
            found = json.loads(file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise RunError(f"cannot read {file}: {error}") from error
        if not isinstance(found, dict) or not found.keys() >= {"classes", "normalize"}:
            raise RunError(f"{file} is not what a run writes")
        return found

    def keep(self, name: str, weights: dict[str, Tensor]) -> None:
        """Write `weights` as ``name.safetensors``; raises OSError."""
        path = self.path / f"{name}.safetensors"
        write_whole(path, lambda beside: _save_weights(weights, beside))

    def weights(self, name: str) -> dict[str, Tensor]:
        """Return the weights kept as ``name.safetensors``.

        Raises:
            RunError: there are none, or they cannot be read.
        """
        path = self.path / f"{name}.safetensors"
        if not path.exists():
            stopped = self.facts().get("stopped")
            why = f": {stopped}" if stopped else " yet: the first epoch writes it"
            raise RunError(f"{self.path} has no {path.name}{why}")
        try:
            found: dict[str, Tensor] = load_file(path)
        except Exception as error:  # safetensors raises its own class, which derives from this
            raise RunError(f"cannot read {path}: {error}") from error
        return found

    def keep_state(self, state: dict[str, Any]) -> None:
        """Write what `--resume` needs; raises OSError."""
        write_whole(self.state_file, lambda beside: _save(state, beside))

    def state(self) -> dict[str, Any] | None:
        """Return what `keep_state` wrote, or None where it has not yet.

        Raises:
            RunError: it cannot be read.
        """
        if not self.state_file.exists():
            return None
        try:
            found: dict[str, Any] = torch.load(
                self.state_file, map_location="cpu", weights_only=True
            )
        except Exception as error:  # torch raises whatever a broken file makes it meet
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise RunError(f"cannot read {self.state_file}: {reason}") from error
        if not isinstance(found, dict) or found.keys() != _STATE:
            raise RunError(f"{self.state_file} is no use: another version of archc wrote it")
        return found


def _laid_out_over_epochs(recipe: Recipe) -> str | None:
    """Return the schedule whose rates depend on how many epochs there are, if any."""
    if not recipe.schedule:
        return None
    schedule = recipe.schedule[-1].schedule
    return schedule.name if schedule.filled(1, 1).keys() - schedule.given.keys() else None


def _save_weights(weights: dict[str, Tensor], path: Path) -> None:
    """Save with the mode that other files of a run have; safetensors makes files private."""
    path.touch()
    mode = path.stat().st_mode
    try:
        save_file(weights, path, {"format": "pt"})
    except SafetensorError as error:  # it hides an OSError, whose number its text ends with
        number = _OS_ERROR.search(str(error))
        code = int(number[1]) if number else errno.EIO
        raise OSError(code, os.strerror(code), str(path)) from error
    path.chmod(mode)


def _save(state: dict[str, Any], path: Path) -> None:
    """Save; a full disk is told as OSError, which torch hides behind a RuntimeError."""
    with path.open("wb") as file:
        try:
            torch.save(state, file)
        except RuntimeError as error:
            raise OSError(errno.EIO, "the disk is full, or fails", str(path)) from error
