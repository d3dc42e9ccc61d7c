"""``archc train``: train a network by a recipe."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archc.cli import _arguments
from archc.syntax.opener import SpecLike

if TYPE_CHECKING:
    from archc.recipe.model import Recipe


def _read_overrides(
    ctx: click.Context, param: click.Parameter, texts: tuple[str, ...]
) -> list[tuple[str, str]]:
    overrides = []
    for text in texts:
        path, equals, value = text.partition("=")
        if not path or not equals:
            raise click.BadParameter(f"{text!r} is not key=value.", ctx, param)
        overrides.append((path, value))
    return overrides


@click.command(short_help="Train a network by a recipe.")
@click.argument("recipe", metavar="RECIPE", type=_arguments.SpecPath())
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="KEY=VALUE",
    callback=_read_overrides,
    help="Replace a value of the recipe, as in optimizer.lr=3e-4. Can be repeated.",
)
@click.option("--epochs", type=click.IntRange(1), help="Short for --set epochs=N.")
@_arguments.device(_arguments.TRAINING_DEVICE)
@click.option(
    "--precision",
    type=click.Choice(["auto", "fp32", "bf16", "fp16"]),
    help="Short for --set precision=….",
)
@click.option("--compile", is_flag=True, help="Short for --set compile=true.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="The directory to write.  [default: runs/NAME-OF-RECIPE]",
)
@click.option(
    "--resume", is_flag=True, help="Continue the run in the directory; begin if there is none."
)
@click.option("--quiet", is_flag=True, help="Print only errors.")
@click.pass_context
def command(
    ctx: click.Context,
    recipe: SpecLike,
    overrides: list[tuple[str, str]],
    epochs: int | None,
    device: str,
    precision: str | None,
    compile: bool,
    out: Path | None,
    resume: bool,
    quiet: bool,
) -> None:
    """Train the network that a recipe names, and write its weights and scores to a directory.

    RECIPE is the path of a recipe. Processes that `torchrun -m archc train` starts share the
    work. `archc evaluate` and `archc predict` use the directory.

    The exit code is 1 if there are errors, and 130 or 143 if the training was interrupted; --resume
    then continues it.
    """
    short = [("epochs", epochs), ("precision", precision), ("compile", "true" if compile else None)]
    overrides += [(name, str(value)) for name, value in short if value is not None]
    read = _recipe(ctx, recipe, overrides)
    where = out or Path("runs") / Path(str(recipe)).stem
    _train(ctx, read, where, device, resume, quiet)


def _recipe(ctx: click.Context, path: SpecLike, overrides: list[tuple[str, str]]) -> "Recipe":
    from archc.cli._remarks import show_errors
    from archc.diagnostics import Diagnostics
    from archc.recipe.read import read_recipe

    diagnostics = Diagnostics()
    recipe = read_recipe(path, diagnostics, overrides)
    if recipe is None or diagnostics.errors:
        show_errors(str(path), list(diagnostics))
        ctx.exit(1)
    return recipe


def _train(
    ctx: click.Context, recipe: "Recipe", out: Path, device: str, resume: bool, quiet: bool
) -> None:
    from archc.cli._training import training_errors
    from archc.train.interrupt import Interrupt
    from archc.train.processes import place
    from archc.train.session import train
    from archc.train.show.base.choice import chosen

    first = place().first
    reporter = chosen(sys.stdout if first and not quiet else None, out if first else None)
    interrupt = Interrupt()
    with training_errors(ctx, recipe.document.source.name):
        try:
            outcome = train(
                recipe, out, reporter, device=device, resume=resume, interrupt=interrupt
            )
        finally:
            reporter.close()
    if interrupt.received is not None and outcome.ended == "interrupted":
        if first:
            click.echo(f"interrupted; `--resume --out {out}` goes on", err=True)
        ctx.exit(128 + interrupt.received)
