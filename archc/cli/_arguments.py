"""Arguments and options that several commands share."""

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from archc.language.overrides import Text
from archc.pipeline import check
from archc.syntax.opener import SpecLike


class SpecPath(click.Path):
    """A path to a spec, or ``-`` for standard input."""

    def __init__(self) -> None:
        super().__init__(allow_dash=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path in a form that can only be taken for one, whatever is in it."""
        path = os.fsdecode(super().convert(value, param, ctx))
        return Path(path) if "\n" in path else path


def _read_params(
    ctx: click.Context, param: click.Parameter, given: tuple[str, ...]
) -> dict[str, Text]:
    found: dict[str, Text] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise click.BadParameter(f"{text!r} is not name=value.", ctx, param)
        if name in found:
            raise click.BadParameter(f"{name!r} is given twice.", ctx, param)
        found[name] = Text(value)
    return found


def params(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``-p name=value``, which gives the command `params` for `archc.pipeline.check`."""
    option = click.option(
        "-p",
        "params",
        multiple=True,
        metavar="NAME=VALUE",
        callback=_read_params,
        help="Give a parameter of the spec a value. Can be repeated.",
    )
    return option(command)


def _read_sizes(
    ctx: click.Context, param: click.Parameter, given: str | None
) -> tuple[int, ...] | None:
    if given is None:
        return None
    try:
        return tuple(int(size) for size in given.split(","))
    except ValueError:
        message = "is not C,H,W: three whole numbers, or one for a vector."
        raise click.BadParameter(f"{given!r} {message}", ctx, param) from None


def input_shape(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--input C,H,W``, which gives the command `input_shape` for `archc.pipeline.check`."""
    option = click.option(
        "--input",
        "input_shape",
        metavar="C,H,W",
        callback=_read_sizes,
        help="Take the place of the spec's input; the batch is implied.",
    )
    return option(command)


def network(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add SPEC, ``-p`` and ``--input``, which give the command `checked`, the network they name."""

    @wraps(command)
    def checking(
        *given: Any,
        spec: SpecLike,
        params: dict[str, Text],
        input_shape: tuple[int, ...] | None,
        **others: Any,
    ) -> Any:
        checked = check(spec, params, input_shape=input_shape)
        return command(*given, checked=checked, **others)

    argument = click.argument("spec", metavar="SPEC", type=SpecPath())
    return argument(params(input_shape(checking)))


def form(told: str, *more: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add ``--format text|json`` and whatever `more` there is, which gives the command `form`."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json", *more]),
        default="text",
        show_default=True,
        help=told,
    )
