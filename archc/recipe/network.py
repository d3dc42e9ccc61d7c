"""The spec that a recipe names, checked with the recipe's own parameters and input."""

import os
from pathlib import Path
from typing import NamedTuple

from archc.diagnostics import Diagnostics
from archc.graph.elaborate import elaborate
from archc.graph.graph import Graph
from archc.language.model import Spec
from archc.language.validate import validate
from archc.language.values import Names, SpecValue, spec_value
from archc.problems.base import listing
from archc.problems.known import Known
from archc.problems.reading import UnreadableFile
from archc.problems.structure import WrongForm
from archc.problems.values import UnknownParameter
from archc.recipe.document import Document
from archc.source import Source, Span
from archc.syntax.opener import locate, open_spec
from archc.syntax.reader import read
from archc.syntax.tree import Mapping, Scalar, Sequence, Tree, Unreadable

_NO_NAMES = Names(Known(), lambda name: None)


class Network(NamedTuple):
    """A spec as a recipe uses it."""

    path: str
    source: Source
    graph: Graph


def read_network(
    document: Document, diagnostics: Diagnostics, *, exact: bool = False
) -> Network | None:
    """Return the network that `spec`, `params` and `input` of a recipe describe.

    Args:
        document: the recipe; the path of the spec is relative to its folder.
        diagnostics: where mistakes of the recipe and of the spec are reported.
        exact: report inexact strides as errors.
    """
    tree, errors = document.tree, len(diagnostics.errors)
    named = tree.get("spec")
    if not isinstance(named, Scalar) or not isinstance(named.value, str) or not named.value:
        if named is not None and not isinstance(named, Unreadable):
            wrong = WrongForm("`spec`", "the path of a spec, or a model's name", named.described())
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
    params = _params(tree.get("params"), described, diagnostics)
    given = _input(tree.get("input"), diagnostics)
    network = elaborate(described, diagnostics, params, given, exact=exact)
    if len(diagnostics.errors) > errors:
        return None
    graph = network.sound()
    _check_output(graph, named.span, diagnostics)
    return Network(path, source, graph)


def _opened(path: Path, place: Span, diagnostics: Diagnostics) -> Source | None:
    """Return the text of a spec; one that is not there is a mistake of the recipe's."""
    found = Diagnostics()
    source = open_spec(path, found)
    for one in found:
        if isinstance(one.problem, UnreadableFile):
            diagnostics.report(UnreadableFile(f"{one.problem.reason} ({path})"), place)
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


def _params(tree: Tree | None, spec: Spec, diagnostics: Diagnostics) -> dict[str, SpecValue]:
    if tree is None or isinstance(tree, Unreadable):
        return {}
    if not isinstance(tree, Mapping):
        problem = WrongForm("`params`", "a mapping of the spec's parameters", tree.described())
        diagnostics.report(problem, tree.span)
        return {}
    found = {}
    for key, value in tree:
        if key.text in spec.params:
            found[key.text] = spec_value(value, _NO_NAMES, diagnostics)
        else:
            diagnostics.report(UnknownParameter(key.text, tuple(spec.params)), key.span)
    return found


def _input(tree: Tree | None, diagnostics: Diagnostics) -> list[SpecValue] | None:
    if isinstance(tree, Sequence) and len(tree.items) in (1, 3):
        return [spec_value(item, _NO_NAMES, diagnostics) for item in tree.items]
    if tree is not None and not isinstance(tree, Unreadable):
        needs = "a list of channels, height and width, or of features only"
        diagnostics.report(WrongForm("`input`", needs, tree.described()), tree.span)
    return None


def _check_output(graph: Graph, span: Span, diagnostics: Diagnostics) -> None:
    """Report a network that gives anything but one element a class."""
    what, needs = "the network of a recipe", "one that gives a vector, an element a class"
    if set(graph.outputs) != {""}:
        found = f"one with the named outputs {listing(list(graph.outputs))}"
        diagnostics.report(WrongForm(what, needs, found), span)
        return
    shape = graph.outputs[""].shape
    if len(shape) != 1:
        found = f"one that gives {' × '.join(map(str, shape))}"
        diagnostics.report(WrongForm(what, needs, found), span)
