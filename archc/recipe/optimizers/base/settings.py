"""Settings that several optimizers have."""

from typing import Annotated, Any

from pydantic import Field

from archc.recipe.base.settings import Conflict
from archc.recipe.base.values import BelowOne, NotNegative

LearningRate = Annotated[NotNegative, Field(description="learning rate")]
WeightDecay = Annotated[NotNegative, Field(description="weight decay, per step")]
Momentum = Annotated[NotNegative, Field(description="share of the last step that is repeated")]
Betas = Annotated[
    tuple[BelowOne, BelowOne],
    Field(description="decay of the averages of the gradient and of its square, per step"),
]
Epsilon = Annotated[NotNegative, Field(description="added to the denominator")]
Foreach = Annotated[bool, Field(description="step all parameters in one call; None: torch decides")]
Fused = Annotated[bool, Field(description="step in one kernel; None: torch decides")]
Amsgrad = Annotated[bool, Field(description="use the largest average of the squares so far")]
DecoupledDecay = Annotated[bool, Field(description="decay the weights apart from the gradient")]


def one_way(given: dict[str, Any]) -> Conflict | None:
    """Return the conflict of `fused` and `foreach`, which are two ways to do the same."""
    if given.get("fused") and given.get("foreach"):
        return Conflict("fused", "`false` or left out beside `foreach: true`", "`true`")
    return None
