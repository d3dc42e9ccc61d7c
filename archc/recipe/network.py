"""The spec that a recipe names, checked with the recipe's own parameters and input."""

import os
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from archc.diagnostics import Diagnostics
from archc.graph.elaborate import elaborate
from archc.graph.graph import Graph
from archc.language.recipe_values import read_input, read_params, read_variant
from archc.language.validate import validate
from archc.language.variants import as_variant
from archc.problems.base import listing
from archc.problems.forms import OneVector, PathOrModel
from archc.problems.reading import UnreadableFile
from archc.problems.structure import WrongForm
from archc.recipe.document import Document
from archc.source import Source, Span
from archc.syntax.opener import locate, open_spec, variant_of
from archc.syntax.reader import read
from archc.syntax.tree import Scalar, Unreadable


class Network(NamedTuple):
    """A spec as a recipe uses it: its path and text, the network, and which variant that is."""

    path: str
    source: Source
    graph: Graph
    variant: str | None = None


def read_network(
    document: Document, diagnostics: Diagnostics, *, exact: bool = False
) -> Network | None:
    """Return the network that `spec`, `variant`, `params` and `input` of a recipe describe.

    Args:
        document: the recipe; the path of the spec is relative to its folder.
        diagnostics: where mistakes of the recipe and of the spec are reported.
        exact: report inexact strides as errors.
    """
    tree, errors = document.tree, len(diagnostics.errors)
    named = tree.get("spec")
    if not isinstance(named, Scalar) or not isinstance(named.value, str) or not named.value:
        if named is not None and not isinstance(named, Unreadable):
            wrong = WrongForm("`spec`", PathOrModel(), named.described())
            diagnostics.report(wrong, named.span)
        return None
    located = locate(named.value, document.folder)
    if not isinstance(located, str):
        diagnostics.report(located, named.span)
        return None
    path = _normal(located)
    source = _opened(Path(path), named.span, diagnostics)
    spec_tree = read(source, diagnostics) if source else None
    described = validate(spec_tree, source, diagnostics) if source and spec_tree else None
    if source is None or described is None:
        return None
    variant = read_variant(tree.get("variant"), described, diagnostics)
    if "variant" not in tree.entries and (name := variant_of(named.value, document.folder)):
        variant = described.variants.get(name)
    params = read_params(tree.get("params"), described, diagnostics)
    if variant:
        described, params = as_variant(described, variant), {**variant.values, **params}
    given = read_input(tree.get("input"), diagnostics)
    network = elaborate(described, diagnostics, params, given, exact=exact)
    if len(diagnostics.errors) > errors:
        return None
    graph = network.sound()
    _check_output(graph, named.span, diagnostics)
    return Network(path, source, graph, variant.name if variant else None)


def _opened(path: Path, place: Span, diagnostics: Diagnostics) -> Source | None:
    """Return the text of a spec; one that is not there is a mistake of the recipe's."""
    found = Diagnostics()
    source = open_spec(path, found)
    for one in found:
        if isinstance(one.problem, UnreadableFile):
            diagnostics.report(replace(one.problem, path=str(path)), place)
        else:
            diagnostics.report(one.problem, one.span, one.labels)
    return source


def _normal(path: str) -> str:
    """Return a path without its ``..``, unless a link makes that another file."""
    normal = os.path.normpath(path)
    try:
        return normal if os.path.realpath(normal) == os.path.realpath(path) else path
    except ValueError:  # a NUL, which no path has: opening it says so
        return path


def _check_output(graph: Graph, span: Span, diagnostics: Diagnostics) -> None:
    """Report a network that gives anything but one element a class."""
    what, needs = "the network of a recipe", OneVector()
    if set(graph.outputs) != {""}:
        found = f"one with the named outputs {listing(list(graph.outputs))}"
        diagnostics.report(WrongForm(what, needs, found), span)
        return
    shape = graph.outputs[""].shape
    if len(shape) != 1:
        found = f"one that returns {' × '.join(map(str, shape))}"
        diagnostics.report(WrongForm(what, needs, found), span)
