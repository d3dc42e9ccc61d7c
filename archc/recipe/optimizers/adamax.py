"""``adamax``: ``torch.optim.Adamax``.

Source: Kingma and Ba 2014, https://arxiv.org/abs/1412.6980
"""

from archc.recipe.optimizers.base.of_torch import OfAdamsFamily
from archc.recipe.optimizers.base.settings import LearningRate


class Adamax(OfAdamsFamily):
    """Adamax: Adam with the largest gradient in place of the average square."""

    torch_class = "Adamax"

    lr: LearningRate = 0.002
