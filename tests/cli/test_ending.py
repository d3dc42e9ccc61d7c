"""However the world fails a command, it ends in one line and the exit code that is documented."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from archc.cli import archc
from archc.cli._ending import plainly

ROOT = Path(__file__).parents[2]
SPEC = "archc: 1\ninput: [3, 8, 8]\nlayers: [{conv: 8, kernel: 3}, flatten, {linear: 2}]\n"
RECIPE = "archc: 1\nspec: {spec}\ndata: {{digits: }}\noptimizer: {{sgd: {{lr: {lr}}}}}\nepochs: 1\n"
FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")

COMMANDS = [
    (["check", "spec.yaml"], 1),
    (["summary", "spec.yaml"], 1),
    (["emit", "spec.yaml"], 1),
    (["graph", "spec.yaml"], 1),
    (["rf", "spec.yaml"], 1),
    (["explain"], 1),
    (["diff", "spec.yaml", "spec.yaml"], 2),
    (["diff", "spec.yaml", "other.yaml"], 2),
    (["--help"], 1),
    (["diff", "--help"], 2),
]
"""Each with the exit code of its failures."""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "spec.yaml").write_text(SPEC)
    (tmp_path / "other.yaml").write_text(SPEC.replace("conv: 8", "conv: 4"))
    return tmp_path


def archc_in(folder, arguments, **streams):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "archc", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, check=False, **streams)


@needs_full
@pytest.mark.parametrize(("arguments", "code"), COMMANDS)
def test_a_full_device_is_one_line_and_the_code_of_a_failure(folder, arguments, code):
    with FULL.open("w") as full:
        done = archc_in(folder, arguments, stdout=full, stderr=subprocess.PIPE)
    told = done.stderr.decode()
    assert told == "Error: cannot write standard output: no space left on device\n"
    assert done.returncode == code


@pytest.mark.parametrize(("arguments", "code"), [COMMANDS[0], COMMANDS[6]])
def test_a_closed_standard_output_likewise(folder, arguments, code):
    done = archc_in(folder, arguments, stderr=subprocess.PIPE, preexec_fn=lambda: os.close(1))
    assert done.stderr.decode() == "Error: cannot write standard output: it is closed\n"
    assert done.returncode == code


@needs_full
def test_a_full_standard_error_leaves_the_exit_code(folder):
    with FULL.open("w") as full:
        done = archc_in(folder, ["summary", "none.yaml"], stdout=subprocess.PIPE, stderr=full)
    assert (done.returncode, done.stdout) == (1, b"")


def test_a_file_is_written_where_standard_streams_are_closed(folder):
    """None of its text goes astray, though its descriptor would have been theirs."""

    def close():
        os.close(1)
        os.close(2)

    assert archc_in(folder, ["emit", "spec.yaml", "-o", "net.py"], preexec_fn=close).returncode == 0
    compile((folder / "net.py").read_text(), "net.py", "exec")


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), MemoryError(), ValueError("a bug")]
)
def test_no_failure_of_diff_says_that_specs_differ(folder, monkeypatch, error):
    def fail(*given, **options):
        raise error

    monkeypatch.setattr("archc.cli.diff.check", fail)
    monkeypatch.chdir(folder)
    result = CliRunner().invoke(archc, ["diff", "spec.yaml", "spec.yaml"])
    assert result.exit_code == 2
    assert ("Traceback" in result.stderr) is isinstance(error, ValueError)


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (
            OSError(28, "No space left on device", "a\nb"),
            "cannot open a␊b: no space left on device",
        ),
        (MemoryError(), "not enough memory"),
        (
            RuntimeError("value cannot be converted to type float without overflow"),
            "a number is too large for torch: value cannot be converted to type float without "
            "overflow",
        ),
        (
            RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"),
            "not enough memory",
        ),
        (
            UnicodeEncodeError("utf-8", "a\udcff", 1, 2, "surrogates not allowed"),
            "cannot write '\\udcff': it is not valid UTF-8; rename the file or folder",
        ),
    ],
)
def test_what_no_command_foresees_is_a_line(capsys, error, line):
    with pytest.raises(click.exceptions.Exit) as ended, plainly(lambda: 1):
        raise error
    assert ended.value.exit_code == 1
    assert capsys.readouterr().err == f"Error: {line}\n"


def test_a_bug_stays_one(capsys):
    with pytest.raises(KeyError), plainly(lambda: 1):
        raise KeyError


@pytest.mark.parametrize("command", ["check", "train"])
@pytest.mark.parametrize(
    ("spec", "lr", "message"),
    [
        ('"\\0"', "0.1", "embedded null byte"),
        ("spec.yaml", "1.0e+300", "≤ 3.4e+38, the largest of float32"),
    ],
)
def test_what_no_recipe_can_mean_is_an_error_with_its_place(
    folder, monkeypatch, command, spec, lr, message
):
    monkeypatch.chdir(folder)
    Path("recipe.yaml").write_text(RECIPE.format(spec=spec, lr=lr))
    result = CliRunner().invoke(archc, [command, "recipe.yaml"])
    assert result.exit_code == 1
    assert message in result.output
    assert "recipe.yaml:" in result.output
    assert not Path("runs").exists()
