"""The values that settings of recipes have, as pydantic's constrained types."""

from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Le, Lt
from pydantic import AfterValidator, BeforeValidator, Field, GetJsonSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError

LARGEST_WHOLE = 2**31 - 1
LARGEST = 3.4028234663852886e38
SMALLEST = 1.1754943508222875e-38
"""The largest number of float32, and the smallest above 0 that is as exact as the others."""


class Rising:
    """A list whose items do not fall."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        """Return the schema of the list, with the order as a check."""
        schema: CoreSchema = handler(Annotated[source, AfterValidator(_rising)])
        return schema

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the JSON schema of the list; JSON Schema has no word for the order."""
        return {**handler(schema), "rising": True}


class AsWritten:
    """Marks names that are taken as they are written: ``{7: 007}`` is ``{"7": "007"}``."""


def _rising(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if list(values) != sorted(values):
        raise PydanticCustomError("falling", "the items fall")
    return values


def _odd(value: int) -> int:
    if value % 2 == 0:
        raise PydanticCustomError("even", "the number is even")
    return value


def _no_boolean(value: Any) -> Any:
    if isinstance(value, bool):  # which Python takes for 0 or 1
        raise PydanticCustomError("boolean", "a number is needed")
    return value


Count = Annotated[int, Ge(1), Le(LARGEST_WHOLE)]
NotNegativeCount = Annotated[int, Ge(0), Le(LARGEST_WHOLE)]
Odd = Annotated[
    int,
    Ge(1),
    Le(LARGEST_WHOLE),
    AfterValidator(_odd),
    WithJsonSchema({"type": "integer", "minimum": 1, "odd": True}),
]
Number = Annotated[float, Ge(-LARGEST), Le(LARGEST)]
NotNegative = Annotated[float, Ge(0), Le(LARGEST)]
Positive = Annotated[float, Gt(0), Le(LARGEST)]
NotPositive = Annotated[float, Ge(-LARGEST), Le(0)]
AtLeastOne = Annotated[float, Ge(1), Le(LARGEST)]
Deviation = Annotated[float, Ge(SMALLEST), Le(LARGEST)]
Probability = Annotated[float, Ge(0), Le(1)]
PositiveShare = Annotated[float, Gt(0), Le(1)]
BelowOne = Annotated[float, Ge(0), Lt(1)]
Between = Annotated[float, Gt(0), Lt(1)]
OneOrThree = Annotated[Literal[1, 3], BeforeValidator(_no_boolean)]
Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
