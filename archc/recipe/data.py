"""The `data:` of a recipe."""

from typing import Annotated, Any, Literal, NamedTuple

from annotated_types import Ge, Le
from pydantic import Field

from archc.diagnostics import Diagnostics
from archc.doors import DoorError
from archc.language.respelling import respelt
from archc.problems.forms import OneDataSet
from archc.problems.recipes import BrokenPackage
from archc.problems.structure import MissingKey, UnknownKey, WrongForm
from archc.recipe.base.choices import Chosen
from archc.recipe.base.settings import Conflict, Settings
from archc.recipe.base.values import Count, Deviation, Number
from archc.recipe.data_sets.base.kind import DataSet
from archc.recipe.doors import DATA_SETS, TRANSFORMS
from archc.recipe.transforms.base.kind import Transform
from archc.syntax.tree import Mapping, Scalar, Tree, Unreadable

MOST_CHANNELS = 4096
Transforms = tuple[Annotated[Transform, Chosen(TRANSFORMS)], ...]


class Numbers(NamedTuple):
    """Mean and standard deviation of each channel, of pixels scaled to 0 … 1."""

    mean: tuple[float, ...]
    std: tuple[float, ...]


class Normalize(Settings):
    """The numbers by which images are normalised, one for each channel, of pixels from 0 to 1."""

    mean: Annotated[
        tuple[Number, ...],
        Field(min_length=1, max_length=MOST_CHANNELS, description="mean of each channel"),
    ]
    std: Annotated[
        tuple[Deviation, ...],
        Field(min_length=1, max_length=MOST_CHANNELS, description="standard deviation of each"),
    ]

    def conflict(self) -> Conflict | None:
        """Return the conflict of lists of different lengths."""
        means, deviations = len(self.mean), len(self.std)
        if means == deviations:
            return None
        return Conflict("std", f"a list of {means}, as `mean` is", f"one of {deviations}")

    @property
    def numbers(self) -> Numbers:
        """The numbers."""
        return Numbers(self.mean, self.std)


class Data(Settings):
    """Where the samples come from, and what is done to them on the way to the network."""

    source: Annotated[DataSet, Chosen(DATA_SETS), Field(description="the data set")]
    normalize: Annotated[
        Normalize | Literal["computed"] | None,
        Field(
            description="`mean` and `std` that pixels from 0 to 1 are normalised by, or `computed` "
            "over the training split"
        ),
    ] = None
    batch_size: Annotated[Count, Field(description="samples of one step of one process")] = 64
    train_transforms: Annotated[
        Transforms, Field(description="transforms of each training image")
    ] = ()
    test_transforms: Annotated[
        Transforms, Field(description="transforms of each image that is only looked at")
    ] = ()
    workers: Annotated[
        int,
        Ge(0),
        Le(1024),
        Field(description="processes that load images; 0 loads in the training process"),
    ] = 0
    prefetch: Annotated[Count, Field(description="batches that each worker is ahead")] = 2
    pin_memory: Annotated[
        bool | None,
        Field(description="load into pinned memory; left out: where the network is on CUDA"),
    ] = None
    on_error: Annotated[
        Literal["fail", "skip"], Field(description="what to do about images that cannot be read")
    ] = "fail"

    @classmethod
    def arranged(cls, tree: Tree, where: str, diagnostics: Diagnostics) -> Mapping | None:
        """Return `tree` with the data set and its settings under `source`."""
        if not isinstance(tree, Mapping):
            if not isinstance(tree, Unreadable):
                problem = WrongForm(where, OneDataSet(), tree.described())
                diagnostics.report(problem, tree.span)
            return None
        own = tuple(name for name in cls.model_fields if name != "source")
        names = DATA_SETS.all_names()
        added = _added(tree, diagnostics)
        if added is None:
            return None
        sets = [*map(DATA_SETS.find, DATA_SETS.names()), *added]
        settings = {name for each in sets for name in each.model_fields if name != each.principal}
        meant = respelt(tree, (*names, *own, *sorted(settings)), where, diagnostics)
        entries = {name: pair for name, pair in meant.entries.items() if name in own}
        source = _source(meant, where, settings, diagnostics)
        if source is None or source[0].text not in tree.entries:  # which has been reported
            source = Scalar("source", True, tree.span), Unreadable(tree.span)
        return Mapping({**entries, "source": source}, tree.span)


def _added(tree: Mapping, diagnostics: Diagnostics) -> list[type[DataSet]] | None:
    """Return the data sets of other packages that a recipe names; None if one is broken."""
    own, names = DATA_SETS.names(), DATA_SETS.all_names()
    added = []
    for key, _ in tree:
        if key.text not in names or key.text in own:
            continue
        try:
            added.append(DATA_SETS.find(key.text))
        except DoorError as error:
            diagnostics.report(BrokenPackage(key.text, error), key.span)
            return None
    return added


def _source(
    tree: Mapping, where: str, settings: set[str], diagnostics: Diagnostics
) -> tuple[Scalar, Tree] | None:
    """Return the data set with the settings beside it, or None after reporting why not."""
    names = DATA_SETS.all_names()
    named = [pair for pair in tree if pair[0].text in names]
    if not named:
        advice = "it needs one of them: where the samples are"
        diagnostics.report(MissingKey(names, where, advice), tree.span)
        return None
    if len(named) > 1:
        several = WrongForm(where, OneDataSet(), f"one that names {len(named)}")
        diagnostics.report(several, named[1][0].span)
        return None
    ((key, value),) = named
    takes: dict[str, Any] = DATA_SETS.find(key.text).model_fields
    principal = DATA_SETS.find(key.text).principal
    entries = {key.text: (key, value)}
    for name in settings & tree.entries.keys():
        if name in takes and name != principal:
            entries[name] = tree.entries[name]
        else:
            known = tuple(setting for setting in takes if setting != principal)
            problem = UnknownKey(name, f"data of `{key.text}`", known)
            diagnostics.report(problem, tree.entries[name][0].span)
    return key, Mapping(entries, tree.span)
