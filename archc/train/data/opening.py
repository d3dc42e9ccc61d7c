"""The data of a recipe, opened, and held against the network before the first batch."""

from importlib import import_module

from archc.diagnostics import Diagnostics, Label
from archc.language.calls import Call
from archc.problems.recipes import DataMisfit, UnusableData
from archc.recipe.model import Recipe
from archc.train.data.loading import Loading
from archc.train.data.samples import Asked, DataError, Samples, Splits, UnusableError
from archc.train.data.transforms import composed

Opened = Splits


def open_data(recipe: Recipe, diagnostics: Diagnostics) -> Opened | None:
    """Return the data of a recipe, or None after reporting why it cannot be used."""
    source = recipe.data.source
    reader = import_module(f"archc.train.data.sets.{source.name}")
    data = recipe.data
    asked = Asked(_channels(recipe), recipe.seed, data.on_error == "skip", data.workers)
    try:
        found: Splits = reader.open_splits(source.settings, asked)
    except UnusableError as error:
        diagnostics.report(UnusableData(error.reason, error.advice), source.span)
        return None
    if not (len(found.train) and len(found.test)):
        diagnostics.report(UnusableData("a split has no images"), source.span)
        return None
    if len(found.classes) == 1:
        reason = f"it has one class alone, {found.classes[0]}: there is nothing to tell apart"
        diagnostics.report(UnusableData(reason), source.span)
        return None
    before = len(diagnostics.errors)
    _fit_classes(recipe, found, diagnostics)
    _fit_images(recipe, found.train, recipe.data.train_transforms, diagnostics)
    _fit_images(recipe, found.test, recipe.data.test_transforms, diagnostics)
    return found if len(diagnostics.errors) == before else None


def _channels(recipe: Recipe) -> int:
    shape = recipe.graph.input.shape
    return 1 if shape is not None and len(shape) == 3 and shape[0] == 1 else 3


def _fit_classes(recipe: Recipe, found: Splits, diagnostics: Diagnostics) -> None:
    output = recipe.graph.outputs[""]
    told_apart = None if output.shape is None else output.shape[-1]
    if told_apart not in (None, len(found.classes)):
        label = Label(output.span, f"{told_apart} classes here")
        problem = DataMisfit("classes", len(found.classes), int(told_apart))
        diagnostics.report(problem, recipe.data.source.span, [label])


def _fit_images(
    recipe: Recipe, samples: Samples, calls: tuple[Call, ...], diagnostics: Diagnostics
) -> None:
    """Hold the first image, transformed, against the network's input."""
    span, entry = recipe.data.source.span, recipe.graph.input
    loading = Loading(samples, composed(calls), recipe.seed, None)
    read = loading[0, 0]
    if isinstance(read, DataError):
        diagnostics.report(UnusableData(f"{read.path}: {read.reason}"), span)
        return
    has = tuple(read[0].shape)
    takes = entry.shape
    if takes is None or has == tuple(takes) or (len(takes) == 1 and read[0].numel() == takes[0]):
        return
    label = Label(entry.span, f"the network takes {_told(takes)}")
    if len(takes) == 3 and has[0] != takes[0]:
        diagnostics.report(DataMisfit("channels", has[0], takes[0]), span, [label])
    else:
        diagnostics.report(DataMisfit("size", _told(has), _told(takes)), span, [label])


def _told(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))
