"""The whole flow on one screen: source → tree → spec → graph.

Every stage reports to one `Diagnostics`. Only a text that cannot be parsed stops the flow; what
is wrong elsewhere becomes unknown, and the later stages go on with the rest. A text with thousands
of errors stops it as well.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from archc.diagnostics import Diagnostics, Full
from archc.graph.budget import Allowance
from archc.graph.elaborate import elaborate
from archc.graph.graph import Elaborated, Graph
from archc.graph.variants import check_variants
from archc.language.model import Variant
from archc.language.overrides import Override, read_overrides, sizes
from archc.language.recipe_values import RecipeValues, values_of_run
from archc.language.validate import validate
from archc.language.variants import as_variant, find_variant
from archc.source import Source
from archc.syntax.opener import SpecLike, open_spec, variant_of
from archc.syntax.reader import read
from archc.syntax.runs import RunFolder, find_run


class Checked(NamedTuple):
    """What the flow returns.

    Args:
        network: the network, expanded, which may be broken; None where the flow stopped.
        sound: its graph, if no error was found.
        diagnostics: everything that was reported.
        source: the text; None where it was not readable.
        run: what the recipe of a run set, if the spec is the directory of a run.
    """

    network: Elaborated | None
    sound: Graph | None
    diagnostics: Diagnostics
    source: Source | None
    run: RecipeValues | None = None


class _Request(NamedTuple):
    """What is asked of the flow, beside the file."""

    params: Mapping[str, Override]
    variant: str | None
    input_shape: Sequence[int] | None
    strict: bool


def check(
    spec: SpecLike,
    params: Mapping[str, Override] | None = None,
    *,
    variant: str | None = None,
    input_shape: Sequence[int] | None = None,
    strict: bool = False,
    every_variant: bool = False,
) -> Checked:
    """Run the flow.

    Args:
        spec: a path, the directory of a run, a text with line breaks, an open file or a dict.
        params: values that take the place of the defaults in `params:`.
        variant: the name of one of the file's `variants:`, whose values replace these defaults too.
        input_shape: takes the place of `input:`, without the batch.
        strict: a stride that does not divide evenly is an error, not a note.
        every_variant: whether to check each variant too, unless one is chosen.

    Raises:
        TypeError: an argument of the call (not the spec) has a type that it cannot have.
    """
    diagnostics = Diagnostics(stops=True)
    run = find_run(spec)
    source = open_spec(run.spec if run else spec, diagnostics)
    request = _Request(params or {}, variant or variant_of(spec), input_shape, strict)
    try:
        found = _network(source, run, diagnostics, request, every_variant)
    except Full:
        found = None
    if found is None:
        return Checked(None, None, diagnostics, source)
    network, used = found
    sound = None if diagnostics.errors else network.sound()
    return Checked(network, sound, diagnostics, source, used)


def _network(
    source: Source | None,
    run: RunFolder | None,
    diagnostics: Diagnostics,
    request: _Request,
    every_variant: bool,
) -> tuple[Elaborated, RecipeValues | None] | None:
    """Return the network, and what a run gives it; None where the text is no spec."""
    tree = read(source, diagnostics) if source else None
    described = validate(tree, source, diagnostics) if source and tree else None
    if described is None:
        return None
    overrides = read_overrides(request.params, described.params, diagnostics)
    given = request.input_shape
    shape = sizes(given, diagnostics) if given is not None else None
    variant = None
    if request.variant is not None:
        variant = find_variant(described, request.variant, None, diagnostics)
        if variant is None:
            return None
    used = values_of_run(run, described, diagnostics) if run else None
    if used:
        used = used.without(overrides, shape, variant)
        overrides, shape = {**used.params, **overrides}, shape or used.input
        variant = used.variant or variant
    allowance = Allowance.of(described.source)

    def expand(variant: Variant | None, diagnostics: Diagnostics) -> Elaborated:
        values = {**variant.values, **overrides} if variant else overrides
        named = as_variant(described, variant)
        return elaborate(
            named, diagnostics, values, shape, exact=request.strict, allowance=allowance
        )

    # What was misread has no value in any variant.
    every = every_variant and not (run or variant or diagnostics.errors)
    network = expand(variant, diagnostics)
    if every:
        check_variants(described.variants.values(), expand, diagnostics)
    return network, used
