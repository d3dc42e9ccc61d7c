import os
import subprocess
import sys
import tempfile
import webbrowser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archc.cli import archc

SPECS = Path(__file__).parents[2] / "specs"
SPEC, GOOGLENET = str(SPECS / "resnet18.yaml"), str(SPECS / "googlenet.yaml")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(archc, ["graph", *arguments])


def test_without_a_file_svg_goes_to_standard_output() -> None:
    done = run(SPEC)
    assert done.exit_code == 0
    assert done.stdout.startswith("<svg ")


def test_a_dash_is_standard_output() -> None:
    assert run(SPEC, "-o", "-").stdout_bytes == run(SPEC).stdout_bytes


def test_svg_is_not_thrown_at_a_terminal() -> None:
    parent, child = os.openpty()
    with open(child, "w") as terminal:
        done = subprocess.run(
            [sys.executable, "-m", "archc", "graph", SPEC],
            stdout=terminal,
            stderr=subprocess.PIPE,
            text=True,
        )
    os.close(parent)
    assert done.returncode == 2
    assert "-o net.svg" in done.stderr


@pytest.mark.parametrize(
    ("suffix", "start"),
    [
        ("svg", b"<svg "),
        ("SVG", b"<svg "),
        ("mmd", b"flow"),
        ("png", b"\x89PNG"),
        ("pdf", b"%PDF"),
        ("html", b"<!DOCTYPE html>"),
    ],
)
def test_the_suffix_says_the_format(tmp_path: Path, suffix: str, start: bytes) -> None:
    if suffix in ("png", "pdf"):
        pytest.importorskip("typst")
    target = tmp_path / f"net.{suffix}"
    done = run(SPEC, "-o", str(target), "--depth", "2")
    assert done.exit_code == 0
    assert target.read_bytes()[: len(start)].lower() == start.lower()
    assert [target] == list(tmp_path.iterdir())


def test_another_suffix_is_wrong_usage(tmp_path: Path) -> None:
    done = run(SPEC, "-o", str(tmp_path / "net.gif"))
    assert done.exit_code == 2
    assert "'net.gif' has the suffix of no format: .html, .mmd, .pdf, .png, .svg." in done.stderr


def test_an_option_that_does_not_apply_to_the_format_is_wrong_usage(tmp_path: Path) -> None:
    done = run(SPEC, "-o", str(tmp_path / "net.mmd"), "--weights", "macs")
    assert done.exit_code == 2
    assert "--weights does not apply to .mmd" in done.stderr


def test_what_is_left_closed_to_fit_a_page_is_reported() -> None:
    told = "drawn at depth 1, which fits a page: --depth 3 opens every block"
    assert told in run(GOOGLENET).stderr
    assert told not in run(GOOGLENET, "--depth", "1").stderr
    assert "depth" not in run(SPEC).stderr


def test_without_the_library_that_draws_pixels_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    target = tmp_path / "net.png"
    done = run(SPEC, "-o", str(target))
    assert done.exit_code == 1
    assert done.stderr.splitlines()[-1] == (
        "Error: .png needs typst, which is not installed: pip install 'archc-nn[picture]'"
    )
    assert not target.exists()


def test_the_picture_is_opened_as_a_page_that_outlives_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: not shown.append(url))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    done = run(SPEC, "--open")
    (page,) = tmp_path.iterdir()
    assert done.exit_code == 0
    assert done.stdout == ""
    assert f"wrote {page}" in done.stderr
    assert shown == [page.as_uri()]
    assert page.read_bytes()[:9].lower() == b"<!doctype"


def test_a_given_file_is_written_and_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: not shown.append(url))
    target = tmp_path / "a net #1.svg"
    assert run(SPEC, "--open", "-o", str(target)).exit_code == 0
    assert shown == [target.as_uri()]
    assert run(SPEC, "--open", "-o", "-").exit_code == 2


def test_a_machine_without_a_browser_keeps_the_file_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda url: False)
    target = tmp_path / "net.svg"
    done = run(SPEC, "--open", "-o", str(target))
    assert done.exit_code == 1
    assert done.stderr.splitlines()[-1].startswith("Error: no browser is found to show")
    assert target.exists()


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
