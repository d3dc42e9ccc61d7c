"""Every variant of a file, checked beside its own defaults."""

from collections.abc import Callable, Iterable

from archc.diagnostics import Diagnostic, Diagnostics, Label
from archc.graph.budget import Exhausted
from archc.graph.expansion import too_many
from archc.graph.graph import Elaborated
from archc.language.model import Variant
from archc.problems.base import listing
from archc.source import Span

Expand = Callable[[Variant, Diagnostics], Elaborated]


def check_variants(variants: Iterable[Variant], expand: Expand, diagnostics: Diagnostics) -> None:
    """Report what is wrong in variants alone, with a label that names them.

    Args:
        variants: the variants of a file.
        expand: returns the network of a variant, and reports what is wrong in it.
        diagnostics: what was found with the defaults of the file; what is wrong there too is not
            reported again.
    """
    found: dict[tuple[str, Span], tuple[Diagnostic, list[Variant]]] = {}
    for variant in variants:
        alone = Diagnostics(stops=True)
        try:
            expand(variant, alone)
        except Exhausted as exhausted:
            diagnostics.report(too_many(exhausted), variant.span)
            break
        for one in alone:
            found.setdefault((one.problem.code, one.span), (one, []))[1].append(variant)
    for one, shown_in in found.values():
        where = _where(shown_in)
        label = Label(shown_in[0].span, where, where)
        diagnostics.report(one.problem, one.span, (*one.labels, label), one.severity)


def _where(variants: list[Variant]) -> str:
    names = listing([variant.name for variant in variants])
    return f"in the variant{'s' if len(variants) > 1 else ''} {names}"
