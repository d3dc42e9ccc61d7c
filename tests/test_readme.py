"""What the README states beyond the commands that `test_pages.py` runs."""

import re
from pathlib import Path

import pytest
from pages import python_blocks

import archc

README = Path("README.md").read_text("utf-8")
ROWS = re.findall(r"^\| \[`(\S+\.yaml)`\]\(\S+\) \| ([\d,]+) \| ([\d,]+) \|", README, re.MULTILINE)


@pytest.mark.parametrize(("spec", "parameters", "macs"), ROWS)
def test_the_totals_are_right(spec: str, parameters: str, macs: str) -> None:
    arch = archc.load(spec)
    assert (f"{arch.parameters:,}", f"{arch.macs:,}") == (parameters, macs)


def test_every_shipped_network_is_listed() -> None:
    assert sorted(row[0] for row in ROWS) == sorted(map(str, Path("specs").glob("*.yaml")))


def test_python_shown_runs(capsys: pytest.CaptureFixture[str]) -> None:
    namespace: dict[str, object] = {}
    for block in python_blocks(README):
        exec(block, namespace)
    printed = capsys.readouterr().out
    assert printed.startswith("torch.Size([2, 10])\n")
    assert "class Resnet18(nn.Module):" in printed
