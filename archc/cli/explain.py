"""``archc explain``: the page of an error code."""

from pathlib import Path

import click

from archc.cli._terminal import columns, wants_color
from archc.shipped import error_pages

_READABLE = 100


@click.command(short_help="Explain an error code.")
@click.argument(
    "code",
    required=False,
    shell_complete=lambda ctx, param, incomplete: [
        code for code in _codes() if code.startswith(incomplete.upper())
    ],
)
def command(code: str | None) -> None:
    """Explain an error code: what it means, an example, and how to fix it.

    CODE is a code or its name, as in AR402 or channel-mismatch. Without CODE, list all codes.
    """
    codes = _codes()
    if code is None:
        from archc.report.columns import aligned

        for line in aligned([(known, *texts) for known, texts in codes.items()], "<<<"):
            click.echo(line)
        return
    names = {name: known for known, (name, _) in codes.items()}
    known_code = names.get(code.lower(), code.upper())
    if known_code not in codes:
        raise click.UsageError(_unknown(code, [*codes, *names]))
    _show(_page(known_code).read_text("utf-8"))


def _page(code: str) -> Path:
    return error_pages() / f"{code}.md"


def _codes() -> dict[str, tuple[str, str]]:
    """Return the name and the summary of every code."""
    codes = {}
    for page in sorted(error_pages().glob("AR*.md")):
        with page.open(encoding="utf-8") as lines:
            title, _, summary = next(lines), next(lines), next(lines)
        code, name = title.removeprefix("#").split()
        codes[code] = (name, summary.strip())
    return codes


def _unknown(code: str, known: list[str]) -> str:
    from archc.problems.base import did_you_mean

    message = f"There is no code {code!r}"
    suggestion = did_you_mean(code.upper(), known) or did_you_mean(code.lower(), known)
    return f"{message}: {suggestion}" if suggestion else f"{message}; `archc explain` lists all."


def _show(page: str) -> None:
    if not wants_color():
        click.echo(page, nl=False)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(force_terminal=True, width=min(columns(), _READABLE))
    console.print(Markdown(page, code_theme="ansi_dark"))
