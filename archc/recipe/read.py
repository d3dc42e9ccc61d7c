"""Recipes: from a file to what is to be done, with the care that specs are read with."""

import os
from collections.abc import Sequence as Sequences

from archc.diagnostics import Diagnostics
from archc.problems.base import quoted
from archc.problems.recipes import UnusableData
from archc.problems.structure import UnsupportedVersion
from archc.recipe.base.reading import Part, read_part
from archc.recipe.batches import check_batch_norm, known_splits
from archc.recipe.data import Data
from archc.recipe.document import Document, open_document
from archc.recipe.fit import (
    check_data,
    check_lengths,
    check_momentum,
    check_optimizer,
    check_parallel,
)
from archc.recipe.model import Keys, Recipe
from archc.recipe.network import Network, read_network
from archc.syntax.documents import start_of
from archc.syntax.opener import SpecLike
from archc.syntax.tree import Scalar, Tree, Unreadable

_READ_BY_OTHERS = ("archc", "spec", "variant", "params", "input")
"""Keys whose values are reported here, or by whoever reads the spec."""


def read_recipe(
    path: SpecLike,
    diagnostics: Diagnostics,
    overrides: Sequences[tuple[str, str]] = (),
) -> Recipe | None:
    """Return a recipe and the network that it names, or None where anything in it is invalid.

    Args:
        path: the recipe; its spec is relative to its folder.
        diagnostics: where mistakes of the recipe and of its spec are reported.
        overrides: paths and texts of ``--set optimizer.lr=3e-4``.
    """
    document = open_document(path, diagnostics, overrides)
    return None if document is None else read_keys(document, diagnostics)


def read_keys(
    document: Document, diagnostics: Diagnostics, *, exact: bool = False
) -> Recipe | None:
    """Return what a document says, or None where anything in it is invalid.

    Args:
        document: the recipe.
        diagnostics: where mistakes of the recipe and of its spec are reported.
        exact: report strides of the network that do not divide evenly as errors.
    """
    tree = document.tree
    _check_version(tree.get("archc"), diagnostics)
    read = read_part(Keys, tree, "a recipe", start_of(tree), diagnostics, _READ_BY_OTHERS)
    before = len(diagnostics.errors)
    network = read_network(document, diagnostics, exact=exact)
    if len(diagnostics.errors) > before or diagnostics.full:
        network = None
    _check_together(read, network, document, diagnostics)
    if read.value is None or network is None:
        return None
    return Recipe.model_construct(
        read.value.model_fields_set, **dict(read.value), document=document, network=network
    )


def _check_version(tree: Tree | None, diagnostics: Diagnostics) -> None:
    if isinstance(tree, Scalar) and type(tree.value) is int and tree.value == 1:
        return
    if tree is not None and not isinstance(tree, Unreadable):
        diagnostics.report(UnsupportedVersion(tree.described()), tree.span)


def _check_together(
    read: Part[Keys], network: Network | None, document: Document, diagnostics: Diagnostics
) -> None:
    """Report what does not go together, each check as soon as the parts that it reads are valid."""
    if keys := read.with_valid("optimizer", "schedule"):
        check_momentum(keys, document, diagnostics)
    if keys := read.with_valid("schedule", "epochs"):
        check_lengths(keys, document, diagnostics)
    if keys := read.with_valid("optimizer", "parallel"):
        check_parallel(keys, document, diagnostics)
    if network is not None and (keys := read.with_valid("optimizer")):
        check_optimizer(keys, network.graph, document, diagnostics)
    _check_data(read, network, document, diagnostics)


def _check_data(
    read: Part[Keys], network: Network | None, document: Document, diagnostics: Diagnostics
) -> None:
    part: Part[Data] | None = read.parts.get("data")
    if part is None:
        return
    if data := part.with_valid("source"):
        _check_root(data, document, diagnostics)
    if network is None:
        return
    if data := part.with_valid("source", "normalize", "train_transforms", "test_transforms"):
        check_data(data, network.graph, document, diagnostics)
    keys, data = read.with_valid("accumulate"), part.with_valid("source", "batch_size")
    if keys is not None and data is not None:
        splits = known_splits(data, keys.accumulate)
        check_batch_norm(data, network.graph, document, splits, diagnostics)


def _check_root(data: Data, document: Document, diagnostics: Diagnostics) -> None:
    """Report data that cannot be: whether it is there is for training to find out."""
    root = getattr(data.source, "root", None)
    if isinstance(root, str) and os.path.isfile(root):
        problem = UnusableData(f"{quoted(root)} is a file", "name the folder that the data is in")
        diagnostics.report(problem, document.key_span("data", data.source.name))
