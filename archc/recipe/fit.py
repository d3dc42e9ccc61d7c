"""Whether the parts of a recipe fit one another, as far as that is known without the data."""

from collections.abc import Sequence

from archc.analyses.keys import state_keys
from archc.diagnostics import Diagnostics, Label
from archc.graph.graph import Graph
from archc.language.calls import Call
from archc.problems.recipes import DataMisfit
from archc.problems.values import BadValue
from archc.recipe.datasets import DATASETS
from archc.recipe.model import Data, Numbers, Phase
from archc.recipe.network import Network
from archc.recipe.optimizers import OPTIMIZERS
from archc.recipe.schedules import SCHEDULES
from archc.recipe.transforms import TRANSFORMS
from archc.syntax.tree import Mapping


def check_data(data: Data, network: Network, tree: Mapping, diagnostics: Diagnostics) -> None:
    """Report where the data, as far as it is known unread, does not fit the network."""
    misfit = _misfit(data, network.graph)
    if misfit is None:
        _check_numbers(data, network.graph, tree, diagnostics)
        return
    place = tree.get("spec")
    labels = [Label(place.span, "the network")] if place is not None else []
    diagnostics.report(misfit, data.source.span, labels)


def _misfit(data: Data, graph: Graph) -> DataMisfit | None:
    known = DATASETS[data.source.name]
    classes, takes = graph.outputs[""].shape, graph.input.shape
    if known.classes is None:
        return None
    if known.classes != classes[0]:
        return DataMisfit("classes", known.classes, classes[0])
    if len(takes) != 3:
        return None
    for calls in (data.train_transforms, data.test_transforms):
        channels = _channels(data, calls)
        if channels != takes[0]:
            return DataMisfit("channels", channels, takes[0])
    size = (known.height, known.width)
    if data.train_transforms or data.test_transforms or size == tuple(takes[1:]):
        return None
    advice = f"end both transforms with `resize: [{takes[1]}, {takes[2]}]`"
    has, wants = f"{size[0]} × {size[1]}", f"{takes[1]} × {takes[2]}"
    return DataMisfit("size", has, wants, resizing=advice)


def _channels(data: Data, transforms: Sequence[Call]) -> int:
    """Return the channels that images of a data set have after some transforms."""
    found = DATASETS[data.source.name].channels
    for call in transforms:
        if (gives := TRANSFORMS[call.name].channels) is not None:
            found = gives(call.settings)
    return found


def _check_numbers(data: Data, graph: Graph, tree: Mapping, diagnostics: Diagnostics) -> None:
    """Report numbers to normalise by that are not one for each channel of the images."""
    takes, section = graph.input.shape, tree.get("data")
    place = section.get("normalize") if isinstance(section, Mapping) else None
    if not isinstance(data.normalize, Numbers) or place is None:
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
        else Label(data.source.span, f"images of {channels} channels")
    )
    diagnostics.report(DataMisfit("normalize", given, channels), place.span, [label])


def check_optimizer(call: Call, graph: Graph, diagnostics: Diagnostics) -> None:
    """Report an optimizer that steps matrices alone, where the network has other weights."""
    if not OPTIMIZERS[call.name].matrices:
        return
    keys = state_keys(graph).items()
    other = [(name, key) for name, key in keys if key.trained and len(key.shape) != 2]
    if not other:
        return
    name, key = other[0]
    shape = "×".join(map(str, key.shape))
    needs = "for a network whose weights are all matrices, as torch has it"
    label = Label(key.node.span, f"`{name}` is of {shape}")
    diagnostics.report(BadValue(call.name, needs, "this one"), call.span, [label])


def check_parallel(optimizer: Call, parallel: object, diagnostics: Diagnostics) -> None:
    """Report an optimizer that needs whole weights, where they are to be divided."""
    if parallel == "fsdp" and OPTIMIZERS[optimizer.name].undivided:
        needs = "`ddp` with this optimizer, which steps whole weights alone"
        diagnostics.report(BadValue("parallel", needs, "`fsdp`"), optimizer.span)


def check_schedule(optimizer: Call, schedule: Sequence[Phase], diagnostics: Diagnostics) -> None:
    """Report a schedule that moves the momentum, as is its default, where there is none."""
    if OPTIMIZERS[optimizer.name].settings.keys() & {"momentum", "betas"}:
        return
    for call, _ in schedule:
        moves = "cycle_momentum" in SCHEDULES[call.name].settings
        if moves and call.settings.get("cycle_momentum", True):
            needs = f"false with `{optimizer.name}`, which has no momentum"
            label = Label(optimizer.span, "the optimizer")
            problem = BadValue("cycle_momentum", needs, "true, its default")
            diagnostics.report(problem, call.span, [label])
