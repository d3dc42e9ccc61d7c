"""What commands print on standard output."""

from typing import Any

import click


def show_json(document: Any) -> None:
    """Print a document for a program; `archc.report.models` has a model of each."""
    from archc.render.json_text import json_text

    click.echo(json_text(document), nl=False)
