import io
import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from archc import __version__
from archc.__main__ import main as started_from_a_shell
from archc.cli import archc, main
from archc.cli._terminal import columns, wants_color

ROOT = Path(__file__).parents[2]
GOOD = "archc: 1\ninput: [3, 8, 8]\nlayers: [{conv: 8, kernel: 3}]\n"
BAD = "archc: 1\ninput: [3, 8, 8]\nlayers: [{conv: 8, kernel: 9}]\n"
NOTED = "archc: 1\ninput: [3, 8, 8]\nlayers: [{conv: 8, kernel: 3, stride: 2}]\n"
WIDE = "archc: 1\ninput: [3, 8, 8]\nparams: {width: , kernel: 3}\nlayers: [{conv: $width, kernel: $kernel}]\n"  # noqa: E501


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return a function that runs `archc` on the files good, bad, noted and wide."""
    monkeypatch.chdir(tmp_path)
    for name, text in {"good": GOOD, "bad": BAD, "noted": NOTED, "wide": WIDE}.items():
        Path(f"{name}.yaml").write_text(text)
    return lambda *arguments, **kwargs: CliRunner().invoke(archc, arguments, **kwargs)


def process(*arguments, cwd, **kwargs):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **kwargs.pop("env", {})}
    command = [sys.executable, "-m", "archc", *arguments]
    return subprocess.Popen(command, cwd=cwd, env=environment, **kwargs)


# What it says and how it exits


def test_a_clean_spec(run):
    result = run("check", "good.yaml")
    assert (result.exit_code, result.stdout) == (0, "good.yaml: no errors\n")


def test_errors_go_to_standard_output(run):
    result = run("check", "bad.yaml")
    assert result.exit_code == 1
    assert result.stdout.startswith("error[AR403 empty-output]: ")
    assert " --> bad.yaml:3:28\n" in result.stdout
    assert result.stdout.endswith("\n\n1 error in bad.yaml\n")
    assert result.stderr == ""


def test_notes_and_warnings_are_no_errors(run):
    result = run("check", "noted.yaml")
    assert result.exit_code == 0
    assert result.stdout.startswith("note[AR404 inexact-stride]: ")
    assert result.stdout.endswith("\nnoted.yaml: no errors, 1 note\n")


def test_strict_makes_them_errors(run):
    result = run("check", "--strict", "noted.yaml")
    assert result.exit_code == 1
    assert result.stdout.startswith("error[AR404 inexact-stride]: ")


def test_several_specs(run):
    result = run("check", "good.yaml", "bad.yaml", "noted.yaml")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[:3] == ["good.yaml: no errors", "", lines[2]]
    assert [line for line in lines if "error" in line and "yaml" in line] == [
        "good.yaml: no errors",
        "1 error in bad.yaml",
        "noted.yaml: no errors, 1 note",
    ]


def test_a_missing_file_does_not_hide_the_others(run):
    result = run("check", "missing.yaml", "bad.yaml")
    assert result.exit_code == 1
    assert "error[AR101 unreadable-file]" in result.stdout
    assert "error[AR403 empty-output]" in result.stdout


def test_standard_input(run):
    result = run("check", "-", input=BAD)
    assert result.exit_code == 1
    assert "<stdin>:3:28" in result.stdout
    assert result.stdout.endswith("1 error in <stdin>\n")


def test_a_file_name_with_a_line_break_is_a_file_name(run):
    Path("a\nb.yaml").write_text(GOOD)
    assert run("check", "a\nb.yaml").stdout == "a␊b.yaml: no errors\n"


# Parameters


def test_parameters_are_given(run):
    assert run("check", "wide.yaml").exit_code == 1
    assert run("check", "wide.yaml", "-p", "width=8").exit_code == 0
    assert run("check", "wide.yaml", "-p", "width=8", "-p", "kernel=[3, 1]").exit_code == 0


@pytest.mark.parametrize("value", ["0", "many", "[", "!!int 3", "=", "$x", "a: b"])
def test_a_parameter_that_cannot_be(run, value):
    result = run("check", "wide.yaml", "-p", f"width={value}")
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert "error[AR" in result.stdout


def test_an_unknown_parameter_is_reported_at_its_place(run):
    result = run("check", "wide.yaml", "-p", "width=8", "-p", "kernle=3")
    assert result.exit_code == 1
    assert "error[AR303 unknown-parameter]" in result.stdout
    assert " --> -p:1:1\n" in result.stdout
    assert "did you mean `kernel`?" in result.stdout


# Wrong usage


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["check"], "Missing argument"),
        (["check", "good.yaml", "--format", "xml"], "'xml'"),
        (["check", "good.yaml", "--nonsense"], "No such option"),
        (["check", "good.yaml", "-p", "width"], "'width' is not name=value."),
        (["check", "good.yaml", "-p", "=3"], "'=3' is not name=value."),
        (["check", "good.yaml", "-p", "a=3", "-p", "a=4"], "'a' is given twice."),
        (["chekc"], "No such command"),
        (["_terminal"], "No such command"),
        (["--nonsense"], "No such option"),
    ],
)
def test_wrong_usage_exits_with_2(run, arguments, told):
    result = run(*arguments)
    assert result.exit_code == 2
    assert told in result.stderr
    assert result.stdout == ""


# Other forms


def test_json(run):
    result = run("check", "good.yaml", "bad.yaml", "--format", "json")
    assert result.exit_code == 1
    whole = json.loads(result.stdout)
    assert whole["version"] == 1
    assert whole["files"] == ["good.yaml", "bad.yaml"]
    assert [(d["code"], d["file"], d["line"]) for d in whole["diagnostics"]] == [
        ("AR403", "bad.yaml", 3)
    ]


def test_json_of_a_clean_spec(run):
    result = run("check", "good.yaml", "--format", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["diagnostics"] == []


def test_json_of_standard_input_and_a_missing_file(run):
    result = run("check", "-", "missing.yaml", "--format", "json", input="")
    whole = json.loads(result.stdout)
    assert whole["files"] == ["<stdin>", "missing.yaml"]
    assert [d["file"] for d in whole["diagnostics"]] == whole["files"]


def test_github(run):
    result = run("check", "bad.yaml", "noted.yaml", "good.yaml", "--format", "github")
    assert result.exit_code == 1
    error, note = result.stdout.splitlines()
    assert error.startswith(
        "::error file=bad.yaml,line=3,endLine=3,col=28,endColumn=29,title=AR403"
    )
    assert note.startswith("::notice file=noted.yaml,line=3,")


# The terminal


@pytest.mark.parametrize(
    ("tty", "variables", "expected"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"TERM": "dumb"}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": ""}, False),
        (False, {"FORCE_COLOR": "1", "TERM": "dumb"}, True),
        (True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ],
)
def test_when_colour_is_wanted(monkeypatch, tty, variables, expected):
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: tty, raising=False)
    assert wants_color(stream) is expected


def test_forced_colour_reaches_a_pipe(run):
    assert "\x1b[1;31merror" in run("check", "bad.yaml", env={"FORCE_COLOR": "1"}).stdout
    assert "\x1b" not in run("check", "bad.yaml").stdout


@pytest.mark.parametrize(("given", "expected"), [("80", 80), ("0", 100), ("x", 100), ("", 100)])
def test_the_width_can_be_given(monkeypatch, given, expected):
    monkeypatch.setenv("COLUMNS", given)
    assert columns(io.StringIO()) == expected


def test_a_terminal_gets_colour_and_its_width(run, tmp_path):
    controller, terminal = pty.openpty()
    child = process("check", "bad.yaml", cwd=tmp_path, stdout=terminal, env={"TERM": "xterm"})
    assert child.wait(30) == 1
    os.close(terminal)
    assert b"\x1b[1;31merror" in os.read(controller, 10_000)
    os.close(controller)


def test_a_terminal_that_cannot_show_it_gets_question_marks(run, tmp_path):
    child = process(
        "check",
        "bad.yaml",
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        env={"PYTHONIOENCODING": "latin-1"},
    )
    out, _ = child.communicate(timeout=30)
    assert child.returncode == 1
    assert "(8 + 2·0 ? 9)/1 + 1 = 0" in out.decode("latin-1")


# Endings


def test_whoever_reads_may_stop_reading(run, tmp_path):
    lines = "".join(f"  l{i}: covn\n" for i in range(900))
    (tmp_path / "long.yaml").write_text(f"archc: 1\ninput: [3, 8, 8]\nlayers:\n{lines}")
    for file in ("good.yaml", "long.yaml"):
        reading, writing = os.pipe()
        os.close(reading)
        child = process("check", file, cwd=tmp_path, stdout=writing, stderr=subprocess.PIPE)
        os.close(writing)
        _, told = child.communicate(timeout=30)
        assert (child.returncode, told) == (141, b"")


def test_an_interrupt_ends_it_cleanly(run, tmp_path):
    child = process(
        *("check", "-"),
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        # A shell starts a job in the background with SIGINT ignored, and its children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    # Nothing tells when it has begun to read; a file system entry that it opened would be as good.
    while "archc" not in Path(f"/proc/{child.pid}/cmdline").read_text() or not _waits(child.pid):
        assert child.poll() is None
    child.send_signal(signal.SIGINT)
    _, told = child.communicate(timeout=30)
    assert child.returncode == 130
    assert b"Traceback" not in told


def test_an_interrupt_of_the_first_import_ends_it_as_cleanly(monkeypatch):
    class Interrupted:
        @staticmethod
        def find_spec(name, path=None, target=None):
            raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "archc.cli")
    monkeypatch.setattr(sys, "meta_path", [Interrupted])
    with pytest.raises(SystemExit) as ended:
        started_from_a_shell()
    assert ended.value.code == 130


def test_nothing_of_archc_is_imported_before_an_interrupt_is_handled():
    code = "import sys, archc; print([name for name in sys.modules if name.startswith('archc.')])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "[]\n"


def _waits(pid):
    return "pipe" in Path(f"/proc/{pid}/wchan").read_text()


# The whole command line


def test_the_version(run):
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, f"archc, version {__version__}\n")


def test_each_command_is_a_module(run):
    commands = {path.stem for path in (ROOT / "archc" / "cli").glob("[!_]*.py")}
    assert set(archc.list_commands(None)) == commands
    listed = run("--help").stdout.partition("Commands:\n")[2]
    assert {line.split()[0] for line in listed.splitlines()} == commands
    assert all(line.strip().endswith(".") for line in listed.splitlines())
    assert "..." not in listed


def test_every_option_is_explained(run):
    for name in archc.list_commands(None):
        command = archc.get_command(None, name)
        assert command.help
        assert all(p.help for p in command.params if isinstance(p, click.Option))


def test_help_imports_nothing_heavy(tmp_path):
    code = (
        "import sys\nfrom archc.cli import archc\n"
        "archc.main(['--help'], standalone_mode=False)\n"
        "print(sorted({'torch', 'numpy', 'rich', 'importlib.metadata'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"


def test_main_exits(monkeypatch, capsys):
    for arguments, code in ((["--version"], 0), (["check"], 2), (["check", "missing.yaml"], 1)):
        monkeypatch.setattr(sys, "argv", ["archc", *arguments])
        with pytest.raises(SystemExit) as exit_:
            main()
        assert exit_.value.code == code
    assert "Usage: archc check" in capsys.readouterr().err


def test_shell_completion(tmp_path):
    child = process(
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        env={"_ARCHC_COMPLETE": "bash_complete", "COMP_WORDS": "archc expl", "COMP_CWORD": "1"},
    )
    assert child.communicate(timeout=30)[0].split() == [b"plain,explain"]
