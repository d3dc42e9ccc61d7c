"""`archc export`: the suffix is the format, and a file is written whole or not at all."""

import os
import sys
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner, Result
from limited import files_of_at_most
from safetensors.torch import load_file

import archc
from archc.cli import archc as command_line

SPEC = "specs/lenet5.yaml"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command_line, ["export", *map(str, arguments)])


def test_fresh_weights_are_of_the_seed(tmp_path: Path) -> None:
    done = run(SPEC, "-o", tmp_path / "a.safetensors", "--seed", 3, "-p", "classes=7")
    assert done.exit_code == 0
    assert "fresh weights of seed 3" in done.stderr
    state = archc.compile(SPEC, seed=3, classes=7).state_dict()
    found = load_file(tmp_path / "a.safetensors")
    assert all(torch.equal(found[key], state[key]) for key in state)


def test_a_seed_is_of_no_use_to_weights_that_are_given(tmp_path: Path) -> None:
    torch.save(archc.compile(SPEC).state_dict(), tmp_path / "a.pth")
    given = ("--weights", tmp_path / "a.pth", "--seed", 0)
    done = run(SPEC, "-o", tmp_path / "a.safetensors", *given)
    assert done.exit_code == 2
    assert "it does not go with --weights" in done.stderr


def test_a_checkpoint_is_converted(tmp_path: Path) -> None:
    state = archc.compile(SPEC, seed=5).state_dict()
    torch.save(state, tmp_path / "a.pth")
    assert (
        run(SPEC, "-o", tmp_path / "a.safetensors", "--weights", tmp_path / "a.pth").exit_code == 0
    )
    found = load_file(tmp_path / "a.safetensors")
    assert all(torch.equal(found[key], state[key]) for key in state)


def test_a_checkpoint_that_does_not_fit_is_listed_and_nothing_is_written(tmp_path: Path) -> None:
    state = archc.compile(SPEC, seed=5).state_dict()
    state["more"] = state.pop("conv1.bias")
    state["out.weight"] = state["out.weight"][:3]
    torch.save(state, tmp_path / "a.pth")
    done = run(SPEC, "-o", tmp_path / "a.safetensors", "--weights", tmp_path / "a.pth")
    assert done.exit_code == 1
    for word in ("conv1.bias", "more", "out.weight"):
        assert word in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a.pth"]


def test_an_exported_program_is_written(tmp_path: Path) -> None:
    assert run(SPEC, "-o", tmp_path / "a.pt2", "--dynamic-batch").exit_code == 0
    program = torch.export.load(tmp_path / "a.pt2").module()
    x = torch.randn(4, *archc.load(SPEC).input_shape)
    assert torch.equal(program(x), archc.compile(SPEC, seed=0).eval()(x))


def test_an_unknown_suffix_is_reported_with_the_formats(tmp_path: Path) -> None:
    done = run(SPEC, "-o", tmp_path / "a.tflite")
    assert done.exit_code == 2
    assert ".onnx, .pt2, .safetensors" in done.stderr


def test_an_option_of_another_format_is_refused(tmp_path: Path) -> None:
    done = run(SPEC, "-o", tmp_path / "a.safetensors", "--opset", "18")
    assert done.exit_code == 2
    assert "--opset means nothing to .safetensors" in done.stderr


def test_a_folder_that_is_not_there_and_one_in_the_files_place(tmp_path: Path) -> None:
    done = run(SPEC, "-o", tmp_path / "nowhere" / "a.safetensors")
    assert done.exit_code == 1
    assert "no such file or directory" in done.stderr
    os.mkfifo(tmp_path / "c.pt2")
    done = run(SPEC, "-o", tmp_path / "c.pt2")
    assert done.exit_code == 1
    assert done.stderr.endswith("c.pt2: it is no file\n")
    (tmp_path / "b.pt2").mkdir()
    assert run(SPEC, "-o", tmp_path / "b.pt2").exit_code == 2


@pytest.fixture
def _large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take as little as lenet5 for more than an ONNX file holds."""
    pytest.importorskip("onnxscript")
    from archc.export import onnx

    monkeypatch.setattr(onnx, "_LARGEST", 1000)


@pytest.mark.usefixtures("_large")
def test_weights_that_are_too_large_for_an_onnx_file_lie_beside_it(tmp_path: Path) -> None:
    runtime = pytest.importorskip("onnxruntime")
    done = run(SPEC, "-o", tmp_path / "a.onnx", "--dynamic-batch")
    assert done.exit_code == 0, done.stderr
    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert set(sizes) == {"a.onnx", "a.onnx.data"}
    assert f"{sum(sizes.values()):,} bytes" in done.stderr
    assert sizes["a.onnx.data"] > 4 * 44_000  # the smallest stay in the model
    assert sizes["a.onnx"] < 20_000
    (moved := tmp_path / "elsewhere").mkdir()
    for name in sizes:
        (tmp_path / name).rename(moved / name)
    x = torch.randn(2, *archc.load(SPEC).input_shape)
    (found,) = runtime.InferenceSession(moved / "a.onnx").run(None, {"input": x.numpy()})
    with torch.no_grad():
        expected = archc.compile(SPEC, seed=0).eval()(x)
    assert torch.allclose(torch.from_numpy(found), expected, rtol=0, atol=1e-5)


@pytest.mark.usefixtures("_large")
@pytest.mark.skipif(sys.platform == "win32", reason="limits on file sizes are POSIX's")
def test_a_full_disk_leaves_both_old_files(tmp_path: Path) -> None:
    for name in ("a.onnx", "a.onnx.data"):
        (tmp_path / name).write_text("old")
    with files_of_at_most(50_000):
        done = run(SPEC, "-o", tmp_path / "a.onnx")
    assert done.exit_code == 1
    assert done.stderr.splitlines()[-1].startswith(f"Error: cannot write {tmp_path / 'a.onnx'}: ")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "a.onnx": "old",
        "a.onnx.data": "old",
    }


@pytest.mark.skipif(sys.platform == "win32", reason="limits on file sizes are POSIX's")
def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a.safetensors"
    target.write_text("old")
    with files_of_at_most(100):
        done = run(SPEC, "-o", target)
    assert done.exit_code == 1
    assert done.stderr == f"Error: cannot write {target}: file too large\n"
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


CONVOLUTION = """
archc: 1
input: [64, 12, 12]
layers: [{conv: 128, kernel: 3, padding: 1}, batch_norm, relu]
"""


@pytest.mark.parametrize(
    ("wish", "format_", "passes"),
    [
        ("inference", "onnx", ["fold_batch_norm", "winograd"]),
        ("portable", "onnx", ["fold_batch_norm"]),
        ("inference", "pt2", ["fold_batch_norm", "channels_last"]),
        ("portable", "pt2", ["fold_batch_norm"]),
    ],
)
def test_what_is_optimised_is_what_gains_where_it_runs(
    wish: str, format_: str, passes: list[str], tmp_path: Path
) -> None:
    if format_ == "onnx":
        pytest.importorskip("onnxscript")
    spec = tmp_path / "net.yaml"
    spec.write_text(CONVOLUTION)
    done = run(spec, "-o", tmp_path / f"net.{format_}", "--optimize", wish)
    assert done.exit_code == 0, done.stderr
    told = [line.partition(":")[0] for line in done.stderr.splitlines()]
    assert told[:-1] == passes
    assert told[-1].startswith("wrote")
