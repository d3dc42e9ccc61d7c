"""``archc summary`` as a user meets it."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner
from graphs import SPECS, network

from archc.cli import archc

RESNET18 = str(SPECS / "resnet18.yaml")
LENET5 = str(SPECS / "lenet5.yaml")


def run(*arguments, text=None, **environment):
    return CliRunner(env=environment).invoke(archc, ["summary", *arguments], input=text)


def spec(layers, head="archc: 1\ninput: [3, 32, 32]\n"):
    return f"{head}layers: {layers}\n"


# What is shown


def test_the_table():
    result = run(LENET5)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "lenet5  input 1×28×28"
    assert lines[4] == "conv1    conv 6 · kernel 5   6×24×24     156   86,400       5     1"
    assert "params        44,426  44,426 trainable, 0 other" in lines
    assert result.stderr == ""


def test_parameters_input_batch_and_depth():
    result = run(RESNET18, "-p", "classes=10", "--input", "3,64,64", "--batch", "8", "--depth", "1")
    assert "resnet18  input 3×64×64" in result.stdout
    assert "fc       linear 10 " in result.stdout
    assert "basic_block × 2" in result.stdout
    assert "bn1   " not in result.stdout.split("layer1")[1]
    assert "peak in inference, batch 8" in result.stdout


def test_standard_input():
    result = run("-", text=spec("[relu]"))
    assert result.exit_code == 0
    assert "network  input 3×32×32" in result.stdout


def test_the_json_object():
    result = run(RESNET18, "--format", "json", "--batch", "2")
    whole = json.loads(result.stdout)
    assert (whole["version"], whole["name"], whole["params"]) == (1, "resnet18", 11_689_512)
    assert whole["memory"]["batch"] == 2
    assert len(whole["layers"]) == 69


def test_the_terminals_width_is_kept():
    narrow = run(RESNET18, COLUMNS="70")
    assert max(map(len, narrow.stdout.splitlines())) <= 70
    assert "…" in narrow.stdout
    # What goes into a file is not cropped.
    assert "…" not in run(RESNET18).stdout


def test_colour_where_it_is_wanted():
    assert "\x1b[" not in run(LENET5).stdout
    assert "\x1b[" in run(LENET5, FORCE_COLOR="1").stdout
    assert "\x1b[" not in run(LENET5, FORCE_COLOR="1", NO_COLOR="1").stdout


# What is told beside it


def test_errors_are_reported_on_standard_error():
    result = run("-", text=spec("[{conv: 8, kernel: 3, groups: 2}, {conv: 0, kernel: 1}]"))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "error[AR402 channel-mismatch]" in result.stderr
    assert "error[AR301 bad-value]" in result.stderr
    assert result.stderr.endswith("2 errors in <stdin>\n")


def test_notes_are_one_line():
    result = run(RESNET18)
    assert result.exit_code == 0
    (line,) = result.stderr.splitlines()
    assert line.startswith("note[AR404 inexact-stride]: 4 strides do not divide evenly")
    result = run("-", text=spec("[{conv: 8, kernel: 2, stride: 3}, {conv: 8, kernel: 1}]"))
    assert result.stderr == ""
    result = run("-", text=spec("[{conv: 8, kernel: 1, stride: 2}]"))
    (line,) = result.stderr.splitlines()
    assert line.startswith("note[AR404 inexact-stride]: <stdin>:3:39: height and width do not")


def test_warnings_are_reported_whole():
    head = "archc: 1\ninput: [3, 32, 32]\nparams: {unused: 1}\n"
    result = run("-", text=spec("[relu]", head))
    assert result.exit_code == 0
    assert "warning[AR211 unused]" in result.stderr
    assert "3 | params: {unused: 1}" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--input", "3,x,224"],
        ["--input", ""],
        ["--batch", "0"],
        ["--depth", "0"],
        ["--format", "yaml"],
        ["-p", "classes"],
        ["another.yaml"],
    ],
)
def test_wrong_usage(arguments):
    result = run(LENET5, *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--input", "3,32"], "AR203"),
        (["--input", "0,32,32"], "AR301"),
        (["--input", "3,-1,32"], "AR301"),
        (["-p", "klasses=3"], "AR303"),
        (["-p", "classes=many"], "AR301"),
    ],
)
def test_wrong_values_are_reported_as_a_specs_are(arguments, code):
    result = run(LENET5, *arguments)
    assert result.exit_code == 1
    assert f"error[{code} " in result.stderr


# The process


def process(*arguments, **more):
    command = [sys.executable, "-m", "archc", "summary", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)


def test_who_reads_the_beginning_only_sees_no_traceback():
    with process(str(SPECS / "resnet152.yaml"), env={**os.environ, "PYTHONUNBUFFERED": "1"}) as ran:
        ran.stdout.read(10)
        ran.stdout.close()
        assert b"Traceback" not in ran.stderr.read()


def test_a_terminal_without_such_letters_is_no_obstacle():
    with process(LENET5, env={**os.environ, "PYTHONIOENCODING": "ascii"}) as ran:
        out, error = ran.communicate()
    assert ran.returncode == 0
    assert b"conv1" in out
    assert b"Traceback" not in error


# --verify


def test_verify_says_what_was_compared():
    result = run(LENET5, "--verify")
    assert result.exit_code == 0
    said = result.stdout.splitlines()[-2:]
    assert said[0].startswith("verified against torch: 10 output shapes")
    assert said[1].startswith("each layer's class, settings and results")


def test_verify_leaves_the_json_object_alone():
    result = run(LENET5, "--verify", "--format", "json")
    assert json.loads(result.stdout)["params"] == 44_426
    assert "verified against torch" in result.stderr


def test_verify_fails_where_a_number_differs(monkeypatch):
    from archc.measure import verify

    wrong = network([{"conv": 8, "kernel": 3}, "relu"], (3, 8, 8))
    module = verify.compile_graph(network([{"conv": 8, "kernel": 1}, "relu"], (3, 8, 8)))
    monkeypatch.setattr(verify, "compile_graph", lambda graph: module)
    assert verify.verify(wrong).differences
    result = run("-", "--verify", text=spec("[{conv: 8, kernel: 3}, relu]"))
    assert result.exit_code == 1
    assert "error: `0`: the output is 8×30×30 here, 8×32×32 in torch" in result.stderr
    assert "error: `0`: the number of parameters is 224 here, 32 in torch" in result.stderr
