"""docs/recipes.md tells every key and every call."""

from pathlib import Path

import pytest
from archc.recipe.datasets import DATASETS

from archc.recipe.data import DATA, READ_ELSEWHERE
from archc.recipe.optimizers import OPTIMIZERS
from archc.recipe.read import KEYS
from archc.recipe.schedules import SCHEDULES
from archc.recipe.transforms import TRANSFORMS

TEXT = (Path(__file__).parents[2] / "docs" / "recipes.md").read_text("utf-8")
CALLS = {**OPTIMIZERS, **SCHEDULES, **TRANSFORMS}


def rows():
    lines = [line for line in TEXT.splitlines() if line.startswith("| `")]
    return {line.split("`")[1]: line for line in lines}


def test_the_tables_have_every_key_and_nothing_else():
    assert set(rows()) == {*KEYS, *DATASETS, *CALLS}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_is_told_with_its_class_and_settings(name):
    entry = CALLS[name]
    _, _, kind, settings, _ = rows()[name].split("|")
    assert kind.strip() == f"`{entry.torch_name}`"
    told = {part.split("`")[1]: "required" in part for part in settings.split(",") if "`" in part}
    assert told == {setting: setting in entry.required for setting in entry.settings}


def test_every_setting_of_data_is_told():
    wanted = {*DATA, *READ_ELSEWHERE} | {s for e in DATASETS.values() for s in e.settings}
    assert [name for name in sorted(wanted) if f"`{name}`" not in TEXT] == []
