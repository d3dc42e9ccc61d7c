"""``adam``: ``torch.optim.Adam``.

Source: Kingma and Ba 2014, https://arxiv.org/abs/1412.6980
"""

from archc.recipe.optimizers.base.of_torch import OfAdamsFamily
from archc.recipe.optimizers.base.settings import Amsgrad, DecoupledDecay, Fused


class Adam(OfAdamsFamily):
    """Adam: steps by averages of the gradient and of its square."""

    torch_class = "Adam"

    amsgrad: Amsgrad = False
    fused: Fused | None = None
    decoupled_weight_decay: DecoupledDecay = False
