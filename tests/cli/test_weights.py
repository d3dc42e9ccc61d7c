"""`archc weights` and `archc diff`: what they say and how they exit."""

import json
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner, Result

import archc
from archc.cli import archc as command_line

OLD = "archc: 1\ninput: [3, 8, 8]\nlayers:\n  a: {conv: 4, kernel: 3}\n  b: {conv: 5, kernel: 3}\n"
NEW = OLD.replace("  b:", "  mid: {conv: 4, kernel: 1}\n  b2:")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command_line, [str(argument) for argument in arguments])


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "old.yaml").write_text(OLD)
    (tmp_path / "new.yaml").write_text(NEW)
    torch.save(archc.compile(OLD).state_dict(), tmp_path / "old.pth")
    return tmp_path


def test_all_fits(files: Path) -> None:
    done = run("weights", files / "old.yaml", files / "old.pth")
    assert done.exit_code == 0
    assert done.stdout == "a  fits  2 tensors\nb  fits  2 tensors\n\n4 of 4 tensors fit\n"


def test_a_renamed_layer_is_asked_about(files: Path) -> None:
    done = run("weights", files / "new.yaml", files / "old.pth")
    assert done.exit_code == 1
    assert "is it `b2` now?" in done.stdout
    assert "2 of 6 tensors fit, 4 missing, 2 left over" in done.stdout


@pytest.mark.parametrize("name", ["mid2", "entirely_different"])
def test_the_only_layer_of_its_shapes_is_asked_about_whatever_its_name(
    name: str, files: Path
) -> None:
    (files / "other.yaml").write_text(OLD.replace("  b:", f"  {name}:"))
    done = run("weights", files / "other.yaml", files / "old.pth")
    assert f"(is it `{name}` now?)" in done.stdout
    assert "--init-from" in done.stderr


def test_rows_that_moved_are_asked_about_in_their_order(tmp_path: Path) -> None:
    rows = [{"conv": 4, "kernel": 1}, {"conv": 4, "kernel": 3}, {"conv": 4, "kernel": 3}]
    torch.save(
        archc.compile({"archc": 1, "input": [4, 8, 8], "layers": rows}).state_dict(),
        tmp_path / "old.pth",
    )
    moved = {"archc": 1, "input": [4, 8, 8], "layers": [rows[0], "relu", "relu", *rows[1:]]}
    (tmp_path / "new.yaml").write_text(json.dumps(moved))
    done = run("weights", tmp_path / "new.yaml", tmp_path / "old.pth", "--format", "json")
    assert json.loads(done.stdout)["renamed"] == {
        f"{old}.{name}": f"{new}.{name}"
        for old, new in ((1, 3), (2, 4))
        for name in ("weight", "bias")
    }


def test_a_whole_state_is_written(files: Path) -> None:
    out = files / "out.safetensors"
    done = run("weights", files / "new.yaml", files / "old.pth", "-o", out, "--seed", 1)
    assert done.exit_code == 0, done.stderr
    made = archc.compile(NEW, weights=out).state_dict()
    assert torch.equal(made["a.weight"], torch.load(files / "old.pth")["a.weight"])
    assert torch.equal(made["mid.weight"], archc.compile(NEW, seed=1).mid.weight)


def test_a_state_is_written_under_no_name_of_another_format(files: Path) -> None:
    done = run("weights", files / "old.yaml", files / "old.pth", "-o", files / "out.pth")
    assert done.exit_code == 2
    assert "'out.pth' does not end in .safetensors" in done.stderr
    assert not (files / "out.pth").exists()


def test_a_folder_that_is_not_there_is_reported_before_the_work(files: Path) -> None:
    out = files / "nowhere" / "out.safetensors"
    done = run("weights", files / "old.yaml", files / "old.pth", "-o", out)
    assert done.exit_code == 1
    assert done.stderr == f"Error: cannot write {out}: no such file or directory\n"
    assert not done.stdout


def test_a_file_that_is_none_is_one_line(files: Path) -> None:
    done = run("weights", files / "old.yaml", files / "new.yaml")
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1


def test_diff_exits_with_0_1_and_2(files: Path) -> None:
    (files / "bad.yaml").write_text(OLD.replace("kernel: 3", "kernel: 99"))
    assert run("diff", files / "old.yaml", files / "old.yaml").exit_code == 0
    for form in ("text", "json", "github"):
        done = run("diff", files / "old.yaml", files / "new.yaml", "--format", form)
        assert done.exit_code == 1
        assert "mid" in done.stdout
    assert run("diff", files / "old.yaml", files / "bad.yaml").exit_code == 2
