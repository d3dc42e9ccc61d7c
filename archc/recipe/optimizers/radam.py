"""``radam``: ``torch.optim.RAdam``.

Source: Liu et al. 2019, https://arxiv.org/abs/1908.03265
"""

from archc.recipe.optimizers.base.of_torch import OfAdamsFamily
from archc.recipe.optimizers.base.settings import DecoupledDecay


class RAdam(OfAdamsFamily):
    """RAdam: Adam that waits until its averages can be trusted."""

    torch_class = "RAdam"

    decoupled_weight_decay: DecoupledDecay = False
