"""The library's face, as README shows it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import archc
from archc.cli import archc as command_line

SPEC = "specs/googlenet.yaml"


def test_numbers_of_the_network_and_of_its_parts() -> None:
    arch = archc.load("specs/resnet18.yaml", classes=10)
    assert (arch.name, arch.input_shape) == ("resnet18", (3, 224, 224))
    assert arch.parameters == 11_689_512 - 990 * 513  # 990 classes fewer: 512 weights and a bias
    assert arch["layer2.0.conv1"].output_shape == (128, 28, 28)
    assert arch["layer2"].params == sum(r.params for r in arch if r.path.startswith("layer2."))
    with pytest.raises(KeyError):
        arch["layer9"]


def test_the_object_is_the_command_lines() -> None:
    printed = CliRunner().invoke(
        command_line, ["summary", SPEC, "--format", "json", "--batch", "2"]
    )
    assert archc.load(SPEC).to_dict(batch=2) == json.loads(printed.stdout)


def test_a_spec_can_be_a_path_a_text_a_file_or_a_dict() -> None:
    path = Path("specs/lenet5.yaml")
    with path.open() as text, path.open("rb") as binary:
        sources = [path, str(path), path.read_text(), text, binary]
        assert {archc.load(source).parameters for source in sources} == {44_426}
    spec = {"archc": 1, "input": [4], "layers": [{"linear": 2}]}
    assert archc.load(spec).parameters == 10
    with pytest.raises(TypeError):
        archc.load(5)  # type: ignore[arg-type]


def test_an_input_shape_takes_the_place_of_the_specs() -> None:
    arch = archc.load("specs/resnet18.yaml", input_shape=(3, 64, 64))
    assert arch["layer4"].output_shape == (512, 2, 2)


def test_an_error_carries_every_diagnostic_and_shows_them() -> None:
    layers = [{"conv": 4, "kernel": 9}, {"cnv": 3}]
    with pytest.raises(archc.SpecError) as raised:
        archc.load({"archc": 1, "input": [3, 8, 8], "layers": layers})
    assert [d.problem.code for d in raised.value.diagnostics] == ["AR403", "AR204"]
    assert "error[AR403 empty-output]" in str(raised.value)
    assert "did you mean `conv`?" in str(raised.value)


def test_strict_makes_an_uneven_stride_an_error() -> None:
    notes = archc.check("specs/resnet18.yaml")
    errors = archc.check("specs/resnet18.yaml", strict=True)
    assert {d.severity for d in notes} == {archc.Severity.NOTE}
    assert {d.severity for d in errors} == {archc.Severity.ERROR}


def test_what_archc_has_is_listed_before_it_is_imported() -> None:
    code = "import archc; print(set(archc.__all__) - set(dir(archc)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
