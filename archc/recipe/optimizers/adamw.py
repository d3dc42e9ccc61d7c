"""``adamw``: ``torch.optim.AdamW``.

Source: Loshchilov and Hutter 2017, https://arxiv.org/abs/1711.05101
"""

from archc.recipe.optimizers.base.of_torch import OfAdamsFamily
from archc.recipe.optimizers.base.settings import Amsgrad, Fused, WeightDecay


class AdamW(OfAdamsFamily):
    """AdamW: Adam whose weight decay is apart from the gradient."""

    torch_class = "AdamW"

    weight_decay: WeightDecay = 0.01
    amsgrad: Amsgrad = False
    fused: Fused | None = None
