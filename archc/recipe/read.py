"""Recipes: from a file to what is to be done, with the care that specs are read with."""

import os
from collections.abc import Sequence as Sequences

from archc.diagnostics import Diagnostics
from archc.language.calls import Entry, read_call, read_settings, read_value
from archc.language.respelling import respelt
from archc.ops.base.kinds import Kind, OneOf, Whole
from archc.problems.base import quoted
from archc.problems.recipes import UnusableData
from archc.problems.structure import MissingKey, OtherDocument, UnsupportedVersion, WrongForm
from archc.problems.values import BadValue
from archc.recipe.batches import check_batch_norm, known_splits
from archc.recipe.data import read_data
from archc.recipe.fit import check_data, check_optimizer, check_parallel, check_schedule
from archc.recipe.kinds import BELOW_ONE, BETWEEN, COUNT, FLAG, NOT_NEGATIVE, POSITIVE
from archc.recipe.model import Data, EarlyStopping, Phase, Recipe
from archc.recipe.network import read_network
from archc.recipe.optimizers import OPTIMIZERS
from archc.recipe.overrides import overridden
from archc.recipe.schedules import SCHEDULES
from archc.source import Source
from archc.syntax.documents import is_spec, start_of
from archc.syntax.opener import SpecLike, open_spec
from archc.syntax.reader import read
from archc.syntax.tree import Mapping, Scalar, Sequence, Tree, Unreadable

PLAIN: dict[str, Kind] = {
    "epochs": COUNT,
    "seed": Whole(0),
    "accumulate": COUNT,
    "clip_norm": POSITIVE,
    "clip_value": POSITIVE,
    "precision": OneOf("auto", "fp32", "bf16", "fp16"),
    "compile": FLAG,
    "channels_last": FLAG,
    "ema": BETWEEN,
    "parallel": OneOf("ddp", "fsdp"),
    "checkpoint_steps": COUNT,
}
"""The keys of a recipe that are plain values."""

REQUIRED = ("spec", "data", "optimizer", "epochs")
KEYS = (
    *("archc", "spec", "params", "input", "data", "loss", "optimizer", "schedule"),
    *PLAIN,
    "early_stopping",
)
STOPPING: dict[str, Kind] = {
    "patience": COUNT,
    "monitor": OneOf("loss", "accuracy"),
    "min_delta": NOT_NEGATIVE,
}
LOSSES = {"cross_entropy": Entry("CrossEntropyLoss", {"label_smoothing": BELOW_ONE})}


def read_recipe(
    path: SpecLike,
    diagnostics: Diagnostics,
    overrides: Sequences[tuple[str, str]] = (),
) -> Recipe | None:
    """Return a recipe and the network that it names, or None where too much is wrong.

    Args:
        path: the recipe; its spec is relative to its folder.
        diagnostics: where mistakes of the recipe and of its spec are reported.
        overrides: paths and texts of ``--set optimizer.lr=3e-4``.
    """
    source = open_spec(path, diagnostics)
    tree = read(source, diagnostics) if source else None
    if source is None or tree is None:
        return None
    return read_tree(tree, source, diagnostics, overrides, folder_of(source))


def folder_of(source: Source) -> str:
    """Return the folder that a recipe is in; empty, the working directory, if it is in none."""
    return os.path.dirname(source.name)


def read_tree(
    tree: Tree,
    source: Source,
    diagnostics: Diagnostics,
    overrides: Sequences[tuple[str, str]] = (),
    folder: str = "",
    *,
    exact: bool = False,
) -> Recipe | None:
    """Do what `read_recipe` does, where the text has been read into a tree already.

    Strides of the network that do not divide evenly are errors where it is to be `exact`.
    """
    if not isinstance(tree, Mapping):
        if not isinstance(tree, Unreadable):
            needs = "a mapping with `spec:`, `data:`, `optimizer:` and `epochs:`"
            diagnostics.report(WrongForm("a recipe", needs, tree.described()), tree.span)
        return None
    if is_spec(tree):
        diagnostics.report(OtherDocument("spec"), start_of(tree))
        return None
    tree = overridden(tree, overrides, diagnostics)
    tree = respelt(tree, KEYS, "a recipe", diagnostics)
    _version(tree.get("archc"), diagnostics)
    missing = tuple(key for key in REQUIRED if key not in tree.entries)
    if missing:
        diagnostics.report(MissingKey(missing, "a recipe"), start_of(tree))
    given = [pair for pair in tree if pair[0].text in PLAIN]
    settings = read_settings(PLAIN, given, "a recipe", diagnostics)
    data_tree, optimizer_tree = tree.get("data"), tree.get("optimizer")
    data = read_data(data_tree, diagnostics) if data_tree else None
    optimizer = (
        read_call(optimizer_tree, OPTIMIZERS, "optimizer", diagnostics) if optimizer_tree else None
    )
    epochs = settings.get("epochs")
    schedule = _schedule(tree.get("schedule"), epochs, diagnostics)
    smoothing = _label_smoothing(tree.get("loss"), diagnostics)
    stopping = _early_stopping(tree.get("early_stopping"), diagnostics)
    network = read_network(tree, folder, diagnostics, exact=exact)
    if data is not None:
        _check_root(data, diagnostics)
    if optimizer is not None:
        check_schedule(optimizer, schedule, diagnostics)
        check_parallel(optimizer, settings.get("parallel"), diagnostics)
    if network is None or data is None:
        return None
    if not diagnostics.errors:
        check_data(data, network, tree, diagnostics)
        accumulate = settings.get("accumulate", 1)
        splits = known_splits(data, accumulate if isinstance(accumulate, int) else 1)
        check_batch_norm(data, network.graph, tree, splits, diagnostics)
        if optimizer is not None:
            check_optimizer(optimizer, network.graph, diagnostics)
    if optimizer is None or epochs is None:
        return None
    return Recipe(
        source,
        network.path,
        network.source,
        network.graph,
        data,
        optimizer,
        schedule=schedule,
        label_smoothing=smoothing,
        early_stopping=stopping,
        tree=tree,
        **settings,  # type: ignore[arg-type]  # each was accepted by the kind of its own field
    )


