"""What a page shows is what happens: its commands, their output, its Python and its links."""

import re
from pathlib import Path

import pytest
from pages import PAGES, ROOT, commands, output, prepare, python_blocks, script_lines

TUTORIAL = ROOT / "docs" / "tutorial.md"
README = ROOT / "README.md"
LIBRARIES = {".onnx": "onnxscript"}
"""The suffixes of files that are written with a library that may not be there."""


def sizeless(text: str) -> str:
    """Return a text without sizes of files, which hold the versions of what wrote them."""
    return re.sub(r"[\d,]+ bytes", "bytes", text)


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize(
    "page", [page for page in PAGES if commands(page.read_text("utf-8"))], ids=name
)
def test_commands_print_what_is_shown(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(page, tmp_path)
    monkeypatch.chdir(tmp_path)
    for command in commands(page.read_text("utf-8")):
        for suffix, library in LIBRARIES.items():
            if suffix in command.line:
                pytest.importorskip(library)
        assert sizeless(output(command.line)) == sizeless(command.output), command.line


def test_the_tutorial_can_be_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every file is written, every command and every block of Python is run, from top to bottom."""
    pytest.importorskip("sklearn")
    text = TUTORIAL.read_text("utf-8")
    prepare(TUTORIAL, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    lines = script_lines(text)
    assert [line.split()[0] for line in lines] == [
        *("explain", "graph", "emit", "check", "train", "evaluate")
    ]
    printed = {line: output(line) for line in lines}
    accuracy = re.search(r"accuracy ([\d.]+)", printed["evaluate runs/digits"])
    assert accuracy is not None
    assert float(accuracy[1]) > 85
    for pieces in re.findall(r"`(\w+\.(?:csv|png))`", text):
        assert (tmp_path / "runs" / "digits" / pieces).exists()
    namespace: dict[str, object] = {}
    for block in python_blocks(text):
        exec(block, namespace)
    assert capsys.readouterr().out.splitlines() == ["torch.Size([2, 10])"] * 2


def test_the_commands_of_the_readme_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each prints no error; training, which takes time, is the tutorial's to run."""
    prepare(README, tmp_path)
    monkeypatch.chdir(tmp_path)
    lines = script_lines(README.read_text("utf-8"))
    assert len(lines) == 4
    for line in lines:
        if line.split()[0] not in ("train", "evaluate"):
            assert "error" not in output(line), line
    assert "no errors" in output("check lenet5-digits")
