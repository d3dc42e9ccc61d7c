"""Settings that several transforms have. Pixels are from 0 to 255."""

from typing import Annotated, Literal

from annotated_types import Ge, Le
from pydantic import Field

from archc.recipe.base.values import (
    Count,
    NotNegative,
    NotNegativeCount,
    Number,
    Positive,
    Probability,
    Rising,
)

Pixel = Annotated[float, Ge(0), Le(255)]
Size = Annotated[
    Count | tuple[Count, Count],
    Field(description="pixels: height and width; a single number stands for both"),
]
ScaledSize = Annotated[
    Count | tuple[Count, Count],
    Field(description="pixels: height and width; a single number is the shorter side"),
]
Padding = Annotated[
    NotNegativeCount
    | tuple[NotNegativeCount, NotNegativeCount]
    | tuple[NotNegativeCount, NotNegativeCount, NotNegativeCount, NotNegativeCount],
    Field(description="pixels: all sides; left and right, top and bottom; or each of the four"),
]
Fill = Annotated[
    Pixel | tuple[Pixel] | tuple[Pixel, Pixel, Pixel],
    Field(description="pixel outside of the image, or a number for each channel"),
]
PaddingMode = Annotated[
    Literal["constant", "edge", "reflect", "symmetric"], Field(description="what padding repeats")
]
Interpolation = Annotated[
    Literal["nearest", "nearest-exact", "bilinear", "bicubic"],
    Field(description="how pixels between pixels are computed"),
]
WarpInterpolation = Annotated[
    Literal["nearest", "bilinear"], Field(description="how pixels between pixels are computed")
]
Antialias = Annotated[bool, Field(description="smooth what is made smaller")]
Chance = Annotated[Probability, Field(description="probability")]
Degrees = Annotated[
    NotNegative | Annotated[tuple[Number, Number], Rising()],
    Field(description="degrees: a range, or a number for both directions"),
]
Center = Annotated[tuple[Number, Number], Field(description="pixels: x and y from the upper left")]
Range = Annotated[tuple[Positive, Positive], Rising()]
Strengths = Annotated[tuple[NotNegative, NotNegative], Rising()]
Strength = NotNegative | Strengths
Hue = Annotated[float, Ge(-0.5), Le(0.5)]
Hues = Annotated[tuple[Hue, Hue], Rising()]
Bins = Annotated[int, Ge(2), Le(2**31 - 1), Field(description="steps of a strength")]
