"""The pages' tables of JSON fields are those of the models."""

from json_tables import DOCS, MARKED, written

from archc.report import models

PAGES = {path.name: path.read_text("utf-8") for path in DOCS.glob("*.md")}


def test_the_tables_are_the_models():
    """`python tests/json_tables.py` writes them."""
    assert [name for name, text in PAGES.items() if written(text) != text] == []


def test_every_document_has_one_table():
    marked = [found[2] for text in PAGES.values() for found in MARKED.finditer(text)]
    assert sorted(marked) == sorted(models.__all__)


def test_the_model_of_each_table_is_named_beside_it():
    for text in PAGES.values():
        for found in MARKED.finditer(text):
            assert f"`archc.report.models.{found[2]}`" in text


def test_a_table_that_is_changed_by_hand_is_noticed():
    text = PAGES["summary.md"].replace("| `macs` | integer |", "| `macs` | number |")
    assert text != PAGES["summary.md"]
    assert written(text) == PAGES["summary.md"]
