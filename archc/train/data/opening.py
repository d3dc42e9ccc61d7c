"""The data of a recipe, opened and checked against the network before the first batch."""

from archc.diagnostics import Diagnostics, Label
from archc.problems.recipes import DataMisfit, UnusableData
from archc.recipe.model import Recipe
from archc.recipe.resizing import resizing_advice
from archc.samples.samples import Asked, DataError, Splits, UnusableError
from archc.source import Span
from archc.train.data.loading import Loading
from archc.train.data.transforms import composed


def open_data(recipe: Recipe, diagnostics: Diagnostics) -> Splits | None:
    """Return the data of a recipe, or None after reporting why it cannot be used."""
    data = recipe.data
    span = _data_span(recipe)
    asked = Asked(_channels(recipe), recipe.seed, data.on_error == "skip", data.workers)
    try:
        splits: Splits = data.source.open_splits(asked)
    except UnusableError as error:
        diagnostics.report(UnusableData(error.reason, error.advice), span)
        return None
    for name, samples in (("training", splits.train), ("test", splits.test)):
        if not len(samples):
            diagnostics.report(UnusableData(f"the {name} split has no images"), span)
            return None
    before = len(diagnostics.errors)
    _fit_classes(recipe, splits, diagnostics)
    _fit_images(recipe, splits, diagnostics, train=True)
    _fit_images(recipe, splits, diagnostics, train=False)
    return splits if len(diagnostics.errors) == before else None


def _data_span(recipe: Recipe) -> Span:
    return recipe.document.key_span("data", recipe.data.source.name)


def _channels(recipe: Recipe) -> int:
    shape = recipe.graph.input.shape
    return 1 if len(shape) == 3 and shape[0] == 1 else 3


def _fit_classes(recipe: Recipe, splits: Splits, diagnostics: Diagnostics) -> None:
    output = recipe.graph.outputs[""]
    classes = output.shape[-1]
    if classes != len(splits.classes):
        label = Label(output.span, f"{classes} classes here")
        problem = DataMisfit("classes", len(splits.classes), classes, splits.classes)
        diagnostics.report(problem, _data_span(recipe), [label])


def _fit_images(recipe: Recipe, splits: Splits, diagnostics: Diagnostics, *, train: bool) -> None:
    """Check the first image of a split, transformed, against the network's input."""
    span, entry = _data_span(recipe), recipe.graph.input
    samples = splits.train if train else splits.test
    calls = recipe.data.train_transforms if train else recipe.data.test_transforms
    read = Loading(samples, composed(calls), recipe.seed, None)[0, 0]
    if isinstance(read, DataError):
        diagnostics.report(UnusableData(f"{read.path}: {read.reason}"), span)
        return
    has = tuple(read[0].shape)
    takes = entry.shape
    if takes is None or has == tuple(takes) or (len(takes) == 1 and read[0].numel() == takes[0]):
        return
    label = Label(entry.span, f"the network takes {_times(takes)}")
    if len(takes) == 3 and has[0] != takes[0]:
        diagnostics.report(DataMisfit("channels", has[0], takes[0]), span, [label])
        return
    of = f"{_times(has)} ({'training' if train else 'test'} split, {samples.named(0)})"
    problem = DataMisfit("size", of, _times(takes))
    if len(takes) == 3:
        name = "train_transforms" if train else "test_transforms"
        problem = DataMisfit(
            "size", of, _times(takes), resizing=resizing_advice(calls, name, *takes[1:])
        )
    diagnostics.report(problem, span, [label])


def _times(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))
