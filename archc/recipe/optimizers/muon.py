"""``muon``: ``torch.optim.Muon``.

Source: Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/
"""

from typing import Annotated, Literal

from annotated_types import Ge, Le
from pydantic import Field

from archc.recipe.base.values import Number
from archc.recipe.optimizers.base.of_torch import OfTorch
from archc.recipe.optimizers.base.settings import Epsilon, LearningRate, Momentum, WeightDecay


class Muon(OfTorch):
    """Muon: momentum whose steps are made orthogonal; for matrices only."""

    torch_class = "Muon"
    matrices_only = True

    lr: LearningRate = 0.001
    weight_decay: WeightDecay = 0.1
    momentum: Momentum = 0.95
    nesterov: Annotated[bool, Field(description="look ahead by Nesterov's momentum")] = True
    ns_coefficients: Annotated[
        tuple[Number, Number, Number],
        Field(description="coefficients of the Newton-Schulz iteration"),
    ] = (3.4445, -4.775, 2.0315)
    eps: Epsilon = 1e-7
    ns_steps: Annotated[int, Ge(1), Le(99), Field(description="Newton-Schulz iterations")] = 5
    adjust_lr_fn: Annotated[
        Literal["original", "match_rms_adamw"] | None,
        Field(description="how the rate follows a matrix's size; None: as the first"),
    ] = None
