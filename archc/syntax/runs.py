"""The directory of a run, which can be used as a spec: a run keeps the spec that it used."""

import os
from typing import NamedTuple

FILES = ("spec.yaml", "recipe.yaml", "run.json")
"""The files that every run has from its start."""


class RunFolder(NamedTuple):
    """The directory of a run."""

    path: str

    @property
    def spec(self) -> str:
        """The path of the spec as used."""
        return os.path.join(self.path, "spec.yaml")

    @property
    def recipe(self) -> str:
        """The path of the recipe as used."""
        return os.path.join(self.path, "recipe.yaml")


def find_run(spec: object) -> RunFolder | None:
    """Return the run whose directory `spec` names, or None where it is something else."""
    if not isinstance(spec, str | os.PathLike) or (isinstance(spec, str) and "\n" in spec):
        return None
    path = os.fspath(spec)
    return RunFolder(path) if os.path.isdir(path) and not missing_files(path) else None


def missing_files(path: str) -> tuple[str, ...]:
    """Return the names of the files of a run that a directory lacks."""
    return tuple(name for name in FILES if not os.path.isfile(os.path.join(path, name)))
