"""The tables of JSON fields in the pages, made of the models. As a script it writes them there.

A page has a pair of marks for each document: ``<!-- fields: Summary -->`` and ``<!-- end -->``.
"""

import re
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from archc.report import models

DOCS = Path(__file__).parents[1] / "docs"
MARKED = re.compile(r"(<!-- fields: (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
_PLAIN = {int: "integer", float: "number", str: "text", bool: "true or false", type(None): "null"}


def table(document: str) -> str:
    """Return the tables of a document: its own fields, then those of its parts."""
    model = getattr(models, document)
    counts = _counted(model)
    texts = [_rows(model, counts)]
    texts += [
        f"`{part.__name__}`: {_lowered(_brief(part))}\n\n{_rows(part, counts)}"
        for part in counts
        if part is not model and _is_apart(part, counts)
    ]
    return "\n" + "\n\n".join(texts) + "\n\n"


def _rows(model: type[BaseModel], counts: dict[type[BaseModel], list[bool]]) -> str:
    lines = ["| field | JSON | what it is |", "| --- | --- | --- |"]
    lines += [" | ".join(["", *row, ""]).strip() for row in _fields(model, counts)]
    return "\n".join(lines)


def _fields(
    model: type[BaseModel], counts: dict[type[BaseModel], list[bool]], prefix: str = ""
) -> Iterator[tuple[str, str, str]]:
    for name, field in model.model_fields.items():
        annotation, path = field.annotation, f"{prefix}{field.alias or name}"
        if _is_part(annotation) and not _is_apart(annotation, counts):
            yield from _fields(annotation, counts, f"{path}.")
        elif name == "root":
            yield "the list", _json(annotation), _lowered(_brief(model))
        else:
            yield f"`{path}`", _json(annotation) + _presence(field), _lowered(field.description)


def _presence(field: FieldInfo) -> str:
    return "" if field.is_required() else ", or absent"


def _is_apart(part: type[BaseModel], counts: dict[type[BaseModel], list[bool]]) -> bool:
    """Whether a part has a table of its own: there are several, or none always."""
    return counts[part] != [True]


def _counted(model: type[BaseModel]) -> dict[type[BaseModel], list[bool]]:
    """Return the parts of a model, each with whether its uses are it alone, not one of many."""
    counts: dict[type[BaseModel], list[bool]] = {model: []}
    pending = [model]
    while pending:
        for field in pending.pop(0).model_fields.values():
            for part in dict.fromkeys(_parts(field.annotation)):
                pending += [part] if part not in counts else []
                counts.setdefault(part, []).append(part is field.annotation)
    return counts


def _parts(annotation: Any) -> Iterator[type[BaseModel]]:
    if _is_part(annotation):
        yield annotation
    for argument in get_args(annotation):
        yield from _parts(argument)


def _is_part(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _json(annotation: Any) -> str:
    """Return what JSON has for a type: ``list of integer``."""
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if _is_part(annotation):
        return f"`{annotation.__name__}`"
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " or ".join(_literal(value) for value in arguments)
    if origin in (Union, types.UnionType):
        return " or ".join(_alternatives(arguments))
    if origin is tuple and arguments[-1] is not ...:
        (kind,) = set(arguments)
        return f"{len(arguments)} × {_bracketed(_json(kind))}"
    if origin is tuple:
        return f"list of {_bracketed(_json(arguments[0]))}"
    if origin is dict:
        return f"{_bracketed(_json(arguments[1]))} by name"
    return "any value"


def _alternatives(arguments: tuple[Any, ...]) -> list[str]:
    texts = [_json(argument) for argument in arguments]
    return [text for text in texts if text != "integer" or "number" not in texts]


def _bracketed(text: str) -> str:
    return f"({text})" if " " in text else text


def _literal(value: object) -> str:
    return str(value).lower() if isinstance(value, bool | int) else f"`{value}`"


def _brief(model: type[BaseModel]) -> str:
    return (model.__doc__ or "").partition("\n")[0].removesuffix(".")


def _lowered(text: str | None) -> str:
    """Return a sentence as the rest of one, on one line."""
    line = " ".join((text or "").split()).removesuffix(".")
    return line if line[1:2].isupper() else line[:1].lower() + line[1:]


def written(page: str) -> str:
    """Return a page with its tables made new."""
    return MARKED.sub(lambda found: f"{found[1]}{table(found[2])}{found[4]}", page)


if __name__ == "__main__":
    for path in sorted(DOCS.glob("*.md")):
        path.write_text(written(path.read_text("utf-8")), "utf-8")
