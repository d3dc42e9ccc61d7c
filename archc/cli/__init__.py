"""The command line: each command is the module of this package that bears its name.

Only this package prints or exits. A command that finds errors in a spec exits with 1, wrong usage
with 2; warnings and notes do not change the exit code. A command for which 1 has another meaning
names the exit code of its failures as `TROUBLE`.
"""

import gc
import sys
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

import click

from archc.cli._ending import leave, open_streams, plainly, show
from archc.version import __version__

_INTERRUPTED = 130  # 128 + SIGINT, as shells have it


class CommandError(TypeError):
    """A module of this package that is not a command; the message says what it lacks."""


def command_of(module: ModuleType) -> click.Command:
    """Return the command that a module defines.

    Raises:
        CommandError: it defines no `command`, or one without a short or a long help.
    """
    command = getattr(module, "command", None)
    if not isinstance(command, click.Command):
        raise CommandError(f"{module.__name__} does not define `command`, a click command")
    if not command.help or not command.short_help:
        raise CommandError(f"the command of {module.__name__} needs a docstring and a short_help")
    return command


class Commands(click.Group):
    """The commands of this package, each imported when it is used; `_` begins other modules."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the package's modules."""
        return sorted(m.name for m in iter_modules(__path__) if not m.name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the `command` of the module `cmd_name`, or None if there is no such module.

        Raises:
            CommandError: the module has no command, or the command has no help.
        """
        if cmd_name not in self.list_commands(ctx):
            return None
        return command_of(import_module(f"{__name__}.{cmd_name}"))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the first argument names.

        Raises:
            click.UsageError: there is none; the message suggests a similar name.
        """
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from archc.problems.base import did_you_mean

            suggestion = did_you_mean(args[0], self.list_commands(ctx))
            if suggestion is None:
                raise
            raise click.UsageError(f"No such command {args[0]!r}; {suggestion}", ctx) from error

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a failure ends in one line and the command's own exit code."""
        with plainly(lambda: self._failure(ctx.invoked_subcommand)):
            return super().invoke(ctx)

    def _failure(self, name: str | None) -> int:
        """Return the exit code of a failure of a command."""
        module = sys.modules.get(f"{__name__}.{name}")
        return int(getattr(module, "TROUBLE", 1))


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="archc")
def archc() -> None:
    """Check, summarise, draw, compile and train networks that are described in YAML.

    Begin with `archc summary resnet18` and `archc check SPEC`; COMMAND --help explains a command.
    """


def main() -> None:
    """Run the command line and exit."""
    gc.set_threshold(100_000)  # most commands end before the collector would find anything
    open_streams()
    try:
        with plainly(lambda: 1):
            code = archc.main(prog_name="archc", standalone_mode=False)
    except click.ClickException as error:
        show(error)
        code = error.exit_code
    except click.exceptions.Exit as error:
        code = error.exit_code
    except click.Abort:
        code = _INTERRUPTED
    leave(code)
