"""Every JSON of archc is loaded by its model, which rejects what archc does not print."""

import ast
import contextlib
import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from PIL import Image
from pydantic import BaseModel, ValidationError

from archc.cli import Commands
from archc.cli import archc as command_line
from archc.measure.bench import machine, measuring
from archc.report import models
from archc.report.models.base import Document

PACKAGE = Path(models.__file__).parents[2]
SPECS = PACKAGE.parent / "specs"
WRONG = "archc: 1\ninput: [3, 32, 32]\nlayers:\n  a: {conv: 6, kernel: 5, groups: 2}\n"
UPSAMPLED = "archc: 1\ninput: [3, 8, 8]\nlayers: [{upsample: 2}, {conv: 3, kernel: [1, 3]}]\n"
SMALL = (
    "archc: 1\nname: small\ninput: [1, 8, 8]\nlayers: [{conv: 4, kernel: 3}, flatten, {linear: 10}]"
)
RECIPE = """\
archc: 1
spec: small.yaml
data: {digits: , normalize: computed, batch_size: 512}
optimizer: {adam: {lr: 0.01}}
epochs: 1
"""

# What prints each document: the commands, and the model that loads what they print.
PRINTED = {
    "check": (
        models.Check,
        ["check wrong.yaml lenet5 --format json", "check lenet5 --format json"],
    ),
    "summary": (
        models.Summary,
        ["summary googlenet --format json", "summary upsampled.yaml --format json"],
    ),
    "rf": (models.Fields, ["rf googlenet --format json", "rf upsampled.yaml --format json"]),
    "rf --effective": (
        models.EffectiveField,
        ["rf small.yaml 0 --effective --samples 2 --format json"],
    ),
    "diff": (
        models.Difference,
        [
            "diff resnet18 googlenet --format json",
            "diff small.yaml lenet5 --format json",
            "diff lenet5 lenet5 --format json",
        ],
    ),
    "weights": (
        models.Fit,
        [
            "weights small.yaml runs/recipe/best.safetensors --format json",
            "weights lenet5 runs/recipe/best.safetensors --format json",
        ],
    ),
    "bench": (
        models.Benchmark,
        [
            "bench lenet5 --device cpu --json",
            "bench resnet18 --device cpu --optimize inference --layers --vs torchvision:resnet18"
            " --input 3,32,32 --json",
        ],
    ),
    "evaluate": (models.Evaluation, ["evaluate runs/recipe --format json"]),
    "predict": (
        models.Predictions,
        ["predict runs/recipe image.png wrong.yaml --top 2 --format json"],
    ),
}
CASES = [(model, command) for model, commands in PRINTED.values() for command in commands]
WRITTEN = {"archc/train/run.py": models.Run}
"""The files that archc writes as JSON, by the module that does."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with specs, an image and a short run."""
    path = tmp_path_factory.mktemp("documents")
    for name, text in {
        "wrong": WRONG,
        "upsampled": UPSAMPLED,
        "small": SMALL,
        "recipe": RECIPE,
    }.items():
        (path / f"{name}.yaml").write_text(text)
    Image.new("L", (8, 8), 100).save(path / "image.png")
    with contextlib.chdir(path):
        train = ["train", "recipe.yaml", "--device", "cpu", "--quiet"]
        CliRunner().invoke(command_line, train, catch_exceptions=False)
    return path


TEXTS: dict[str, str] = {}


@pytest.fixture
def printed(folder, monkeypatch):
    """Return what runs a command and returns what it prints."""
    measure = machine.measure
    monkeypatch.setattr(measuring, "_SECONDS", 0.05)
    monkeypatch.setattr(measuring, "measure", lambda device: measure(device, 0.05))

    def run(command: str) -> str:
        if command not in TEXTS:
            with contextlib.chdir(folder):
                TEXTS[command] = CliRunner().invoke(command_line, command.split()).stdout
        return TEXTS[command]

    return run


def all_models() -> list[type[BaseModel]]:
    return [getattr(models, name) for name in models.__all__]


