"""The transforms of ``torchvision.transforms.v2`` by name, each image with a seed of its own."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from archc.language.calls import Call
from archc.recipe.transforms import TRANSFORMS


def composed(calls: Sequence[Call]) -> Callable[[Tensor], Tensor] | None:
    """Return the transforms as one function of uint8 images C × H × W; None if there are none."""
    if not calls:
        return None
    from torchvision.transforms import AutoAugmentPolicy, InterpolationMode, v2

    enumerations = {"interpolation": InterpolationMode, "policy": AutoAugmentPolicy}

    def built(call: Call) -> Callable[[Tensor], Tensor]:
        settings = {
            name: enumerations[name](value) if name in enumerations else value
            for name, value in call.settings.items()
        }
        transform: Callable[[Tensor], Tensor] = getattr(v2, TRANSFORMS[call.name].torch_name)(
            **settings
        )
        return transform

    steps = [built(call) for call in calls]
    return steps[0] if len(steps) == 1 else v2.Compose(steps)


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
