"""The directory of a run: what it used, what it learned, and what `--resume` needs.

==================  ==============================================================================
recipe.yaml         the recipe as used, with overrides; it names spec.yaml
spec.yaml           the spec as used
run.json            versions, seed, device, precision, classes, mean and standard deviation
state.pt            what `--resume` needs
last.safetensors    the weights after the last epoch
best.safetensors    the weights of the best epoch
metrics.csv         a row per epoch
curves.png          loss and accuracy over the epochs, if matplotlib is installed
confusion.csv       true and predicted classes on the test split; also confusion.png
events.out.…        the rows for TensorBoard, if it is installed
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
"""The keys of a state."""
_TEMPORARY = re.compile(
    r"\.(recipe\.yaml|spec\.yaml|run\.json|state\.pt|(last|best)\.safetensors|metrics\.csv"
    r"|curves\.png|confusion\.(csv|png))\.\d+"
)
"""The temporary files of `archc.files.write_whole`, which a killed process leaves behind."""
_OS_ERROR = re.compile(r"\(os error (\d+)\)")
_EPOCHS = re.compile(r"^epochs:.*\n", re.MULTILINE)


class Run:
    """A run directory; only the first of several processes writes to it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def state_file(self) -> Path:
        """The file that `--resume` reads."""
        return self.path / "state.pt"

    def tidy(self) -> None:
        """Remove the temporary files of a killed process. The caller must hold the lock."""
        for entry in os.scandir(self.path):
            if _TEMPORARY.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                os.unlink(entry.path)

    def begin(self, recipe: Recipe, facts: dict[str, Any]) -> None:
        """Create the directory, and write recipe, spec and facts.

        Raises:
            OSError: a file cannot be written.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        write_text(self.path / "spec.yaml", recipe.network.source.text)
        write_text(self.path / "recipe.yaml", as_used(recipe))
        self._write_facts(facts)

    def resume(self, recipe: Recipe) -> None:
        """Write the recipe of a resumed run, which may have more epochs; raises OSError."""
        file, text = self.path / "recipe.yaml", as_used(recipe)
        if file.read_text("utf-8") != text:
            write_text(file, text)
        facts = self.facts()
        if facts.pop("stopped", None) is not None:
            self._write_facts(facts)

    def record_stop(self, reason: str) -> None:
        """Record in run.json why training stopped; raises OSError."""
        self._write_facts({**self.facts(), "stopped": reason})

    def _write_facts(self, facts: dict[str, Any]) -> None:
        write_text(self.path / "run.json", json_text(facts))

    def require_same(self, recipe: Recipe) -> None:
        """Reject another recipe or spec than the one that the run was started with.

        Only `epochs` may differ, unless the schedule depends on it.

        Raises:
            RunError: recipe or spec differ.
            OSError: a file of the run cannot be read.
        """
        for name, text in (("recipe", as_used(recipe)), ("spec", recipe.network.source.text)):
            saved = (self.path / f"{name}.yaml").read_text("utf-8")
            if saved == text:
                continue
            if _EPOCHS.sub("", saved) != _EPOCHS.sub("", text):
                raise RunError(
                    f"{self.path} was started with another {name}: choose another directory with "
                    f"--out, or resume it with `archc train {self.path / 'recipe.yaml'} "
                    f"--out {self.path} --resume`"
                )
            schedule = _schedule_over_epochs(recipe)
            if schedule is not None:
                raise RunError(
                    f"{self.path} was started with other `epochs`, on which its schedule "
                    f"`{schedule}` depends: choose another directory with --out"
                )

    def facts(self) -> dict[str, Any]:
        """Return the content of run.json.

        Raises:
            RunError: this is not a run directory, or the file cannot be read.
        """
        file = self.path / "run.json"
        if not file.is_file():
            raise RunError(f"{self.path} is not the directory of a run: it has no run.json")
        try:
            facts = json.loads(file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise RunError(f"cannot read {file}: {error}") from error
        if not isinstance(facts, dict) or not facts.keys() >= {"classes", "normalize"}:
            raise RunError(f"{file} is not the run.json of a run")
        return facts

    def save_weights(self, name: str, weights: dict[str, Tensor]) -> None:
        """Write `weights` as ``name.safetensors``; raises OSError."""
        path = self.path / f"{name}.safetensors"
        write_whole(path, lambda temporary: _save_weights(weights, temporary))

    def weights(self, name: str) -> dict[str, Tensor]:
        """Return the weights in ``name.safetensors``.

        Raises:
            RunError: the file does not exist, or cannot be read.
        """
        path = self.path / f"{name}.safetensors"
        if not path.exists():
            stopped = self.facts().get("stopped")
            why = f": {stopped}" if stopped else " yet: the first epoch writes it"
            raise RunError(f"{self.path} has no {path.name}{why}")
        try:
            weights: dict[str, Tensor] = load_file(path)
        except Exception as error:  # safetensors raises its own class, which derives from this
            raise RunError(f"cannot read {path}: {error}") from error
        return weights

    def save_state(self, state: dict[str, Any]) -> None:
        """Write what `--resume` needs; raises OSError."""
        write_whole(self.state_file, lambda temporary: _save(state, temporary))

    def state(self) -> dict[str, Any] | None:
        """Return what `save_state` wrote; None if it has written nothing yet.

        Raises:
            RunError: the file cannot be read.
        """
        if not self.state_file.exists():
            return None
        try:
            state: dict[str, Any] = torch.load(
                self.state_file, map_location="cpu", weights_only=True
            )
        except Exception as error:  # a broken file makes torch raise errors of many classes
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise RunError(f"cannot read {self.state_file}: {reason}") from error
        if not isinstance(state, dict) or state.keys() != _STATE:
            raise RunError(
                f"cannot resume from {self.state_file}: another version of archc wrote it"
            )
        return state


def _schedule_over_epochs(recipe: Recipe) -> str | None:
    """Return the schedule whose rates depend on the number of epochs, if any."""
    if not recipe.schedule:
        return None
    schedule = recipe.schedule[-1].schedule
    return schedule.name if schedule.filled(1, 1).keys() - schedule.given.keys() else None


def _save_weights(weights: dict[str, Tensor], path: Path) -> None:
    """Save with the mode of the other files of a run; safetensors makes files private."""
    path.touch()
    mode = path.stat().st_mode
    try:
        save_file(weights, path, {"format": "pt"})
    except SafetensorError as error:  # its text ends with the number of an OSError
        number = _OS_ERROR.search(str(error))
        code = int(number[1]) if number else errno.EIO
        raise OSError(code, os.strerror(code), str(path)) from error
    path.chmod(mode)


def _save(state: dict[str, Any], path: Path) -> None:
    """Save; raise OSError for a full disk, where torch raises RuntimeError."""
    with path.open("wb") as file:
        try:
            torch.save(state, file)
        except RuntimeError as error:
            raise OSError(errno.EIO, "the disk is full, or fails", str(path)) from error
