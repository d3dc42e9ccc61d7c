"""A model of torchvision to be measured against."""

import warnings
from difflib import get_close_matches

import torch
from torch import nn


class RivalError(Exception):
    """A model that is not there, or that cannot be compared."""


def rival(option: str, module: nn.Module, sample: torch.Tensor) -> tuple[nn.Module, bool]:
    """Return the model that ``torchvision:NAME`` names, and whether it has the module's weights.

    Args:
        option: the text of the option.
        module: the network that is measured; where all keys and shapes match, the model is given
            its weights.
        sample: an input of the network, which the model must take.

    Raises:
        RivalError: torchvision has no such model, or it cannot take the input.
    """
    source, _, name = option.partition(":")
    if source != "torchvision" or not name:
        raise RivalError(f"{option!r} is not torchvision:NAME")
    from torchvision import models

    known = models.list_models(models)
    if name not in known:
        near = get_close_matches(name, known, 1)
        hint = f"; did you mean torchvision:{near[0]}?" if near else ""
        raise RivalError(f"torchvision has no model {name!r}{hint}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of coming changes to the initialisation
        built: nn.Module = models.get_model(name)
    state = module.state_dict()
    own = built.state_dict()
    same = {k: v.shape for k, v in own.items()} == {k: v.shape for k, v in state.items()}
    if same:
        built.load_state_dict(state)
    built = built.to(sample.device).eval()
    try:
        with torch.inference_mode():
            built(sample)
    except (RuntimeError, AssertionError, ValueError) as error:
        shape = "×".join(map(str, sample.shape[1:]))
        reason = str(error).splitlines()[0]
        raise RivalError(
            f"torchvision's {name} does not take the input {shape}: {reason}"
        ) from error
    return built, same
