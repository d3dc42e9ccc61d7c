"""Every command that takes a spec takes the directory of a run, with what its recipe sets."""

from pathlib import Path

import pytest
from click.testing import CliRunner

import archc
from archc.cli import archc as command_line
from archc.syntax.runs import FILES, find_run

SPEC = """\
archc: 1
input: [3, 32, 32]
params: {classes: 10, width: 8}
layers:
  conv: {conv: $width, kernel: 3}
  pool: {adaptive_avg_pool: 1}
  flatten: flatten
  out: {linear: $classes}
"""
RECIPE = """\
archc: 1
spec: spec.yaml
params: {classes: 5, width: 4}
input: [1, 28, 28]
"""
NOTE = "note: runs/x is a run; its recipe sets classes=5, width=4, input=1×28×28\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_run("runs/x")
    return tmp_path


def write_run(path, spec=SPEC, recipe=RECIPE):
    Path(path).mkdir(parents=True)
    for name, text in zip(FILES, (spec, recipe, "{}"), strict=True):
        (Path(path) / name).write_text(text)


def run(*arguments):
    return CliRunner().invoke(command_line, arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ("summary", "runs/x"),
        ("check", "runs/x"),
        ("graph", "runs/x", "-o", "net.svg"),
        ("emit", "runs/x", "-o", "net.py"),
        ("rf", "runs/x"),
        ("diff", "runs/x", "runs/x"),
    ],
)
def test_a_command_takes_a_run_and_says_so(arguments):
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    assert result.stderr.startswith(NOTE)


def test_the_network_is_the_one_that_was_trained():
    arch = archc.load("runs/x")
    assert arch.input_shape == (1, 28, 28)
    assert arch["conv"].output_shape == (4, 26, 26)
    assert arch["out"].output_shape == (5,)
    assert archc.load(Path("runs/x")).parameters == arch.parameters


def test_the_caller_can_set_other_values():
    arch = archc.load("runs/x", classes=7, input_shape=(2, 8, 8))
    assert (arch["out"].output_shape, arch.input_shape) == ((7,), (2, 8, 8))
    assert arch["conv"].output_shape[0] == 4
    assert run("summary", "runs/x", "-p", "classes=7", "--input", "1,9,9").stderr == (
        "note: runs/x is a run; its recipe sets width=4\n"
    )


def test_a_run_whose_recipe_sets_nothing():
    write_run("plain", recipe="archc: 1\nspec: spec.yaml\n")
    assert run("check", "plain").stderr == "note: plain is a run; this is the spec that it used\n"
    assert archc.load("plain").input_shape == (3, 32, 32)


def test_a_difference_shows_what_the_recipe_set():
    Path("spec.yaml").write_text(SPEC)
    assert "8 → 4" in run("diff", "spec.yaml", "runs/x").stdout


def test_a_mistake_in_what_the_recipe_sets_is_reported_in_the_recipe():
    write_run("bad", recipe=RECIPE.replace("width", "wdth"))
    (diagnostic,) = archc.check("bad")
    assert diagnostic.problem.code == "AR303"
    assert diagnostic.span.source.name == "bad/recipe.yaml"


@pytest.mark.parametrize("recipe", ["- 1", "five", "params: 3", "input: 5", "[", ""])
def test_a_recipe_that_is_none_is_an_error(recipe):
    write_run("bad", recipe=recipe)
    (diagnostic,) = archc.check("bad")
    assert diagnostic.severity == "error"
    assert diagnostic.span.source.name == "bad/recipe.yaml"


@pytest.mark.parametrize(
    ("files", "end"), [(FILES[:2], "; here `run.json` is missing"), ((), "`run.json`")]
)
def test_a_directory_that_is_no_run(files, end):
    Path("other").mkdir()
    for name in files:
        Path("other", name).write_text("")
    (diagnostic,) = archc.check("other")
    assert diagnostic.problem.code == "AR101"
    assert diagnostic.problem.message().endswith("it is a directory, and not that of a run")
    has = "which has `spec.yaml`, `recipe.yaml` and `run.json`"
    assert has in diagnostic.problem.help()
    assert diagnostic.problem.help().endswith(end)
    assert find_run("other") is None


def test_a_recipe_names_a_file_and_not_a_run():
    Path("recipe.yaml").write_text("archc: 1\nspec: runs/x\n")
    output = run("check", "recipe.yaml").stdout
    assert "cannot read this file: it is a directory (runs/x)" in output
    assert "name a file in it, such as its `spec.yaml` or `recipe.yaml`" in output


def test_a_run_that_training_began(tmp_path):
    pytest.importorskip("torch")
    from archc.diagnostics import Diagnostics
    from archc.recipe.read import read_recipe
    from archc.train.run import Run

    text = RECIPE + "data: {digits: , batch_size: 64}\noptimizer: adam\nepochs: 1\n"
    text = text.replace("classes: 5", "classes: 10").replace("28, 28", "8, 8")
    Path("spec.yaml").write_text(SPEC)
    Path("recipe.yaml").write_text(text)
    recipe = read_recipe("recipe.yaml", Diagnostics())
    Run(tmp_path / "begun").begin(recipe, {})
    assert archc.load("begun").input_shape == (1, 8, 8)
    assert archc.load("begun")["conv"].output_shape[0] == 4
