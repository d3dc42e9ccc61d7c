"""`archc diff`: its exit codes, its formats, and where its specs come from."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archc.cli import archc as command_line

OLD = """archc: 1
input: [3, 32, 32]
layers:
  first: {conv: 8, kernel: 3}
  act: relu
"""
NEW = OLD.replace("conv: 8", "conv: 16")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path("old.yaml").write_text(OLD)
    Path("new.yaml").write_text(NEW)
    Path("wrong.yaml").write_text("archc: 1\n")

    def invoke(*arguments: str, given: str | None = None) -> Result:
        return CliRunner().invoke(command_line, ["diff", *arguments], input=given)

    return invoke


@pytest.mark.parametrize(
    ("specs", "code"),
    [
        (("old.yaml", "old.yaml"), 0),
        (("old.yaml", "new.yaml"), 1),
        (("old.yaml", "wrong.yaml"), 2),
        (("wrong.yaml", "new.yaml"), 2),
        (("old.yaml", "none.yaml"), 2),
        (("-", "-"), 2),
        (("old.yaml",), 2),
    ],
)
def test_exit_codes_are_those_of_diff(run, specs, code) -> None:
    assert run(*specs).exit_code == code


@pytest.mark.parametrize("specs", [("-", "new.yaml"), ("new.yaml", "-")])
def test_either_spec_may_come_from_standard_input(run, specs) -> None:
    result = run(*specs, given=OLD)
    assert result.exit_code == 1
    assert "channels" in result.stdout


def test_annotations_are_at_the_new_files_lines_and_end_with_the_totals(run) -> None:
    changed, totals = run("old.yaml", "new.yaml", "--format", "github").stdout.splitlines()
    assert changed == (
        "::notice file=new.yaml,line=4,endLine=4,col=11,endColumn=15,title=archc diff"
        "::first: channels 8 → 16"
    )
    message = totals.partition("title=archc diff::")[2]
    assert message == (
        "parameters: 224 → 448 (+224)%0AMACs: 194,400 → 388,800 (+194,400)"
        "%0Akeys of a checkpoint: 0 kept, 2 reshaped%0A  reshaped: first.weight, first.bias"
    )


def test_the_same_network_is_annotated_with_nothing(run) -> None:
    assert run("old.yaml", "old.yaml", "--format", "github").stdout == ""


def test_a_file_of_any_name_is_one_property(run) -> None:
    name = "100%,a:b.yaml"
    Path(name).write_text(NEW)
    told = run("old.yaml", name, "--format", "github").stdout.splitlines()[0]
    assert told.startswith("::notice file=100%25%2Ca%3Ab.yaml,line=4,")


def test_the_object_for_a_program(run) -> None:
    Path("new.yaml").write_text(NEW.replace("first", "stem").replace("act: relu", "act: sigmoid"))
    data = json.loads(run("old.yaml", "new.yaml", "--format", "json").stdout)
    totals = {"macs": 194_400, "macs_training": 194_400, "params": 224}
    assert data == {
        "version": 1,
        "same": False,
        "network": [],
        "added": [],
        "removed": [],
        "changed": [
            {"name": "stem", "settings": [{"name": "channels", "old": 8, "new": 16}]},
            {"name": "act", "settings": [{"name": "operator", "old": "relu", "new": "sigmoid"}]},
        ],
        "moved": {"first": "stem"},
        "downstream": {},
        "totals": {"old": totals, "new": {name: 2 * n for name, n in totals.items()}},
        "keys": {
            "kept": [],
            "lost": ["first.weight", "first.bias"],
            "reshaped": {},
            "fresh": ["stem.weight", "stem.bias"],
            "renamed": {},
        },
    }
