"""The one reader of recipes: a located tree in, a model out, each error at its line and column.

A tree is arranged as its model has it (calls by name, misspelt keys as they were meant), brought
to plain values and validated by pydantic; the `loc` of each error leads back into the tree.
"""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from types import UnionType
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from archc.diagnostics import Diagnostics
from archc.doors import DoorError
from archc.language.calls import read_call
from archc.language.respelling import meant
from archc.problems.forms import ListForm
from archc.problems.recipes import BrokenPackage
from archc.problems.structure import MissingKey, UnknownKey, WrongForm
from archc.problems.values import BadValue
from archc.recipe.base.choices import Choices, Chosen
from archc.recipe.base.expected import expected, item_schema, schemas
from archc.recipe.base.settings import Settings
from archc.recipe.base.values import AsWritten
from archc.source import Span
from archc.syntax.tree import Mapping, Scalar, Sequence, Tree, Unreadable

M = TypeVar("M", bound=Settings)


class _InvalidError(Exception):
    """A value is invalid, which has been reported."""


@dataclass(frozen=True)
class Part(Generic[M]):
    """What was read of a part of a recipe.

    Args:
        model: what the part is to be.
        value: the part; None where anything in it is invalid.
        valid: its valid fields, and the defaults of those that are left out.
        given: the names of the fields that are not left out.
        parts: its fields that are models themselves.
    """

    model: type[M]
    value: M | None = None
    valid: dict[str, Any] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    parts: "dict[str, Part[Any]]" = field(default_factory=dict)

    def with_valid(self, *names: str) -> M | None:
        """Return the model with only its valid fields; None unless all of `names` are valid."""
        if any(name not in self.valid for name in names):
            return None
        return self.model.model_construct(self.given, **self.valid)


def read_part(
    model: type[M],
    tree: Tree,
    where: str,
    start: Span,
    diagnostics: Diagnostics,
    elsewhere: Collection[str] = (),
) -> Part[M]:
    """Return what a tree says of a model; what is invalid is reported.

    Args:
        model: the model.
        tree: the part of the recipe.
        where: what to call it in messages.
        start: where to report keys that are missing.
        diagnostics: where to report.
        elsewhere: the keys whose values others check and report.
    """
    errors = len(diagnostics.errors)
    arranged = model.arranged(tree, where, diagnostics)
    if arranged is None:
        return Part(model)
    values: dict[str, Any] = {}
    parts: dict[str, Part[Any]] = {}
    for name, (_, given) in arranged.entries.items():
        if name in model.model_fields:
            with suppress(_InvalidError):
                values[name] = _field(model, name, given, parts, diagnostics)
    valid: dict[str, Any] = {}
    value: M | None = None
    try:
        value = model.model_validate(values, context=valid)
    except ValidationError as error:
        _report(error, model, arranged, where, start, diagnostics, elsewhere)
    for name, info in model.model_fields.items():
        if name not in arranged.entries and not info.is_required():
            valid[name] = info.get_default()
    complete = len(diagnostics.errors) == errors and not diagnostics.full
    return Part(model, value if complete else None, valid, set(values), parts)


def _field(
    model: type[Settings],
    name: str,
    tree: Tree,
    parts: dict[str, Part[Any]],
    diagnostics: Diagnostics,
) -> Any:
    """Return the value of a field, as pydantic is to validate it.

    Raises:
        _InvalidError: it is a model that is invalid, or unreadable.
    """
    info = model.model_fields[name]
    marks = [*info.metadata]
    if chosen := _mark(marks, Chosen):
        return read_choice(chosen.choices, tree, name, diagnostics)
    item = _listed_item(info)
    if item is not None:
        return _items(item, name, tree, diagnostics)
    part = _model_in(info)
    if part is None or (not isinstance(tree, Mapping) and _is_also_plain(info)):
        return plain(tree, as_written=_mark(marks, AsWritten) is not None)
    parts[name] = read_part(part, tree, f"`{name}`", tree.span, diagnostics)
    return _required(parts[name].value)


def _items(item: Any, name: str, tree: Tree, diagnostics: Diagnostics) -> tuple[Any, ...]:
    """Return the items of a list of choices or of models; the invalid ones are reported."""
    chosen = _mark([*getattr(item, "__metadata__", ())], Chosen)
    if isinstance(tree, Unreadable):
        raise _InvalidError
    if chosen is not None and not isinstance(tree, Sequence):
        diagnostics.report(
            WrongForm(f"`{name}`", ListForm(name.replace("_", " ")), tree.described()), tree.span
        )
        raise _InvalidError
    values, invalid = [], False
    for one in tree.items if isinstance(tree, Sequence) else [tree]:
        try:
            values.append(
                read_choice(chosen.choices, one, name, diagnostics)
                if chosen is not None
                else _required(read_part(item, one, f"`{name}`", one.span, diagnostics).value)
            )
        except _InvalidError:
            invalid = True
    if invalid:
        raise _InvalidError
    return tuple(values)


