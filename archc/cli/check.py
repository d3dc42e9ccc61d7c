"""``archc check``: report every problem of specs and recipes."""

import click

from archc.cli import _arguments
from archc.cli._remarks import show_run
from archc.cli._terminal import columns, wants_color
from archc.diagnostics import Diagnostic
from archc.language.overrides import Text
from archc.pipeline import check
from archc.problems.base import Severity
from archc.problems.structure import OtherDocument
from archc.render.text import report
from archc.source import Source
from archc.syntax.opener import SpecLike


@click.command(short_help="Report every problem in specs and recipes.")
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, type=_arguments.SpecPath())
@_arguments.params
@_arguments.variant
@click.option(
    "--strict",
    is_flag=True,
    help="Report a stride that does not divide evenly as an error, not a note.",
)
@_arguments.form(_arguments.CHECK_FORMATS, "github")
@click.pass_context
def command(
    ctx: click.Context,
    specs: tuple[SpecLike, ...],
    params: dict[str, Text],
    variant: str | None,
    strict: bool,
    form: str,
) -> None:
    """Report every problem in specs and recipes, with its location and how to fix it.

    A SPEC is the path of a spec or a training recipe, the directory of a run, the name of a model
    that comes with archc, or - for standard input. Of a spec, every variant is checked, unless
    --variant chooses one. `archc explain CODE` explains a problem.

    The exit code is 1 if there are errors, and 0 if there are only warnings and notes.
    """
    names: list[str] = []
    everything: list[Diagnostic] = []
    for spec in specs:
        name, diagnostics = _checked(spec, params, variant, strict)
        names.append(name)
        everything += diagnostics
        if form == "text":
            _show_text(name, diagnostics, first=len(names) == 1)
        elif form == "github":
            _show_github(diagnostics)
    if form == "json":
        _show_json(names, everything)
    if any(diagnostic.severity is Severity.ERROR for diagnostic in everything):
        ctx.exit(1)


def _checked(
    spec: SpecLike, params: dict[str, Text], variant: str | None, strict: bool
) -> tuple[str, list[Diagnostic]]:
    checked = check(spec, params, variant=variant, strict=strict, every_variant=True)
    show_run(checked)
    diagnostics = list(checked.diagnostics)
    # Without a source there is a diagnostic that says why.
    source = checked.source or diagnostics[0].span.source
    if any(isinstance(diagnostic.problem, OtherDocument) for diagnostic in diagnostics):
        diagnostics = _checked_recipe(source, params, variant, strict)
    return source.name, diagnostics


def _checked_recipe(
    source: Source, params: dict[str, Text], variant: str | None, strict: bool
) -> list[Diagnostic]:
    from archc.diagnostics import Diagnostics
    from archc.recipe.document import read_document
    from archc.recipe.read import read_keys

    diagnostics = Diagnostics()
    overrides = [(f"params.{name}", str(text)) for name, text in params.items()]
    if variant is not None:
        overrides.append(("variant", variant))
    if document := read_document(source, diagnostics, overrides):
        read_keys(document, diagnostics, exact=strict)
    return list(diagnostics)


def _show_text(name: str, diagnostics: list[Diagnostic], *, first: bool) -> None:
    color = wants_color()
    text = report(name, diagnostics, columns=columns(), color=color)
    click.echo(text if first or not diagnostics else f"\n{text}", nl=False, color=color)


def _show_github(diagnostics: list[Diagnostic]) -> None:
    from archc.render.machine import as_github

    click.echo(as_github(diagnostics), nl=False)


def _show_json(names: list[str], diagnostics: list[Diagnostic]) -> None:
    from archc.render.machine import as_json

    click.echo(as_json(names, diagnostics), nl=False)
