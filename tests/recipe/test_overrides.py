"""``--set``: what is wrong with an override is reported with the override as its location."""

import os

import pytest

from archc.diagnostics import Diagnostics
from archc.recipe.read import read_recipe
from archc.render.text import as_text


def errors_of(path, key, value):
    diagnostics = Diagnostics()
    read_recipe(str(path), diagnostics, [(key, value)])
    return list(diagnostics)


@pytest.mark.parametrize(
    ("key", "value", "column", "code"),
    [
        ("optimizer.lr", "-1", 14, "AR301"),
        ("optimizer.lrr", "1", 11, "AR201"),
        ("optimizer", "adm", 11, "AR201"),
        ("epochs", "", 8, "AR301"),
        ("epochs", "a: b: c", 12, "AR103"),
        ("epochs.x", "3", 1, "AR203"),
        ("params.x", "3", 8, "AR303"),
        ("data.batch", "3", 6, "AR201"),
        ("spec", "none.yaml", 6, "AR101"),
        ("early_stopping.monitor", "loss", 1, "AR202"),
        ("schedule", "one_cycle", 10, "AR202"),
        ("loss.cross_entropy.label_smoothing", "1.5", 36, "AR301"),
    ],
)
def test_what_is_wrong_is_reported_at_its_place(written, key, value, column, code):
    (found,) = errors_of(written(), key, value)
    assert (str(found.span), found.problem.code) == (f"--set:1:{column}", code)
    assert f"1 | {key}={value}" in as_text([found], columns=100, color=False)


def test_a_spec_that_is_not_there_is_reported_where_the_recipe_names_it(written, tmp_path):
    path = written()
    path.write_text(path.read_text().replace("small.yaml", "../none.yaml"))
    (found,) = errors_of(path, "seed", "1")
    assert str(found.span) == f"{path}:2:7"
    assert str(tmp_path.parent / "none.yaml") in found.problem.message()


def test_the_path_of_a_spec_is_shown_without_detours(written, tmp_path):
    path = written()
    (tmp_path / "small.yaml").write_text("archc: 1\nlayers: 3\n")
    path.write_text(path.read_text().replace("small.yaml", f"../{tmp_path.name}/small.yaml"))
    assert errors_of(path, "seed", "1")[0].span.source.name == str(tmp_path / "small.yaml")


def test_a_detour_by_a_link_leads_where_the_link_leads(written, tmp_path):
    path = written()
    elsewhere = tmp_path / "elsewhere" / "deep"
    elsewhere.mkdir(parents=True)
    os.symlink(elsewhere, tmp_path / "link")
    (tmp_path / "small.yaml").rename(tmp_path / "elsewhere" / "small.yaml")
    path.write_text(path.read_text().replace("small.yaml", "link/../small.yaml"))
    assert errors_of(path, "seed", "1") == []
