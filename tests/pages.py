"""The commands that pages show. As a script it writes into the pages what they print now."""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner

from archc.cli import archc as command_line

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(path for path in (ROOT / "docs").rglob("*.md") if path.parent.name != "errors"),
]
"""All pages but those of error codes, which `error_pages.py` holds."""
CONSOLE = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
"""Commands after ``$ ``, each followed by what it prints."""


class Command(NamedTuple):
    """A command of a page: its line without ``archc``, and the output that the page shows."""

    line: str
    output: str


def files(text: str) -> dict[str, str]:
    """Return the files of a page by name: blocks of YAML whose first line is ``# NAME``."""
    blocks = re.findall(r"^```ya?ml\n(# (\S+\.yaml)\n.*?)^```", text, re.DOTALL | re.MULTILINE)
    return {name: block for block, name in blocks}


def commands(text: str) -> list[Command]:
    """Return the commands of a page that are shown with their output."""
    return [command for block in CONSOLE.findall(text) for command in _commands(block)]


def script_lines(text: str) -> list[str]:
    """Return the lines of a page's ``sh`` blocks that call archc and nothing else."""
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = [line.partition("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line.removeprefix("archc ") for line in lines if re.match(r"archc [^|<>$]*$", line)]


def python_blocks(text: str) -> list[str]:
    """Return the Python of a page, block by block."""
    return re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def prepare(page: Path, folder: Path) -> None:
    """Write the files of a page into a folder, and link the specs that come with archc."""
    (folder / "specs").symlink_to(ROOT / "specs")
    for name, content in files(page.read_text("utf-8")).items():
        (folder / name).write_text(content, "utf-8")


def output(line: str) -> str:
    """Return what a command prints, run in the working directory."""
    return CliRunner().invoke(command_line, line.split()).output


def _commands(block: str) -> Iterator[Command]:
    for command in re.split(r"^\$ archc ", block, flags=re.MULTILINE)[1:]:
        line, _, shown = command.partition("\n")
        yield Command(line, shown)


def _rewritten(text: str) -> str:
    def block(shown: re.Match[str]) -> str:
        lines = [line for line, _ in _commands(shown[0])]
        return "".join(f"$ archc {line}\n{output(line)}" for line in lines)

    return CONSOLE.sub(block, text)


def _main(pages: list[Path]) -> None:
    for page in pages:
        text = page.read_text("utf-8")
        if not commands(text):
            continue
        with tempfile.TemporaryDirectory() as folder:
            prepare(page, Path(folder))
            os.chdir(folder)
            page.write_text(_rewritten(text), "utf-8")
            os.chdir(ROOT)


if __name__ == "__main__":
    _main([Path(name).resolve() for name in sys.argv[1:]] or PAGES)
