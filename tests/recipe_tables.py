"""The tables of docs/recipes.md, made from the models. As a script it writes them into the page."""

from collections.abc import Iterator
from pathlib import Path

import torch
from given_settings import GIVEN
from torch import nn, optim

from archc.doors import Door
from archc.recipe.base.expected import expected, schemas
from archc.recipe.base.settings import Settings
from archc.recipe.data import Data
from archc.recipe.doors import DATA_SETS, LOSSES, OPTIMIZERS, SCHEDULES, TRANSFORMS
from archc.recipe.losses.base.kind import Loss
from archc.recipe.model import Keys
from archc.recipe.optimizers.base.kind import Optimizer
from archc.recipe.schedules.base.kind import Schedule
from archc.recipe.transforms.base.kind import Transform

PAGE = Path(__file__).parents[1] / "docs" / "recipes.md"
# Keys whose value is more than a value: what they are is in their description.
_IN_WORDS = ("archc", "spec", "params", "input", "data", "loss", "optimizer", "schedule")


def tables() -> dict[str, str]:
    """Return each table by its name."""
    return {
        "keys": _table(["key", "value", "default", "meaning"], _keys(Keys)),
        "data": _table(["key", "value", "default", "meaning"], _keys(Data, "source")),
        "data sets": _table(["data set", "what it is", "settings"], map(_data_set, DATA_SETS)),
        "losses": _table(["loss", "class", "settings"], _called(LOSSES)),
        "optimizers": _table(["optimizer", "class", "settings"], _called(OPTIMIZERS)),
        "schedules": _table(["schedule", "class", "settings"], _called(SCHEDULES)),
        "transforms": _table(["transform", "class", "settings"], _called(TRANSFORMS)),
    }


def _table(heads: list[str], rows: Iterator[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _keys(model: type[Settings], *left_out: str) -> Iterator[list[str]]:
    for name, field in model.model_fields.items():
        if name in left_out:
            continue
        plain = name not in _IN_WORDS and not name.endswith("transforms")
        nested = "$ref" in str(schemas(model)[name])
        value = expected(schemas(model)[name]) if plain and not nested else ""
        default = "required" if field.is_required() else _default(field.get_default())
        yield [
            f"`{name}`",
            value,
            default if plain or default == "required" else "",
            _text(model, name),
        ]


def _default(value: object) -> str:
    if value is None:
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _text(model: type[Settings], name: str) -> str:
    found = model.model_fields[name].description or schemas(model)[name].get("description", "")
    return str(found)


def _data_set(kind: type[Settings]) -> list[str]:
    settings = [f"`{name}`: {_text(kind, name)}" for name in kind.model_fields]
    return [f"`{kind.name}`", str(kind.__doc__), "; ".join(settings)]  # type: ignore[attr-defined]


def _called(
    door: "Door[Loss] | Door[Optimizer] | Door[Schedule] | Door[Transform]",
) -> Iterator[list[str]]:
    for kind in door:
        settings = [
            f"`{name}`" + " (required)" * field.is_required()
            for name, field in kind.model_fields.items()
        ]
        yield [f"`{kind.name}`", f"`{_class(kind)}`", ", ".join(settings)]


def _class(kind: "type[Loss] | type[Optimizer] | type[Schedule] | type[Transform]") -> str:
    """Return the name of the class of torch that a thing builds."""
    needed = [name for name, field in kind.model_fields.items() if field.is_required()]
    one = kind(**{name: GIVEN[name] for name in needed})
    if isinstance(one, Loss):
        return type(one.build(0)).__name__
    if isinstance(one, Transform):
        return type(one.build()).__name__
    parameters = [nn.Parameter(torch.zeros(1, 1))]
    if isinstance(one, Optimizer):
        return type(one.build(parameters)).__name__
    sgd = optim.SGD(parameters, lr=0.1, momentum=0.9)
    return type(one.build(sgd, {**one.filled(1, 2), **one.given})).__name__


def written(text: str) -> str:
    """Return the page with its tables as they must be."""
    for name, table in tables().items():
        begin, end = f"<!-- table: {name} -->\n", "<!-- end -->"
        start = text.index(begin) + len(begin)
        text = text[:start] + table + text[text.index(end, start) :]
    return text


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
