"""Every command is a command, and its help is whole."""

import re
from types import ModuleType

import click
import pytest
from click.testing import CliRunner

from archc.cli import CommandError, Commands, archc, command_of

CONTEXT = click.Context(archc)
NAMES = Commands("archc").list_commands(CONTEXT)
every_command = pytest.mark.parametrize("name", NAMES)
SHARED = {"--format", "--output", "--depth", "--batch", "--optimize", "--device", "--input"}


def module(**contents: object) -> ModuleType:
    made = ModuleType("archc.cli.made")
    vars(made).update(contents)
    return made


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        ({}, "archc.cli.made does not define `command`, a click command"),
        ({"command": print}, "archc.cli.made does not define `command`, a click command"),
        (
            {"command": click.Command("made", help="Do it.")},
            "the command of archc.cli.made needs a docstring and a short_help",
        ),
        (
            {"command": click.Command("made", short_help="Do it.")},
            "the command of archc.cli.made needs a docstring and a short_help",
        ),
    ],
)
def test_a_module_that_is_no_command_is_rejected(contents, message) -> None:
    with pytest.raises(CommandError, match=f"^{re.escape(message)}$"):
        command_of(module(**contents))


@every_command
def test_every_module_is_a_command(name: str) -> None:
    command = archc.get_command(CONTEXT, name)
    assert isinstance(command, click.Command)


def options(command: click.Command) -> list[click.Option]:
    return [param for param in command.params if isinstance(param, click.Option)]


@every_command
def test_the_help_of_a_command_says_what_its_arguments_and_options_are(name: str) -> None:
    command = archc.get_command(CONTEXT, name)
    assert command is not None
    assert all(option.help for option in options(command))
    help_text = command.help or ""
    for param in command.params:
        if isinstance(param, click.Argument):
            argument = (param.metavar or param.name or "").upper().strip("[].")
            assert argument in help_text, argument
    shown = CliRunner().invoke(archc, [name, "--help"])
    assert shown.exit_code == 0
    assert all(len(line) <= 80 for line in shown.stdout.splitlines())


@every_command
def test_a_sentence_of_help_ends(name: str) -> None:
    command = archc.get_command(CONTEXT, name)
    assert command is not None
    texts = [command.short_help or "", *(option.help or "" for option in options(command))]
    assert [text for text in texts if not re.search(r"[.\]]$", text)] == []
    assert all(len(text) < 60 for text in texts[:1])


def test_an_option_that_commands_share_has_one_definition() -> None:
    """What the options of a name have in common comes from one decorator of `_arguments`."""
    kinds: dict[str, set[tuple[str, object, bool]]] = {}
    for name in NAMES:
        command = archc.get_command(CONTEXT, name)
        assert command is not None
        for option in options(command):
            for text in SHARED & {*option.opts}:
                kind = (type(option.type).__name__, option.metavar, option.multiple)
                kinds.setdefault(text, set()).add(kind)
    kinds["--output"] = {kind[:1] for kind in kinds["--output"]}  # FILE, FILE.png, OUT
    assert {text: len(kind) for text, kind in kinds.items()} == dict.fromkeys(SHARED, 1)
