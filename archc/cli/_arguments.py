"""Arguments and options that several commands share: a decorator each."""

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from archc.language.overrides import Text
from archc.pipeline import check
from archc.syntax.opener import SpecLike

Command = Callable[..., Any]
Decorator = Callable[[Command], Command]

CHECK_FORMATS = "text: for people; json: for programs; github: annotations for a GitHub workflow."


class SpecPath(click.Path):
    """A path to a spec, or ``-`` for standard input."""

    def __init__(self) -> None:
        super().__init__(allow_dash=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path in a form that is never taken for the text of a spec."""
        path = os.fsdecode(super().convert(value, param, ctx))
        return Path(path) if "\n" in path else path


def _read_params(
    ctx: click.Context, param: click.Parameter, texts: tuple[str, ...]
) -> dict[str, Text]:
    values: dict[str, Text] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise click.BadParameter(f"{text!r} is not name=value.", ctx, param)
        if name in values:
            raise click.BadParameter(f"{name!r} is given twice.", ctx, param)
        values[name] = Text(value)
    return values


def params(command: Command) -> Command:
    """Add ``-p name=value``; the command receives `params` for `archc.pipeline.check`."""
    option = click.option(
        "-p",
        "params",
        multiple=True,
        metavar="NAME=VALUE",
        callback=_read_params,
        help="Set a parameter of the spec, as in -p classes=10. Can be repeated.",
    )
    return option(command)


def _read_sizes(
    ctx: click.Context, param: click.Parameter, text: str | None
) -> tuple[int, ...] | None:
    if text is None:
        return None
    try:
        return tuple(int(size) for size in text.split(","))
    except ValueError:
        message = "is not C,H,W: three whole numbers, or one for a vector."
        raise click.BadParameter(f"{text!r} {message}", ctx, param) from None


def input_shape(command: Command) -> Command:
    """Add ``--input C,H,W``; the command receives `input_shape` for `archc.pipeline.check`."""
    option = click.option(
        "--input",
        "input_shape",
        metavar="C,H,W",
        callback=_read_sizes,
        help="Replace the spec's input: channels, height and width, as in 3,96,96, or features.",
    )
    return option(command)


def variant(command: Command) -> Command:
    """Add ``--variant NAME``; the command receives `variant` for `archc.pipeline.check`."""
    option = click.option(
        "--variant",
        metavar="NAME",
        help="Use one of the variants that the spec names.",
    )
    return option(command)


def network(command: Command) -> Command:
    """Add SPEC, ``-p``, ``--variant`` and ``--input``; the command receives `checked`."""

    @wraps(command)
    def checking(
        *arguments: Any,
        spec: SpecLike,
        params: dict[str, Text],
        variant: str | None,
        input_shape: tuple[int, ...] | None,
        **others: Any,
    ) -> Any:
        checked = check(spec, params, variant=variant, input_shape=input_shape)
        return command(*arguments, checked=checked, **others)

    argument = click.argument("spec", metavar="SPEC", type=SpecPath())
    return argument(params(variant(input_shape(checking))))


def run_directory(command: Command) -> Command:
    """Add RUN, the directory that a training wrote."""
    argument = click.argument(
        "run", metavar="RUN", type=click.Path(file_okay=False, path_type=Path)
    )
    return argument(command)


def form(text: str, *more: str) -> Decorator:
    """Add ``--format text|json`` and the formats in `more`; the command receives `form`."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json", *more]),
        default="text",
        show_default=True,
        help=text,
    )


def output(
    text: str,
    *,
    names: tuple[str, ...] = ("-o", "--output"),
    metavar: str = "FILE",
    required: bool = False,
    dash: bool = False,
) -> Decorator:
    """Add ``-o FILE``; the command receives `output`, a path.

    Args:
        text: the help.
        names: the option's names.
        metavar: the file in the help.
        required: whether it must be given.
        dash: whether ``-`` is accepted for standard output.
    """
    return click.option(
        *names,
        "output",
        metavar=metavar,
        required=required,
        type=click.Path(dir_okay=False, allow_dash=dash, path_type=Path),
        help=text,
    )


def depth(text: str) -> Decorator:
    """Add ``--depth N``: how deep blocks are shown, from 1."""
    return click.option("--depth", type=click.IntRange(1), help=text)


def batch(text: str, largest: int | None = None) -> Decorator:
    """Add ``--batch N``: a number of samples, 1 by default."""
    return click.option(
        "--batch", type=click.IntRange(1, largest), default=1, show_default=True, help=text
    )


def optimize(*bundles: str, text: str) -> Decorator:
    """Add ``--optimize BUNDLE``: which passes rewrite the network before it is used."""
    return click.option("--optimize", type=click.Choice(bundles), help=text)


def device(text: str) -> Decorator:
    """Add ``--device NAME``: where torch computes, ``auto`` by default."""
    return click.option("--device", default="auto", show_default=True, help=text)


TRAINING_DEVICE = "cpu, cuda, cuda:0 or mps; auto takes the fastest device of this machine."
