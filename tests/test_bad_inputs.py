"""Whatever a file holds, archc reports what is wrong with it and where, in little memory.

The files of tests/corpus are named after the code that each must be refused with. How long the
large ones take: `tests/bench/hostile_files.py`; here, only a hang is ended.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from measured import Checks, Outcome

HERE = Path(__file__).parent
CORPUS = sorted((HERE / "corpus").iterdir())
KIBIBYTES = 300 * 1024
HEAD = "archc: 1\ninput: [3, 32, 32]\n"


@pytest.fixture(scope="module")
def checks():
    """Return what runs `archc check` in a process of its own for each file."""
    server = Checks()
    yield server
    server.close()


def run(*arguments, cwd, **kwargs):
    """Run `archc check` in a new interpreter."""
    command = [sys.executable, HERE / "measured.py", sys.executable, "-m", "archc", "check"]
    done = subprocess.run(
        [*command, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(HERE.parent)},
        capture_output=True,
        timeout=600,
        **kwargs,
    )
    errors, _, cost = done.stderr.decode().rstrip().rpartition("\n")
    return Outcome(done.returncode, done.stdout.decode(), errors, int(cost.split()[1]))


def assert_refused(code, outcome):
    exit_code, text, errors, memory = outcome
    assert errors == ""
    assert "Traceback" not in text
    assert exit_code == 1, text
    codes = re.findall(r"^error\[(AR\d+) [a-z0-9-]+\]: .+\n +--> .+:\d+:\d+$", text, re.MULTILINE)
    assert set(codes) == {code}, text
    assert memory < KIBIBYTES
    assert len(text) < 20_000
    assert all(char.isprintable() for char in text.replace("\n", "")), text


@pytest.mark.parametrize("path", CORPUS, ids=[path.stem for path in CORPUS])
def test_the_corpus(path, checks, tmp_path):
    assert_refused(path.name[:5], checks.check(str(path), cwd=tmp_path))
    assert list(tmp_path.iterdir()) == []  # nothing was run that a file asks for


def nested_blocks(count, *, forwards):
    ends = {count - 1: "relu"} if forwards else {0: "relu"}
    step = 1 if forwards else -1
    uses = [ends.get(i, f"b{i + step}") for i in range(count)]
    blocks = "".join(f"  b{i}: {{layers: [{use}]}}\n" for i, use in enumerate(uses))
    return f"{HEAD}blocks:\n{blocks}layers: [b{0 if forwards else count - 1}]\n"


def nested_aliases(count, open_, close):
    lines = "".join(f"  - &a{i} {open_}*a{i - 1}{close}\n" for i in range(1, count))
    return f"{HEAD}name:\n  - &a0 relu\n{lines}layers: [*a{count - 1}]\n"


def deep_bodies_in_deep_blocks():
    uses = [f"b{i + 1}" for i in range(98)] + ["relu"]
    bodies = "".join(f"  b{i}: {{layers: {'[' * 40}{u}{']' * 40}}}\n" for i, u in enumerate(uses))
    return f"{HEAD}blocks:\n{bodies}layers: [b0]\n"


def layer(text):
    return f"{HEAD}layers: [{text}]\n"


def conv(channels):
    return layer(f"{{conv: {channels}, kernel: 3}}")


DIGITS = "9" * 10_000
LARGE = {
    "lists 10,000 deep": ("AR106", f"{HEAD}layers: {'[' * 10_000}{']' * 10_000}\n"),
    "lists 10,000 deep and not closed": ("AR106", "[" * 10_000),
    "mappings 10,000 deep": ("AR106", f"{HEAD}layers: {'{a: ' * 10_000}relu{'}' * 10_000}\n"),
    "indented 2,000 deep": ("AR106", "".join(" " * i + "a:\n" for i in range(2000))),
    "dashes 10,000 deep": ("AR106", "- " * 10_000 + "a\n"),
    "keys 10,000 deep": ("AR106", "? " * 10_000 + "a\n"),
    "aliases that nest lists": ("AR106", nested_aliases(500, "[", "]")),
    "aliases that nest mappings": ("AR106", nested_aliases(500, "{a: ", "}")),
    "5,000 blocks, each using the next": ("AR106", nested_blocks(5000, forwards=True)),
    "5,000 blocks, each using the one before": ("AR106", nested_blocks(5000, forwards=False)),
    "deep bodies in deep blocks": ("AR106", deep_bodies_in_deep_blocks()),
    "an integer of 10,000 digits": ("AR111", conv(DIGITS)),
    "a negative integer of 10,000 digits": ("AR111", conv(f"-{DIGITS}")),
    "a fraction of 10,000 digits": ("AR111", conv(f"{DIGITS}.5")),
    "an exponent of 10,000 digits": ("AR111", conv(f"1e{DIGITS}")),
    "a hexadecimal of 10,000 digits": ("AR111", conv(f"0x{DIGITS}")),
    "10,000 digits in an expression": ("AR302", conv(f'"$({DIGITS})"')),
    "a hundred powers": ("AR302", conv(f'"$({"9**" * 30}9)"')),
    "10,000 parentheses": ("AR302", conv(f'"$({"(" * 10_000}1{")" * 10_000})"')),
    "50 parentheses": ("AR302", conv(f'"$({"(" * 49}1{")" * 49})"')),
    "1,000,000 parentheses": ("AR305", conv(f'"$({"(" * 10**6}"')),
    "10,000 negations": ("AR302", conv(f'"$({"not " * 10_000}true)"')),
    "10,000 signs": ("AR302", conv(f'"$({"-" * 10_000}1)"')),
    "10,000 summands": ("AR302", conv(f'"$({"1 + " * 10_000}1)"')),
    "10,000 arguments": ("AR302", conv(f'"$(min({"1, " * 10_000}1))"')),
    "a line of 10 MB": ("AR203", "x" * 10_000_000),
    "a line of 10 MB in a value": ("AR204", layer("x" * 10_000_000)),
    "a line of 10 MB in quotes": ("AR301", conv('"' + "x y " * 2_500_000 + '"')),
    "a line of 10 MB of wide letters": ("AR204", layer("한" * 3_300_000)),
    "a line of 10 MB of accents": ("AR204", layer("a" + "\u0301" * 5_000_000)),
    "an error after 10 MB on its line": ("AR204", layer(f"relu, {' ' * 10_000_000}covn")),
    "an error before 10 MB on its line": ("AR204", layer(f"covn, relu {' ' * 10_000_000}")),
    "5 MB of line breaks": ("AR109", "\n" * 5_000_000),
    "10 MB of comments": ("AR109", "# a comment of no great use\n" * 370_000),
    "10 MB of a key": ("AR103", "archc: 1\n" + "x" * 10_000_000 + ": 1\n"),
    "10 MB of zeros": ("AR103", "\0" * 10_000_000),
    "20 MB": ("AR110", "x" * 20_000_000),
    "100,000 spaces of indentation": ("AR103", f"{HEAD}{' ' * 100_000}layers: [relu]\n"),
    "a name of 100,000 letters": ("AR206", f"{HEAD}layers:\n  ? {'class ' * 16_000}\n  : relu\n"),
    "a tag of 10,000 letters": ("AR105", layer("!" + "x" * 10_000 + " relu")),
    "an anchor of 10,000 letters": ("AR107", layer("*" + "x" * 10_000)),
}


@pytest.mark.parametrize(("code", "text"), LARGE.values(), ids=list(LARGE))
def test_large_ones(code, text, checks, tmp_path):
    path = tmp_path / "spec.yaml"
    path.write_text(text, "utf-8")
    assert_refused(code, checks.check("spec.yaml", cwd=tmp_path))


def test_standard_input_is_read_as_a_file_is(tmp_path):
    assert_refused("AR102", run("-", cwd=tmp_path, input=b"name: caf\xe9"))
    assert_refused("AR109", run("-", cwd=tmp_path, input=b""))


def test_what_is_no_file(checks, tmp_path):
    (tmp_path / "closed.yaml").symlink_to("closed.yaml")
    for path in (".", "missing.yaml", "closed.yaml", "missing/spec.yaml"):
        assert_refused("AR101", checks.check(path, cwd=tmp_path))
    assert_refused("AR112", checks.check("a" * 5000, cwd=tmp_path))


def test_devices(checks, tmp_path):
    assert_refused("AR109", checks.check("/dev/null", cwd=tmp_path))
    assert_refused("AR110", checks.check("/dev/zero", cwd=tmp_path))


def test_a_pipe_that_nobody_writes_to_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert_refused("AR109", run("pipe", cwd=tmp_path))


def test_a_pipe_that_somebody_writes_to_is_read(tmp_path):
    reading, writing = os.pipe()
    os.write(writing, b"archc: 1\n")
    os.close(writing)
    outcome = run(f"/dev/fd/{reading}", cwd=tmp_path, pass_fds=[reading])
    os.close(reading)
    assert_refused("AR202", outcome)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_a_file_without_the_right_to_read_it(tmp_path):
    (tmp_path / "spec.yaml").write_text(HEAD)
    (tmp_path / "spec.yaml").chmod(0)
    assert_refused("AR101", run("spec.yaml", cwd=tmp_path))


def test_a_file_name_that_is_no_text(tmp_path):
    name = b"caf\xe9\x1b[31m\n.yaml"
    Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name))).write_text("archc: 1")
    assert_refused("AR202", run(name, cwd=tmp_path))