def rejects(model: type[BaseModel], value: object) -> bool:
    try:
        model.model_validate_json(json.dumps(value))
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize(("model", "command"), CASES, ids=[command for _, command in CASES])
def test_what_is_printed_is_loaded_and_comes_out_the_same(model, command, printed):
    text = printed(command)
    loaded = model.model_validate_json(text)
    assert json.dumps(loaded.plain()) == json.dumps(json.loads(text))  # the same order, 2 and 2.0
    assert loaded.version == 1
    with pytest.raises(ValidationError):
        setattr(loaded, next(iter(model.model_fields)), 2)


@pytest.mark.parametrize(("model", "command"), CASES, ids=[command for _, command in CASES])
def test_an_unknown_field_is_rejected(model, command, printed):
    value = json.loads(printed(command))
    whole = value if isinstance(value, dict) else value[0]
    whole["unknown"] = 1
    assert rejects(model, value)


def test_what_a_run_keeps_is_loaded_and_comes_out_the_same(folder):
    text = (folder / "runs" / "recipe" / "run.json").read_text()
    assert json.dumps(models.Run.model_validate_json(text).plain()) == json.dumps(json.loads(text))
    assert rejects(models.Run, {**json.loads(text), "unknown": 1})
    stopped = {**json.loads(text), "stopped": "the loss is nan"}
    assert models.Run.model_validate_json(json.dumps(stopped)).stopped == "the loss is nan"


def test_every_command_that_prints_json_has_a_model():
    group = Commands("archc")
    context = click.Context(group)
    commands = {name: group.get_command(context, name) for name in group.list_commands(context)}
    printing = {name for name, command in commands.items() if any(map(is_json, command.params))}
    assert printing == {name.split()[0] for name in PRINTED}


def is_json(param: click.Parameter) -> bool:
    choices = getattr(param.type, "choices", ())
    return "json" in choices or "--json" in param.opts


def test_every_model_is_of_something_printed_or_written():
    used = {model for model, _ in PRINTED.values()} | set(WRITTEN.values())
    assert used == set(all_models())


def test_json_is_written_in_one_place_and_for_known_readers():
    """Whoever writes JSON otherwise does so for no reader: to read it back, or into a page."""
    calls = {name: called(path) for name, path in sources().items()}
    inside = {"archc/render/json_text.py", "archc/syntax/opener.py", "archc/recipe/as_used.py"}
    inside.add("archc/picture/page/__init__.py")
    assert {name for name, names in calls.items() if names & {"dumps", "dump"}} <= inside
    writers = {"archc/render/machine.py", "archc/cli/_output.py", *WRITTEN}
    assert {name for name, names in calls.items() if "json_text" in names} == writers
    shown = {name for name, names in calls.items() if names & {"show_json", "as_json"}}
    assert shown == {f"archc/cli/{name.split()[0]}.py" for name in PRINTED}


def sources() -> dict[str, Path]:
    return {str(path.relative_to(PACKAGE.parent)): path for path in PACKAGE.rglob("*.py")}


def called(path: Path) -> set[str]:
    """Return the names of the functions that a file calls, without what they are attributes of."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    return {ast.unparse(call.func).rpartition(".")[2] for call in calls}


def test_a_file_holds_one_document_which_is_exported_by_its_name():
    folder = Path(models.__file__).parent
    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "base"}
    assert {model.__module__.rpartition(".")[2] for model in all_models()} == files
    assert len(models.__all__) == len(files)
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = models.Nothing


@pytest.mark.parametrize("model", all_models(), ids=models.__all__)
def test_every_field_of_every_part_is_described(model):
    for part in parts(model):
        assert part.__doc__
        for name, field in part.model_fields.items():
            assert field.description or name == "root", f"{part.__name__}.{name}"


def parts(model: type[BaseModel]) -> set[type[BaseModel]]:
    """Return a model and all that its fields hold."""
    found, pending = {model}, [model]
    while pending:
        for field in pending.pop().model_fields.values():
            new = set(inside(field.annotation)) - found
            found |= new
            pending += new
    return found


def inside(annotation: object):
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from inside(argument)


def test_the_models_are_imported_when_they_are_asked_for():
    code = "import sys, archc.report.models; assert 'pydantic' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_document_is_a_document():
    assert all(issubclass(m, Document) for m in all_models() if m is not models.Predictions)
