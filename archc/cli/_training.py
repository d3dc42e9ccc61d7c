"""What the commands about training share."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from archc.cli._remarks import show_errors


@contextmanager
def training_errors(ctx: click.Context, name: str) -> Iterator[None]:
    """Print what stops training in one line, or with its location, and exit with 1."""
    from archc.samples.samples import DataError
    from archc.train.divergence import DivergedError
    from archc.train.problems import RunError, UnfitDataError
    from archc.train.processes import place

    try:
        yield
    except UnfitDataError as error:
        show_errors(name, list(error.diagnostics))
        ctx.exit(1)
    except DivergedError as error:  # every process has it: one prints it
        if not place().first:
            ctx.exit(1)
        raise click.ClickException(str(error)) from error
    except (RunError, DataError) as error:
        raise click.ClickException(str(error)) from error
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        where = f" {error.filename}" if error.filename else ""
        raise click.ClickException(f"cannot write{where}: {reason}") from error
