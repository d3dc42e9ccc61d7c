"""What the README shows is what a newcomer sees."""

import re
from pathlib import Path

import pytest

import archc
from archc.pipeline import check
from archc.render.text import report

README = Path("README.md").read_text("utf-8")


def block(opening: str) -> str:
    """Return the fenced block that begins with these lines, without them."""
    return README.split(f"```{opening}", 1)[1].split("```", 1)[0]


def test_the_summary_is_as_printed() -> None:
    spec = block("yaml\n")
    assert block("text\n$ archc summary lenet5.yaml\n") == archc.load(spec).summary(width=80) + "\n"


def test_the_diagnostics_are_as_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("spec.yaml").write_text(block("yml\n"))
    printed = report("spec.yaml", check("spec.yaml").diagnostics)
    assert block("text\n$ archc check spec.yaml\n") == printed


ROWS = re.findall(r"^\| \[`(\S+\.yaml)`\]\(\S+\) \| ([\d,]+) \| ([\d,]+) \|", README, re.MULTILINE)


@pytest.mark.parametrize(("spec", "parameters", "macs"), ROWS)
def test_the_totals_are_right(spec: str, parameters: str, macs: str) -> None:
    arch = archc.load(spec)
    assert (f"{arch.parameters:,}", f"{arch.macs:,}") == (parameters, macs)


def test_every_shipped_network_is_listed() -> None:
    assert sorted(row[0] for row in ROWS) == sorted(map(str, Path("specs").glob("*.yaml")))


def test_python_shown_runs(capsys: pytest.CaptureFixture[str]) -> None:
    exec(block("python\n"), {})
    assert "class Resnet18(nn.Module):" in capsys.readouterr().out


@pytest.mark.parametrize("target", re.findall(r"\]\((?!http)([^)#]+)\)", README))
def test_links_lead_somewhere(target: str) -> None:
    assert Path(target).exists()
