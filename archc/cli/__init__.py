"""The command line: each command is the module of this package that bears its name.

Only this package prints or exits. A command that finds errors in a spec exits with 1, wrong usage
with 2; what a spec may be warned of is no error.
"""

import gc
import os
import sys
from importlib import import_module
from io import TextIOWrapper
from pkgutil import iter_modules
from typing import Any, cast

import click

from archc import __version__
from archc.backends.python.validity import InternalError

_INTERRUPTED = 130  # 128 + SIGINT, as shells have it
_PIPE_CLOSED = 141  # 128 + SIGPIPE


class Commands(click.Group):
    """Imports a command when it is asked for; modules that begin with `_` are none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the package's modules."""
        return sorted(m.name for m in iter_modules(__path__) if not m.name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return what the module `cmd_name` calls its `command`."""
        if cmd_name not in self.list_commands(ctx):
            return None
        return cast(click.Command, import_module(f"{__name__}.{cmd_name}").command)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a mistake of archc's own, once found, is one line like any other."""
        try:
            return super().invoke(ctx)
        except InternalError as error:
            raise click.ClickException(str(error)) from error
        except BrokenPipeError:  # whoever reads the output may stop reading at any time
            # What is still buffered must not meet the closed pipe again when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ctx.exit(_PIPE_CLOSED)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="archc")
def archc() -> None:
    """A compiler for network architectures: YAML spec in, checked nn.Module out."""


def main() -> None:
    """Run the command line and exit."""
    gc.set_threshold(100_000)  # most commands end before the collector would find anything
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without × or 한 shows a ?
    try:
        code = archc.main(prog_name="archc", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except click.Abort:
        code = _INTERRUPTED
    sys.exit(code)
