"""Settings that several schedules have."""

from typing import Annotated

from pydantic import Field

from archc.recipe.base.values import Count, NotNegative, Positive

Gamma = Annotated[Positive, Field(description="factor of the learning rate each time")]
TotalIters = Annotated[Count, Field(description="epochs until it stays as it is")]
LeastRate = Annotated[NotNegative, Field(description="smallest learning rate")]
CycleMomentum = Annotated[
    bool, Field(description="move the momentum too, against the learning rate")
]
BaseMomentum = Annotated[NotNegative, Field(description="smallest momentum")]
MaxMomentum = Annotated[NotNegative, Field(description="largest momentum")]
