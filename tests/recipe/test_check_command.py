"""``archc check`` takes recipes beside specs."""

import json

import pytest
from click.testing import CliRunner

from archc.cli.check import command

SPEC = "archc: 1\ninput: [1, 8, 8]\nparams: {classes: 10}\nlayers: [flatten, {linear: $classes}]\n"
RECIPE = "archc: 1\nspec: spec.yaml\ndata: {digits: }\noptimizer: sgd\nepochs: 1\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "spec.yaml").write_text(SPEC)
    (tmp_path / "recipe.yaml").write_text(RECIPE)
    return tmp_path


def check(*arguments, **kwargs):
    return CliRunner().invoke(command, arguments, catch_exceptions=False, **kwargs)


def test_recipes_and_specs_are_checked_together():
    result = check("recipe.yaml", "spec.yaml")
    assert result.exit_code == 0
    assert result.output == "recipe.yaml: no errors\nspec.yaml: no errors\n"


def test_a_wrong_recipe_is_reported_in_every_format(folder):
    (folder / "recipe.yaml").write_text(RECIPE.replace("sgd", "sdg"))
    assert "did you mean `sgd`?" in check("recipe.yaml").output
    (found,) = json.loads(check("recipe.yaml", "--format", "json").output)["diagnostics"]
    assert found["code"] == "AR201"
    assert "::error file=recipe.yaml,line=4" in check("recipe.yaml", "--format", "github").output


def test_a_recipe_is_read_from_standard_input():
    assert check("-", input=RECIPE).exit_code == 0


def test_parameters_are_the_recipes():
    result = check("recipe.yaml", "-p", "classes=5")
    assert result.exit_code == 1
    assert "AR501" in result.output
