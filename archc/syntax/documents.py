"""Specs and recipes distinguished by their keys, for a file of one kind in place of the other."""

from archc.source import Span
from archc.syntax.tree import Mapping, Tree

_SPEC = {"layers", "branches", "blocks", "auxiliary", "outputs"}
_RECIPE = {"spec", "data", "optimizer", "schedule", "epochs"}


def is_recipe(tree: Tree) -> bool:
    """Whether more of a document's keys are a recipe's than a spec's."""
    return _more(tree, _RECIPE, _SPEC)


def is_spec(tree: Tree) -> bool:
    """Whether more of a document's keys are a spec's than a recipe's."""
    return _more(tree, _SPEC, _RECIPE)


def start_of(tree: Tree) -> Span:
    """Return the location of a document's first key, for a problem with all of the document."""
    keys = iter(tree) if isinstance(tree, Mapping) else iter(())
    return next((key.span for key, _ in keys), tree.span)


def _more(tree: Tree, these: set[str], those: set[str]) -> bool:
    keys = tree.entries.keys() if isinstance(tree, Mapping) else set()
    return len(keys & these) > len(keys & those)
