from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archc.cli import archc

SPEC = str(Path(__file__).parents[2] / "specs" / "resnet18.yaml")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(archc, ["graph", *arguments])


def test_without_a_file_svg_goes_to_standard_output() -> None:
    done = run(SPEC)
    assert done.exit_code == 0
    assert done.stdout.startswith("<svg ")


@pytest.mark.parametrize(("suffix", "start"), [("svg", "<svg "), ("SVG", "<svg "), ("mmd", "flow")])
def test_the_suffix_says_the_format(tmp_path: Path, suffix: str, start: str) -> None:
    target = tmp_path / f"net.{suffix}"
    done = run(SPEC, "-o", str(target), "--depth", "2")
    assert done.exit_code == 0
    assert target.read_text("utf-8").startswith(start)
    assert [target] == list(tmp_path.iterdir())


def test_another_suffix_is_wrong_usage(tmp_path: Path) -> None:
    done = run(SPEC, "-o", str(tmp_path / "net.gif"))
    assert done.exit_code == 2
    assert "does not end in .svg or .mmd" in done.stderr


def test_an_unsound_spec_is_not_drawn(tmp_path: Path) -> None:
    spec, target = tmp_path / "bad.yaml", tmp_path / "net.svg"
    spec.write_text("archc: 1\ninput: [3, 8, 8]\nlayers: [{conv: 4, kernel: 99}]\n")
    target.write_text("old")
    done = run(str(spec), "-o", str(target))
    assert done.exit_code == 1
    assert "error" in done.stderr
    assert target.read_text() == "old"


def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    done = run(SPEC, "-o", str(tmp_path / "missing" / "net.svg"))
    assert done.exit_code == 1
    assert "cannot write" in done.stderr
