import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from archc.cli import archc
from archc.shipped import error_pages

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "errors"


def explain(*arguments, **kwargs):
    return CliRunner().invoke(archc, ["explain", *arguments], **kwargs)


@pytest.mark.parametrize(
    "code", ["AR402", "ar402", "Ar402", "channel-mismatch", "Channel-Mismatch"]
)
def test_a_page_is_printed_as_it_is_into_a_pipe(code):
    result = explain(code)
    assert result.exit_code == 0
    assert result.stdout == (PAGES / "AR402.md").read_text("utf-8")


def test_all_codes_are_listed():
    result = explain()
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines] == sorted(path.stem for path in PAGES.iterdir())
    assert (
        "AR402  channel-mismatch      The number of groups does not divide the number of channels."
        in lines
    )


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("AR4022", "did you mean `AR402`?"),
        ("R402", "did you mean `AR402`?"),
        ("channel-mismach", "did you mean `channel-mismatch`?"),
        ("CHANNELMISMATCH", "did you mean `channel-mismatch`?"),
        ("zzz", "`archc explain` lists all."),
        ("", "`archc explain` lists all."),
        ("../errors/AR402", "There is no code"),
    ],
)
def test_an_unknown_code_is_wrong_usage(code, told):
    result = explain(code)
    assert result.exit_code == 2
    assert told in result.stderr
    assert result.stdout == ""


def test_a_terminal_gets_it_set():
    result = explain("AR402", env={"FORCE_COLOR": "1", "TERM": "xterm-256color"})
    assert result.exit_code == 0
    assert "\x1b[" in result.stdout
    assert "```" not in result.stdout
    assert "channel-mismatch" in result.stdout


def test_a_pipe_needs_no_rich(tmp_path):
    code = (
        "import sys\nfrom archc.cli import archc\n"
        "archc.main(['explain', 'AR402'], standalone_mode=False)\n"
        "print(sorted({'rich', 'torch', 'numpy'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("FORCE_COLOR", None)
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=environment,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_pages_of_an_installed_package_come_first(tmp_path, monkeypatch):
    (tmp_path / "_pages").mkdir()
    (tmp_path / "_pages" / "AR999.md").write_text("# AR999 own-page\n\nOwn.\n")
    monkeypatch.setattr("archc.shipped._PACKAGE", tmp_path)
    assert explain().stdout == "AR999  own-page  Own.\n"


def test_codes_are_completed():
    command = archc.get_command(None, "explain")
    (argument,) = command.params
    assert [item.value for item in argument.shell_complete(None, "ar40")] == [
        page.stem for page in sorted(error_pages().glob("AR40*.md"))
    ]
