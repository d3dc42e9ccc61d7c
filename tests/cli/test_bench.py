"""`archc bench`: figures with their spread, and one clear line where nothing can be measured."""

import json

import pytest
import torch
from click.testing import CliRunner, Result

from archc.cli import archc as command_line
from archc.measure.bench import machine, measuring

SPEC = "specs/lenet5.yaml"


@pytest.fixture(autouse=True)
def _brief(monkeypatch):
    measure, threads = machine.measure, torch.get_num_threads()
    monkeypatch.setattr(measuring, "_SECONDS", 0.05)
    monkeypatch.setattr(measuring, "measure", lambda device: measure(device, 0.05))
    yield
    torch.set_num_threads(threads)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command_line, ["bench", *arguments])


def test_every_line_with_a_figure_has_its_spread():
    shown = run(SPEC, "--device", "cpu", "--layers").stdout.splitlines()
    figures = [line for line in shown if "ms" in line or "FLOP/s" in line or "GB/s" in line]
    assert len(figures) == 4
    assert all("[" in line for line in figures)
    assert any(line.startswith("conv1") for line in shown)


def test_threads_are_set_and_said():
    found = json.loads(run(SPEC, "--device", "cpu", "--threads", "1", "--json").stdout)
    assert found["machine"]["threads"] == 1


def test_what_was_optimised_is_reported_and_no_longer_a_layer(tmp_path):
    spec = tmp_path / "net.yaml"
    spec.write_text(
        "archc: 1\ninput: [3, 8, 8]\nlayers: {conv: {conv: 4, kernel: 3}, bn: batch_norm}\n"
    )
    done = run(str(spec), "--layers", "--json", "--optimize", "inference")
    assert "fold_batch_norm: 1 batch norm folded: conv + bn\n" in done.stderr
    found = json.loads(done.stdout)
    assert [one["name"] for one in found["layers"]] == ["conv"]
    folded = {"name": "fold_batch_norm", "what": "1 batch norm folded", "places": ["conv + bn"]}
    assert folded in found["optimized"]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (
            ["--threads", "100000"],
            2,
            "1<=x<=1024",
        ),  # more end the process, where it cannot have them
        (["--vs", "torchvision:resnet118"], 1, "did you mean torchvision:resnet18?"),
        (["--vs", "timm:resnet18"], 1, "is not torchvision:NAME"),
        (["--vs", "torchvision:resnet18"], 1, "does not take the input 1×28×28"),
        (["--device", "abacus"], 2, "neither cpu nor cuda"),
        (["--train", "--optimize", "inference"], 2, "does not go with --train"),
        (["--batch", "0"], 2, "--batch"),
        (["--batch", "1000000000"], 1, "a batch of 1,000,000,000 needs at least"),
    ],
)
def test_what_cannot_be_measured_is_reported(arguments, code, told):
    done = run(SPEC, *arguments)
    assert done.exit_code == code
    assert told in done.stderr