def _version(tree: Tree | None, diagnostics: Diagnostics) -> None:
    if isinstance(tree, Scalar) and type(tree.value) is int and tree.value == 1:
        return
    if tree is not None and not isinstance(tree, Unreadable):
        diagnostics.report(UnsupportedVersion(tree.described()), tree.span)


def _schedule(tree: Tree | None, epochs: object, diagnostics: Diagnostics) -> tuple[Phase, ...]:
    if tree is None or isinstance(tree, Unreadable):
        return ()
    items = tree.items if isinstance(tree, Sequence) else [tree]
    phases, total = [], 0
    for number, item in enumerate(items, start=1):
        phase = _phase(item, diagnostics)
        if phase is None:
            continue
        phases.append(phase)
        total += phase.epochs or 0
        if phase.epochs is None and number < len(items):
            advice = "only the last schedule of a list goes on to the end"
            name = f"`{phase.schedule.name}`"
            diagnostics.report(MissingKey(("epochs",), name, advice), phase.schedule.span)
    open_end = bool(phases) and phases[-1].epochs is None
    if phases and isinstance(epochs, int):
        needs = _length_needed(total, epochs, open_end)
        if needs is not None:
            diagnostics.report(BadValue("epochs", needs, str(epochs)), tree.span)
    return tuple(phases)


def _length_needed(total: int, epochs: int, open_end: bool) -> str | None:
    """Return what `epochs` must be for schedules of `total` epochs; None where it is."""
    if total + open_end > epochs:
        return f"at least {total + open_end}, as long as its schedules"
    if total < epochs and not open_end:
        return f"{total}, as long as its schedules, unless the last goes on without `epochs`"
    return None


def _phase(tree: Tree, diagnostics: Diagnostics) -> Phase | None:
    epochs = None
    if isinstance(tree, Mapping) and "epochs" in tree.entries:
        _, length = tree.entries["epochs"]
        accepted = read_value("epochs", COUNT, length, diagnostics)
        epochs = accepted if isinstance(accepted, int) else None
        rest = {name: pair for name, pair in tree.entries.items() if name != "epochs"}
        tree = Mapping(rest, tree.span)
    call = read_call(tree, SCHEDULES, "schedule", diagnostics)
    return Phase(call, epochs) if call is not None else None


def _label_smoothing(tree: Tree | None, diagnostics: Diagnostics) -> float:
    call = read_call(tree, LOSSES, "loss", diagnostics) if tree is not None else None
    given = call.settings.get("label_smoothing") if call else None
    return float(given) if isinstance(given, int | float) else 0.0


def _early_stopping(tree: Tree | None, diagnostics: Diagnostics) -> EarlyStopping | None:
    if tree is None or isinstance(tree, Unreadable):
        return None
    if not isinstance(tree, Mapping):
        problem = WrongForm("`early_stopping`", "a mapping of its settings", tree.described())
        diagnostics.report(problem, tree.span)
        return None
    found = read_settings(STOPPING, list(tree), "`early_stopping`", diagnostics)
    if "patience" not in tree.entries:
        diagnostics.report(MissingKey(("patience",), "`early_stopping`"), tree.span)
    if "patience" not in found:
        return None
    return EarlyStopping(**found)  # type: ignore[arg-type]  # accepted by their kinds


def _check_root(data: Data, diagnostics: Diagnostics) -> None:
    """Report data that cannot be: whether it is there is for training to find out."""
    root = data.source.settings.get("root")
    if isinstance(root, str) and os.path.isfile(root):
        problem = UnusableData(f"{quoted(root)} is a file", "name the folder that the data is in")
        diagnostics.report(problem, data.source.span)
