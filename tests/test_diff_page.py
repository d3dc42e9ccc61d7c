"""The page on differences says what archc says."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from archc.analyses.difference import difference
from archc.cli import archc as command_line
from archc.pipeline import check
from archc.report.difference_text import difference_json

PAGE = (Path(__file__).parents[1] / "docs" / "diff.md").read_text("utf-8")
FILES = dict(re.findall(r"```yaml\n# (\S+)\n(.*?)```", PAGE, re.S))
COMMANDS = re.findall(r"```console\n\$ archc ([^\n]*)\n(.*?)```", PAGE, re.S)


@pytest.mark.parametrize(("command", "printed"), COMMANDS)
def test_outputs_are_what_is_printed(command, printed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    assert CliRunner().invoke(command_line, command.split()).stdout == printed


def test_every_field_of_the_object_is_explained():
    old, new = (check(text).sound for text in FILES.values())
    data = difference_json(difference(old, new))
    table = PAGE[PAGE.index("| field |") :]
    for name in (*data, *data["totals"], *data["totals"]["old"], *data["keys"]):
        assert re.search(rf"`([a-z]+\.)?{name}[`.]", table), name
