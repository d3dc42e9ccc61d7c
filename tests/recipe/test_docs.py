"""The tables of docs/recipes.md are those of the models."""

from recipe_tables import PAGE, tables, written

from archc.recipe.data import Data
from archc.recipe.doors import DATA_SETS, LOSSES, OPTIMIZERS, SCHEDULES, TRANSFORMS
from archc.recipe.model import Keys

TEXT = PAGE.read_text("utf-8")


def test_the_tables_are_made_from_the_models():
    """`python tests/recipe_tables.py` writes them."""
    assert written(TEXT) == TEXT


def test_the_tables_have_every_key_and_every_name():
    doors = (DATA_SETS, LOSSES, OPTIMIZERS, SCHEDULES, TRANSFORMS)
    names = [door.names() for door in doors]
    wanted = {*Keys.model_fields, *Data.model_fields} - {"source"} | {n for of in names for n in of}
    rows = [line.split("`")[1] for table in tables().values() for line in table.splitlines()[2:]]
    assert set(rows) == wanted


def test_every_setting_of_a_data_set_is_on_the_page():
    wanted = {setting for kind in DATA_SETS for setting in kind.model_fields}
    assert [name for name in sorted(wanted) if f"`{name}`" not in TEXT] == []
