"""What a setting takes, in words, from its JSON schema: for messages and for the docs' tables."""

from functools import cache
from typing import Any

from archc.recipe.base.settings import Settings
from archc.recipe.base.values import LARGEST, LARGEST_WHOLE, SMALLEST

Schema = dict[str, Any]

_UNSAID = (LARGEST, -LARGEST, LARGEST_WHOLE)
"""Bounds that are worth saying only where they are exceeded."""


@cache
def schemas(model: type[Settings]) -> dict[str, Schema]:
    """Return the JSON schema of each field of a model, without the `null` of what is left out."""
    properties: dict[str, Schema] = model.model_json_schema().get("properties", {})
    return {name: _present(schema) for name, schema in properties.items()}


def _present(schema: Schema) -> Schema:
    variants = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if not variants:
        return schema
    return variants[0] if len(variants) == 1 else {"anyOf": variants}


def item_schema(schema: Schema, index: int) -> Schema:
    """Return the schema of an item of a list."""
    fixed = schema.get("prefixItems", ())
    item: Schema = fixed[index] if index < len(fixed) else schema.get("items", {})
    return item


def expected(schema: Schema, error: str = "") -> str:
    """Return what a schema takes, as in ``a number ≥ 0``.

    Args:
        schema: of the value.
        error: pydantic's type of the error that a value is rejected with.
    """
    if "anyOf" in schema:
        return ", or ".join(map(expected, schema["anyOf"]))
    if "const" in schema or "enum" in schema:
        return _words(schema.get("enum") or [schema["const"]])
    match schema.get("type"):
        case "boolean":
            return "`true` or `false`"
        case "integer":
            noun = "an odd whole number" if schema.get("odd") else "a whole number"
            return noun + _bounds(schema, error)
        case "number":
            return "a number" + _bounds(schema, error)
        case "array":
            return _list(schema)
        case "object":
            return "a mapping"
        case "null":
            return "`null`"
        case _:
            return "a text"


def _words(values: list[Any]) -> str:
    words = [f"`{value}`" if isinstance(value, str) else str(value) for value in values]
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _bounds(schema: Schema, error: str) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if high in _UNSAID and error == "less_than_equal":
        return f" ≤ {_number(high)}"
    if low in _UNSAID and error == "greater_than_equal":
        return f" ≥ {_number(low)}"
    high, low = (None if bound in _UNSAID else bound for bound in (high, low))
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if low is not None and high is not None:
        return f" from {_number(low)} to {_number(high)}"
    bounds = [("≥", low), (">", above), ("≤", high), ("<", below)]
    said = [f"{sign} {_number(bound)}" for sign, bound in bounds if bound is not None]
    return " " + " and ".join(said) if said else ""


def _number(bound: float) -> str:
    if bound == SMALLEST:
        return f"{bound:.3g}, the smallest normal number of float32"
    if abs(bound) == LARGEST:
        return f"{bound:.3g}, the largest of float32"
    return f"{bound:,}" if isinstance(bound, int) else f"{bound:g}"


def _list(schema: Schema) -> str:
    least, most = schema.get("minItems", 0), schema.get("maxItems")
    length = f"{least}" if least == most else f"{least} or more"
    order = ", in rising order" if schema.get("rising") else ""
    return f"a list of {length}, each {expected(item_schema(schema, 0))}{order}"