def read_choice(choices: Choices, tree: Tree, where: str, diagnostics: Diagnostics) -> Settings:
    """Return what a tree names: ``name``, ``{name: {key: value}}``, ``{name: value, key: value}``.

    Raises:
        _InvalidError: it is invalid, which is reported.
    """
    names = choices.all_names()
    call = read_call(tree, where, names[0], diagnostics)
    if call is None:
        raise _InvalidError
    key, name = call.key, call.key.text
    known = name in names
    if not known:
        diagnostics.report(UnknownKey(name, f"`{where}`", names), key.span)
        name = meant(name, names, ()) or ""
        if name not in names:
            raise _InvalidError
    try:
        kind = choices.find(name)
    except DoorError as error:
        diagnostics.report(BrokenPackage(name, error), key.span)
        raise _InvalidError from error
    errors = len(diagnostics.errors)
    pairs = call.settings(kind.principal, diagnostics)
    settings = Mapping({pair[0].text: pair for pair in pairs}, tree.span)
    read = read_part(kind, settings, f"`{name}`", key.span, diagnostics).value
    if read is None or not known or len(diagnostics.errors) > errors:
        raise _InvalidError
    return read


def plain(tree: Tree, *, as_written: bool = False) -> Any:
    """Return a value without its places: lists as tuples, mappings as dictionaries.

    Raises:
        _InvalidError: some of it is unreadable.
    """
    if isinstance(tree, Unreadable):
        raise _InvalidError
    if isinstance(tree, Scalar):
        return tree.text if as_written and tree.value is not None else tree.value
    if isinstance(tree, Sequence):
        return tuple(plain(item, as_written=as_written) for item in tree.items)
    return {key.text: plain(value, as_written=as_written) for key, value in tree}


def _report(
    error: ValidationError,
    model: type[Settings],
    arranged: Mapping,
    where: str,
    start: Span,
    diagnostics: Diagnostics,
    elsewhere: Collection[str],
) -> None:
    """Report each of pydantic's errors at its place in the tree."""
    missing = []
    found = error.errors(include_url=False)
    around = {one["loc"][:length] for one in found for length in range(1, len(one["loc"]))}
    for one in found:
        name = one["loc"][0] if one["loc"] else ""
        if one["loc"] in around:  # a list without its invalid items may be too short besides
            continue
        if one["type"] == "conflict":
            conflict = one["ctx"]
            place = arranged.get(conflict["setting"])
            diagnostics.report(
                BadValue(conflict["setting"], conflict["needs"], conflict["value"]),
                place.span if place is not None else start,
            )
        elif one["type"] == "missing" and len(one["loc"]) == 1:
            missing += [str(name)] if name not in arranged.entries else []
        elif name not in elsewhere:
            _report_value(one["loc"], one["type"], model, arranged, diagnostics)
    if missing:
        diagnostics.report(MissingKey(tuple(missing), where), start)


def _report_value(
    loc: tuple[int | str, ...],
    kind: str,
    model: type[Settings],
    arranged: Mapping,
    diagnostics: Diagnostics,
) -> None:
    label, rest = str(loc[0]), loc[1:]
    tree, schema = arranged.get(label), schemas(model)[label]
    for part in rest:
        if "anyOf" in schema:  # what follows is pydantic's name of one of several types
            break
        if isinstance(tree, Sequence) and isinstance(part, int):
            tree, schema = tree.items[part], item_schema(schema, part)
            label += f"[{part}]"
        elif isinstance(tree, Mapping) and part in tree.entries:
            tree, schema = tree.entries[str(part)][1], schema.get("additionalProperties", {})
            label += f".{part}"
    if tree is not None and not isinstance(tree, Unreadable):
        problem = BadValue(label, expected(schema, kind), tree.described())
        diagnostics.report(problem, tree.span)


def _required(value: Any) -> Any:
    if value is None:
        raise _InvalidError
    return value


T = TypeVar("T")


def _mark(marks: list[Any], kind: type[T]) -> T | None:
    return next((mark for mark in marks if isinstance(mark, kind)), None)


def _variants(info: FieldInfo) -> list[Any]:
    """Return the types that a field may have, without the `None` of what is left out."""
    annotation = info.annotation
    union = get_origin(annotation) in (Union, UnionType)
    return [
        one for one in (get_args(annotation) if union else [annotation]) if one is not type(None)
    ]


def _model_in(info: FieldInfo) -> type[Settings] | None:
    models = [one for one in _variants(info) if isinstance(one, type) and issubclass(one, Settings)]
    return models[0] if models else None


def _is_also_plain(info: FieldInfo) -> bool:
    return len(_variants(info)) > 1


def _listed_item(info: FieldInfo) -> Any:
    """Return the items' type of a list of choices or of models; None for any other field."""
    args = get_args(info.annotation)
    if get_origin(info.annotation) is not tuple or len(args) != 2 or args[1] is not Ellipsis:
        return None
    item = args[0]
    kind = get_args(item)[0] if get_origin(item) is Annotated else item
    return item if isinstance(kind, type) and issubclass(kind, Settings) else None
