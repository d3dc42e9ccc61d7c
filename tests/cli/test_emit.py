"""`archc emit`: source on standard output, or in a file that is written whole or not at all."""

import os
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import archc
from archc.cli import archc as command_line

SPEC = "specs/lenet5.yaml"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command_line, ["emit", *arguments])


def test_standard_output_is_the_librarys_source() -> None:
    assert run(SPEC).stdout == archc.load(SPEC).source()


def test_parameters_and_the_input_can_be_given() -> None:
    printed = run(SPEC, "-p", "classes=7", "--input", "1,32,32").stdout
    assert "nn.Linear(84, 7)" in printed
    assert "lenet5 for 1×32×32 inputs" in printed


def test_a_file_is_written_and_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "model.py"
    target.write_text("old")
    assert run(SPEC, "-o", str(target)).exit_code == 0
    assert target.read_text() == archc.load(SPEC).source()
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.py").symlink_to(tmp_path / "model.py")
    assert run(SPEC, "-o", str(tmp_path / "link.py")).exit_code == 0
    assert (tmp_path / "link.py").is_symlink()
    assert (tmp_path / "model.py").read_text() == archc.load(SPEC).source()


def test_what_is_no_file_is_written_to_and_stays(tmp_path: Path) -> None:
    """A pipe here; as root, a device would be gone for all programs."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:
        read = pool.submit(pipe.read_text)
        assert run(SPEC, "-o", str(pipe)).exit_code == 0
        assert read.result(10) == archc.load(SPEC).source()
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]


def test_a_spec_with_errors_writes_nothing(tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text("archc: 1\ninput: [3, 8, 8]\nlayers: [{conv: 4, kernel: 9}]\n")
    done = run(str(spec), "-o", str(tmp_path / "model.py"))
    assert done.exit_code == 1
    assert "AR403" in done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == [spec]


def test_a_folder_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    done = run(SPEC, "-o", str(tmp_path / "nowhere" / "model.py"))
    assert done.exit_code == 1
    assert done.stderr.endswith("model.py: no such file or directory\n")


@pytest.mark.skipif(sys.platform == "win32", reason="limits on file sizes are POSIX's")
def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    """The kernel refuses the write half-way, as it does when the disk is full."""
    target = tmp_path / "model.py"
    target.write_text("old")
    done = subprocess.run(
        [sys.executable, "-m", "archc", "emit", SPEC, "-o", str(target)],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)),
    )
    assert done.returncode == 1
    assert done.stderr == f"Error: cannot write {target}: file too large\n"
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("command", ["emit", "export"])
def test_a_mistake_of_the_emitters_is_one_line_and_no_file(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from archc.emit.names import NamePool

    monkeypatch.setattr(NamePool, "class_name", lambda self, words: "None")
    spec = tmp_path / "net.yaml"
    spec.write_text("archc: 1\ninput: [3, 8, 8]\nlayers: [relu]\n")
    target = tmp_path / ("model.py" if command == "emit" else "model.safetensors")
    done = CliRunner().invoke(command_line, [command, str(spec), "-o", str(target)])
    assert done.exit_code == 1
    assert done.stdout == ""
    told = f"Error: internal error: the Python that archc emitted for {spec} does not compile: "
    assert done.stderr.startswith(told)
    assert done.stderr.endswith("this is a bug in archc; please report it with the spec\n")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == [spec]
