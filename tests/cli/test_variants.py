"""``--variant`` and the `variant` of a recipe: one network of a file that describes several."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from archc.cli import archc as command_line
from archc.diagnostics import Diagnostics
from archc.recipe.as_used import as_used
from archc.recipe.read import read_recipe

SPEC = """\
archc: 1
name: net
input: [1, 8, 8]
params: {width: 4, classes: 10}
variants:
  small: {}
  large: {width: 16}
layers:
  conv: {conv: $width, kernel: 3}
  pool: {adaptive_avg_pool: 1}
  flatten: flatten
  out: {linear: $classes}
"""
RECIPE = """\
archc: 1
spec: net.yaml
variant: large
params: {classes: 3}
data: {image_folder: photos, batch_size: 4}
optimizer: adam
epochs: 1
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(SPEC)


def run(*arguments):
    return CliRunner().invoke(command_line, arguments)


@pytest.mark.parametrize(
    "arguments",
    [("emit",), ("graph", "-o", "-"), ("summary", "--format", "json")],
)
def test_a_command_uses_the_variant(arguments):
    name, *options = arguments
    chosen = run(name, "net.yaml", "--variant", "large", *options)
    Path("net.yaml").write_text(SPEC.replace("name: net", "name: large"))
    given = run(name, "net.yaml", "-p", "width=16", *options)
    assert (chosen.exit_code, given.exit_code) == (0, 0)
    assert chosen.stdout == given.stdout
    assert chosen.stdout != run(name, "net.yaml", *options).stdout


def test_the_summary_says_which_it_is():
    assert run("summary", "net.yaml", "--variant", "large").stdout.startswith("large  input 1×8×8")


def test_one_that_the_file_lacks():
    result = run("summary", "net.yaml", "--variant", "larg")
    assert result.exit_code == 1
    assert "error[AR319 unknown-variant]: unknown variant `larg`" in result.stderr
    assert "did you mean `large`?" in result.stderr


def test_check_reads_all_variants_and_json_has_the_label():
    Path("net.yaml").write_text(SPEC.replace("width: 16", "width: 0"))
    result = run("check", "net.yaml", "--format", "json")
    assert result.exit_code == 1
    (found,) = json.loads(result.stdout)["diagnostics"]
    assert "in the variant `large`" in json.dumps(found)
    assert run("check", "net.yaml", "--variant", "small").exit_code == 0


def test_diff_of_two_variants():
    result = run("diff", "net.yaml", "net.yaml", "--variant", "small", "--variant", "large")
    assert result.exit_code == 1
    assert "conv: channels 4 → 16" in result.stdout
    assert run("diff", "net.yaml", "net.yaml", "--variant", "large").exit_code == 0
    three = ("--variant", "small") * 3
    assert run("diff", "net.yaml", "net.yaml", *three).exit_code == 2


def test_a_recipe_chooses_one_and_a_run_keeps_it():
    Path("recipe.yaml").write_text(RECIPE)
    found = Diagnostics()
    recipe = read_recipe("recipe.yaml", found)
    assert [str(one) for one in found] == []
    assert recipe.network.graph.params == {"width": 16, "classes": 3}
    assert recipe.network.graph.name == "large"
    run_of = Path("runs/x")
    run_of.mkdir(parents=True)
    (run_of / "spec.yaml").write_text(SPEC)
    (run_of / "recipe.yaml").write_text(as_used(recipe))
    (run_of / "run.json").write_text("{}")
    shown = run("summary", "runs/x")
    assert shown.stderr == "note: runs/x is a run; its recipe sets variant=large, classes=3\n"
    assert shown.stdout.startswith("large  input 1×8×8")
    other = run("summary", "runs/x", "--variant", "small")
    assert other.stdout.startswith("small  input 1×8×8")


@pytest.mark.parametrize(
    ("value", "code"), [("larg", "AR319"), ("[large]", "AR203"), ("small", None)]
)
def test_check_of_a_recipe(value, code):
    Path("recipe.yaml").write_text(RECIPE.replace("variant: large", f"variant: {value}"))
    result = run("check", "recipe.yaml", "--format", "json")
    codes = {one["code"] for one in json.loads(result.stdout)["diagnostics"]}
    assert codes == ({code} if code else set())
    chosen = run("check", "recipe.yaml", "--variant", "large")
    assert (chosen.exit_code, chosen.stdout) == (0, "recipe.yaml: no errors\n")
