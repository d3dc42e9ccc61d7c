"""Divergence: losses, outputs and weights that are not finite."""

from collections.abc import Iterable, Iterator

import torch
from torch import Tensor, nn

from archc.train.problems import RunError
from archc.train.processes import Processes

_NEVER = 2**62


class DivergedError(RunError):
    """Training that reached a number that is not finite; every process raises it."""


class NotFiniteError(Exception):
    """A batch whose loss is not finite: the loss, and what is known of the cause."""

    def __init__(self, loss: float, cause: str | None) -> None:
        super().__init__(loss, cause)
        self.loss = loss
        self.cause = cause


class Watch:
    """Record the first step whose loss is not finite, without waiting for the device."""

    def __init__(self, device: torch.device) -> None:
        self._first = torch.full((), _NEVER, dtype=torch.int64, device=device)

    def note(self, loss: Tensor, step: int) -> None:
        """Record the loss of a batch of a step."""
        earlier = self._first.clamp(max=step)
        self._first = torch.where(loss.isfinite(), self._first, earlier)

    def first(self, processes: Processes) -> int | None:
        """Return the first such step of any process; every process must call this."""
        step = processes.minimum(int(self._first.item()), self._first.device)
        return None if step == _NEVER else step


@torch.no_grad()
def culprit(model: nn.Module, images: Tensor) -> str | None:
    """Return the first layer to run whose output for `images` is not finite.

    This runs the model once more. None: every output is finite, or is not a tensor.
    """
    names = {module: name for name, module in model.named_modules() if name}
    layers: list[str] = []

    def check(module: nn.Module, inputs: object, output: object) -> None:
        if not layers and isinstance(output, Tensor) and not output.isfinite().all():
            layers.append(names[module])

    leaves = [module for module in names if not any(True for _ in module.children())]
    hooks = [leaf.register_forward_hook(check) for leaf in leaves]
    try:
        model(images)
    finally:
        for hook in hooks:
            hook.remove()
    return layers[0] if layers else None


def first_broken(tensors: Iterable[tuple[str, Tensor]]) -> str | None:
    """Return the name of the first tensor with a number that is not finite."""
    named = [(name, _local(tensor)) for name, tensor in tensors if tensor.is_floating_point()]
    if not named:
        return None
    finite = torch.stack([tensor.isfinite().all() for _, tensor in named]).tolist()
    return next((name for (name, _), fine in zip(named, finite, strict=True) if not fine), None)


def state_of(models: Iterable[nn.Module]) -> Iterator[tuple[str, Tensor]]:
    """Yield the weights and buffers of models by name."""
    for model in models:
        yield from model.named_parameters()
        yield from model.named_buffers()


def _local(tensor: Tensor) -> Tensor:
    """Return this process's part of a tensor, which may be divided among several."""
    local = getattr(tensor, "to_local", None)
    return tensor.detach() if local is None else local().detach()
