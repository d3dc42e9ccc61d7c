"""The `data:` of a recipe."""

from archc.diagnostics import Diagnostics
from archc.language.calls import Call, read_call, read_settings, read_value
from archc.language.respelling import respelt
from archc.ops.base.kinds import Kind, OneOf, Unfit, Value, Whole
from archc.problems.structure import MissingKey, UnknownKey, WrongForm
from archc.problems.values import BadValue
from archc.recipe.datasets import DATASETS
from archc.recipe.kinds import COUNT, DEVIATION, FLAG, NUMBER, ListOf
from archc.recipe.model import Data, Numbers
from archc.recipe.transforms import TRANSFORMS
from archc.syntax.tree import Mapping, Scalar, Sequence, Tree, Unreadable

DATA: dict[str, Kind] = {
    "batch_size": COUNT,
    "workers": Whole(0, 1024),
    "prefetch": COUNT,
    "pin_memory": FLAG,
    "on_error": OneOf("fail", "skip"),
}
"""The keys of `data:` that are plain values."""

READ_ELSEWHERE = ("normalize", "train_transforms", "test_transforms", "class_names")
_MOMENTS: dict[str, Kind] = {
    "mean": ListOf(NUMBER, 1, 4096),
    "std": ListOf(DEVIATION, 1, 4096),
}


def read_data(tree: Tree, diagnostics: Diagnostics) -> Data | None:
    """Return what `data:` says, or None after reporting why it says nothing of use."""
    if not isinstance(tree, Mapping):
        if not isinstance(tree, Unreadable):
            problem = WrongForm("`data`", "a mapping that names a data set", tree.described())
            diagnostics.report(problem, tree.span)
        return None
    sources = {
        name: setting for entry in DATASETS.values() for name, setting in entry.settings.items()
    }
    beside = tuple(name for name in sources if name != "root")
    known = (*DATASETS, *DATA, *READ_ELSEWHERE, *beside)
    tree = respelt(tree, known, "`data`", diagnostics)
    source = _source(tree, beside, diagnostics)
    given = [pair for pair in tree if pair[0].text in DATA]
    settings = read_settings(DATA, given, "`data`", diagnostics)
    transforms = {
        name: _transforms(name, tree.get(name), diagnostics)
        for name in ("train_transforms", "test_transforms")
    }
    normalize = _normalize(tree.get("normalize"), diagnostics)
    if source is None:
        return None
    named = {**settings, **transforms}
    return Data(source, tree.span, normalize, **named)  # type: ignore[arg-type]  # as accepted


def _source(tree: Mapping, beside: tuple[str, ...], diagnostics: Diagnostics) -> Call | None:
    named = [pair for pair in tree if pair[0].text in DATASETS]
    if not named:
        problem = MissingKey(
            tuple(DATASETS), "`data`", "it needs one of them: where the samples are"
        )
        diagnostics.report(problem, tree.span)
        return None
    if len(named) > 1:
        several = WrongForm("`data`", "of one data set", f"of {len(named)}")
        diagnostics.report(several, named[1][0].span)
        return None
    ((key, value),) = named
    entries = {key.text: (key, value)}
    takes = DATASETS[key.text].settings
    for name, pair in tree.entries.items():
        if name in beside and name in takes:
            entries[name] = pair
        elif name in beside or (name == "class_names" and key.text != "image_folder"):
            known = tuple(setting for setting in takes if setting != "root")
            diagnostics.report(UnknownKey(name, f"data of `{key.text}`", known), pair[0].span)
    call = read_call(Mapping(entries, tree.span), DATASETS, "data", diagnostics)
    names = tree.get("class_names")
    if call is None or names is None or key.text != "image_folder":
        return call
    return call._replace(
        settings={**call.settings, "class_names": _class_names(names, diagnostics)}
    )


def _class_names(tree: Tree, diagnostics: Diagnostics) -> tuple[Value, ...]:
    """Return pairs of a folder's name and the class's."""
    if not isinstance(tree, Mapping):
        needs = "a mapping of folders to the names of classes"
        diagnostics.report(WrongForm("`class_names`", needs, tree.described()), tree.span)
        return ()
    found: list[tuple[str, str]] = []
    for key, value in tree:
        if isinstance(value, Scalar) and value.value is not None and value.text:
            found.append((key.text, value.text))
        elif not isinstance(value, Unreadable):
            diagnostics.report(BadValue(key.text, "a name", value.described()), value.span)
    return tuple(found)


def _transforms(name: str, tree: Tree | None, diagnostics: Diagnostics) -> tuple[Call, ...]:
    if tree is None or isinstance(tree, Unreadable):
        return ()
    if not isinstance(tree, Sequence):
        diagnostics.report(WrongForm(f"`{name}`", "a list", tree.described()), tree.span)
        return ()
    calls = [read_call(item, TRANSFORMS, name, diagnostics) for item in tree.items]
    return tuple(call for call in calls if call is not None)


def _normalize(tree: Tree | None, diagnostics: Diagnostics) -> Numbers | str | None:
    if tree is None or isinstance(tree, Unreadable):
        return None
    if not isinstance(tree, Mapping):
        word = read_value(
            "normalize", OneOf("computed", "{mean: […], std: […]}"), tree, diagnostics
        )
        return None if isinstance(word, Unfit) else "computed"
    found = read_settings(_MOMENTS, list(tree), "`normalize`", diagnostics)
    missing = tuple(name for name in _MOMENTS if name not in tree.entries)
    if missing:
        diagnostics.report(MissingKey(missing, "`normalize`"), tree.span)
    if len(found) < 2:
        return None
    numbers = Numbers(**found)  # type: ignore[arg-type]  # both were accepted as lists of numbers
    if len(numbers.mean) != len(numbers.std):
        needs = "of as many channels as `mean`"
        diagnostics.report(BadValue("std", needs, f"{len(numbers.std)}"), tree.span)
    return numbers
