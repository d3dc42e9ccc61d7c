"""Telling recipes from specs."""

from archc.syntax.tree import Mapping, Tree


def is_recipe(tree: Tree | None) -> bool:
    """Whether a document is a recipe, not a spec."""
    if not isinstance(tree, Mapping):
        return False
    keys = tree.entries.keys()
    trains = "optimizer" in keys or "data" in keys
    return "spec" in keys or (trains and not keys & {"layers", "branches"})
