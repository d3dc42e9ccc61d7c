"""The pages on weights and on exporting show what archc prints."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from graphs import SPECS

from archc.cli import archc as command_line

DOCS = Path(__file__).parents[1] / "docs"
NEEDS = {".onnx": "onnxscript"}
"""The suffixes of files that are written with a library that may not be there."""


def shown(page):
    """Return the files of a page by name, and its commands, each with what it prints."""
    text = (DOCS / page).read_text("utf-8")
    files = dict(re.findall(r"```yaml\n# (\S+)\n(.*?)```", text, re.S))
    commands = []
    for block in re.findall(r"```console\n(.*?)```", text, re.S):
        for command in re.split(r"^\$ archc ", block, flags=re.M)[1:]:
            line, _, printed = command.partition("\n")
            commands.append((line, printed))
    return files, commands


def sizeless(text):
    """Return a text without sizes of files, which hold the versions of what wrote them."""
    return re.sub(r"[\d,]+ bytes", "bytes", text)


@pytest.mark.parametrize("page", ["weights.md", "export.md"])
def test_commands_print_what_is_shown(page, tmp_path, monkeypatch):
    files, commands = shown(page)
    (tmp_path / "specs").symlink_to(SPECS)
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert commands
    monkeypatch.chdir(tmp_path)
    for command, printed in commands:
        for suffix, library in NEEDS.items():
            if suffix in command:
                pytest.importorskip(library)
        said = CliRunner().invoke(command_line, command.split()).output
        assert sizeless(said) == sizeless(printed), command
