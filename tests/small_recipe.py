"""A small network and its recipe on scikit-learn's digits: real data, offline, seconds."""

from pathlib import Path

import pytest

from archc.diagnostics import Diagnostics
from archc.recipe.read import read_recipe

SPEC = """\
archc: 1
name: small
input: [1, 8, 8]
layers:
  conv: {conv: 8, kernel: 3, padding: 1}
  relu: relu
  pool: {max_pool: 2}
  flatten: flatten
  drop: {dropout: 0.2}
  out: {linear: 10}
"""
RECIPE = """\
archc: 1
spec: small.yaml
data:
  digits:
  normalize: computed
  batch_size: 64
optimizer: {adam: {lr: 0.01}}
epochs: 2
seed: 3
"""


@pytest.fixture
def written(tmp_path):
    """Return a function that writes the recipe, changed and lengthened, and returns its path."""

    def write(extra: str = "", *, spec: str = SPEC, recipe: str = RECIPE, **changes: str) -> Path:
        for old, new in changes.items():
            recipe = swap(recipe, old, new)
        (tmp_path / "small.yaml").write_text(spec)
        path = tmp_path / "recipe.yaml"
        path.write_text(recipe + extra)
        return path

    return write


def swap(recipe: str, key: str, value: str) -> str:
    names = (line.partition(":")[0] for line in recipe.splitlines())
    lines = zip(names, recipe.splitlines(), strict=True)
    return "".join(f"{key}: {value}\n" if name == key else f"{line}\n" for name, line in lines)


@pytest.fixture
def recipe(written):
    """Return a function that reads what `written` wrote; nothing may be wrong with it."""

    def read(*args, **changes):
        diagnostics = Diagnostics()
        found = read_recipe(str(written(*args, **changes)), diagnostics)
        assert not diagnostics.errors, list(map(str, diagnostics))
        return found

    return read
