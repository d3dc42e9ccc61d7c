"""The whole flow on one screen: source → tree → spec → graph.

Every stage reports to one `Diagnostics`. Only a text that cannot be parsed stops the flow; what
is wrong elsewhere becomes unknown, and the later stages go on with the rest. A text with thousands
of errors stops it as well.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from archc.diagnostics import Diagnostics, Full
from archc.graph.elaborate import elaborate
from archc.graph.graph import Elaborated, Graph
from archc.language.overrides import Override, read_overrides, sizes
from archc.language.recipe_values import RecipeValues, values_of_run
from archc.language.validate import validate
from archc.source import Source
from archc.syntax.opener import SpecLike, open_spec
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


def check(
    spec: SpecLike,
    params: Mapping[str, Override] | None = None,
    *,
    input_shape: Sequence[int] | None = None,
    strict: bool = False,
) -> Checked:
    """Run the flow.

    Args:
        spec: a path, the directory of a run, a text with line breaks, an open file or a dict.
        params: values that take the place of the defaults in `params:`.
        input_shape: takes the place of `input:`, without the batch.
        strict: a stride that does not divide evenly is an error, not a note.

    Raises:
        TypeError: an argument of the call (not the spec) has a type that it cannot have.
    """
    diagnostics = Diagnostics(stops=True)
    run = find_run(spec)
    source = open_spec(run.spec if run else spec, diagnostics)
    try:
        found = _network(source, run, diagnostics, params or {}, input_shape, strict)
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
    params: Mapping[str, Override],
    input_shape: Sequence[int] | None,
    strict: bool,
) -> tuple[Elaborated, RecipeValues | None] | None:
    """Return the network, and what a run gives it; None where the text is no spec."""
    tree = read(source, diagnostics) if source else None
    described = validate(tree, source, diagnostics) if source and tree else None
    if described is None:
        return None
    overrides = read_overrides(params, described.params, diagnostics)
    shape = sizes(input_shape, diagnostics) if input_shape is not None else None
    used = values_of_run(run, described, diagnostics) if run else None
    if used:
        used = used.without(overrides, shape)
        overrides, shape = {**used.params, **overrides}, shape or used.input
    return elaborate(described, diagnostics, overrides, shape, exact=strict), used
