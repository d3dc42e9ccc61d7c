"""Whether the parts of a recipe fit one another, as far as that is known without the data."""

from collections.abc import Sequence

from archc.analyses.keys import state_keys
from archc.diagnostics import Diagnostics, Label
from archc.graph.graph import Graph
from archc.problems.recipes import DataMisfit
from archc.problems.structure import MissingKey
from archc.problems.values import BadValue
from archc.recipe.data import Data, Normalize
from archc.recipe.document import Document
from archc.recipe.model import Keys
from archc.recipe.transforms.base.kind import Transform


def check_data(data: Data, graph: Graph, document: Document, diagnostics: Diagnostics) -> None:
    """Report where the data, as far as it is known unread, does not fit the network."""
    misfit = _misfit(data, graph)
    if misfit is None:
        _check_numbers(data, graph, document, diagnostics)
        return
    labels = [Label(document.span("spec"), "the network")]
    diagnostics.report(misfit, document.key_span("data", data.source.name), labels)


def _misfit(data: Data, graph: Graph) -> DataMisfit | None:
    source = data.source
    classes, takes = graph.outputs[""].shape, graph.input.shape
    if source.classes is None:
        return None
    if source.classes != classes[0]:
        return DataMisfit("classes", source.classes, classes[0])
    if len(takes) != 3:
        return None
    for transforms in (data.train_transforms, data.test_transforms):
        channels = _channels(data, transforms)
        if channels != takes[0]:
            return DataMisfit("channels", channels, takes[0])
    size = (source.height, source.width)
    if data.train_transforms or data.test_transforms or size == tuple(takes[1:]):
        return None
    advice = f"end both transforms with `resize: [{takes[1]}, {takes[2]}]`"
    has, wants = f"{size[0]} × {size[1]}", f"{takes[1]} × {takes[2]}"
    return DataMisfit("size", has, wants, resizing=advice)


def _channels(data: Data, transforms: Sequence[Transform]) -> int:
    """Return the channels that images of a data set have after some transforms."""
    channels = data.source.channels
    for transform in transforms:
        channels = transform.channels() or channels
    return channels


def _check_numbers(data: Data, graph: Graph, document: Document, diagnostics: Diagnostics) -> None:
    """Report numbers to normalise by that are not one for each channel of the images."""
    takes = graph.input.shape
    if not isinstance(data.normalize, Normalize):
        return
    given = len(data.normalize.mean)
    whole = len(takes) == 3
    channels = takes[0] if whole else _channels(data, data.test_transforms)
    if given == channels:
        return
    shape = "×".join(map(str, takes))
    label = (
        Label(graph.input.span, f"the network takes {shape}")
        if whole
        else Label(document.key_span("data", data.source.name), f"images of {channels} channels")
    )
    misfit = DataMisfit("normalize", given, channels)
    diagnostics.report(misfit, document.span("data", "normalize"), [label])


def check_optimizer(keys: Keys, graph: Graph, document: Document, diagnostics: Diagnostics) -> None:
    """Report an optimizer that steps matrices only, where the network has other weights."""
    if not keys.optimizer.matrices_only:
        return
    trained = [(name, key) for name, key in state_keys(graph).items() if key.trained]
    other = next(((name, key) for name, key in trained if len(key.shape) != 2), None)
    if other is None:
        return
    name, key = other
    shape = "×".join(map(str, key.shape))
    needs = "for a network whose weights are all matrices, as torch requires"
    label = Label(key.node.span, f"`{name}` is {shape}")
    problem = BadValue(keys.optimizer.name, needs, "this one")
    diagnostics.report(problem, document.name_span("optimizer"), [label])


def check_parallel(keys: Keys, document: Document, diagnostics: Diagnostics) -> None:
    """Report an optimizer that needs whole weights, where they are to be divided."""
    if keys.parallel == "fsdp" and keys.optimizer.undivided:
        needs = "`ddp` with this optimizer, which steps only whole weights"
        problem = BadValue("parallel", needs, "`fsdp`")
        diagnostics.report(problem, document.name_span("optimizer"))


def check_momentum(keys: Keys, document: Document, diagnostics: Diagnostics) -> None:
    """Report a schedule that moves the momentum, as is its default, where there is none."""
    optimizer = keys.optimizer
    if type(optimizer).model_fields.keys() & {"momentum", "betas"}:
        return
    for number, phase in enumerate(keys.schedule):
        if getattr(phase.schedule, "cycle_momentum", False):
            needs = f"false with `{optimizer.name}`, which has no momentum"
            label = Label(document.name_span("optimizer"), "the optimizer")
            problem = BadValue("cycle_momentum", needs, "true, its default")
            diagnostics.report(problem, document.name_span("schedule", number), [label])


def check_lengths(keys: Keys, document: Document, diagnostics: Diagnostics) -> None:
    """Report schedules that are not as long as training, or end nowhere before the last."""
    phases, whole = keys.schedule, True
    for number, phase in enumerate(phases[:-1]):
        if phase.epochs is None:
            advice = "only the last schedule of a list goes on to the end"
            problem = MissingKey(("epochs",), f"`{phase.schedule.name}`", advice)
            diagnostics.report(problem, document.name_span("schedule", number))
            whole = False
    if not phases:
        return
    total = sum(phase.epochs or 0 for phase in phases)
    needs = _length_needed(total, keys.epochs, phases[-1].epochs is None)
    if whole and needs is not None:
        problem_of_epochs = BadValue("epochs", needs, str(keys.epochs))
        diagnostics.report(problem_of_epochs, document.span("schedule"))


def _length_needed(total: int, epochs: int, open_end: bool) -> str | None:
    """Return what `epochs` must be for schedules of `total` epochs; None where it is."""
    if total + open_end > epochs:
        return f"at least {total + open_end}, as long as its schedules"
    if total < epochs and not open_end:
        return f"{total}, as long as its schedules, unless the last goes on without `epochs`"
    return None
