"""The transforms of ``torchvision.transforms.v2`` by name, each image with a seed of its own."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from archc.recipe.transforms.base.kind import Transform


def composed(transforms: Sequence[Transform]) -> Callable[[Tensor], Tensor] | None:
    """Return the transforms one after the other, of uint8 images C × H × W; None for none."""
    if not transforms:
        return None
    from torchvision.transforms.v2 import Compose

    steps = [transform.build() for transform in transforms]
    return steps[0] if len(steps) == 1 else Compose(steps)


def drawn(transform: Callable[[Tensor], Tensor], image: Tensor, seed: int) -> Tensor:
    """Return the transformed image, with `seed`; the main generator stays unchanged.

    torchvision's v2 transforms draw only from torch's CPU generator.
    """
    generator = torch.default_generator
    state = generator.get_state()
    generator.manual_seed(seed)
    try:
        return transform(image)
    finally:
        generator.set_state(state)
