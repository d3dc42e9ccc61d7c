"""The transforms of ``torchvision.transforms.v2`` by name, drawing from a seed of their own."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from archc.language.calls import Call
from archc.recipe.transforms import TRANSFORMS


def composed(calls: Sequence[Call]) -> Callable[[Tensor], Tensor] | None:
    """Return the transforms one after the other, of uint8 images C × H × W; None for none."""
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
    """Return the transformed image, drawn from `seed`; the main generator stays as it was.

    torchvision's v2 transforms draw from torch's CPU generator and from nothing else.
    """
    generator = torch.default_generator
    state = generator.get_state()
    generator.manual_seed(seed)
    try:
        return transform(image)
    finally:
        generator.set_state(state)
