"""``archc check``: tell all that is wrong with specs."""

import click

from archc.cli import _arguments
from archc.cli._terminal import columns, wants_color
from archc.diagnostics import Diagnostic
from archc.language.overrides import Text
from archc.pipeline import check
from archc.problems.base import Severity
from archc.problems.structure import OtherDocument
from archc.render.text import report
from archc.source import Source
from archc.syntax.opener import SpecLike


@click.command(short_help="Tell every mistake in specs and recipes, with its place.")
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, type=_arguments.SpecPath())
@_arguments.params
@click.option("--strict", is_flag=True, help="Make a stride that does not divide evenly an error.")
@_arguments.form("For a person, for a program, or as annotations in a GitHub workflow.", "github")
@click.pass_context
def command(
    ctx: click.Context,
    specs: tuple[SpecLike, ...],
    params: dict[str, Text],
    strict: bool,
    form: str,
) -> None:
    """Tell every mistake in specs, with its place and what to do about it.

    A SPEC is a path, or - for standard input; it may be a recipe for training. The exit
    code is 1 if there are errors; notes and warnings are none.
    """
    names: list[str] = []
    everything: list[Diagnostic] = []
    for spec in specs:
        name, found = _checked(spec, params, strict)
        names.append(name)
        everything += found
        if form == "text":
            _show_text(name, found, first=len(names) == 1)
        elif form == "github":
            _show_github(found)
    if form == "json":
        _show_json(names, everything)
    if any(found.severity is Severity.ERROR for found in everything):
        ctx.exit(1)


def _checked(spec: SpecLike, params: dict[str, Text], strict: bool) -> tuple[str, list[Diagnostic]]:
    checked = check(spec, params, strict=strict)
    found = list(checked.diagnostics)
    # Without a source there is a diagnostic that says why.
    source = checked.source or found[0].span.source
    if any(isinstance(one.problem, OtherDocument) for one in found):
        found = _found_in_recipe(source, params, strict)
    return source.name, found


def _found_in_recipe(source: Source, params: dict[str, Text], strict: bool) -> list[Diagnostic]:
    from archc.diagnostics import Diagnostics
    from archc.recipe.document import read_document
    from archc.recipe.read import read_keys

    diagnostics = Diagnostics()
    overrides = [(f"params.{name}", str(text)) for name, text in params.items()]
    if document := read_document(source, diagnostics, overrides):
        read_keys(document, diagnostics, exact=strict)
    return list(diagnostics)


def _show_text(name: str, found: list[Diagnostic], *, first: bool) -> None:
    color = wants_color()
    text = report(name, found, columns=columns(), color=color)
    click.echo(text if first or not found else f"\n{text}", nl=False, color=color)


def _show_github(found: list[Diagnostic]) -> None:
    from archc.render.machine import as_github

    click.echo(as_github(found), nl=False)


def _show_json(names: list[str], found: list[Diagnostic]) -> None:
    from archc.render.machine import as_json

    click.echo(as_json(names, found), nl=False)
