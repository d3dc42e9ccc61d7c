"""Whether learning still deals in numbers: a loss or a weight that is not finite ends it."""

from collections.abc import Iterable, Iterator

import torch
from torch import Tensor, nn

from archc.train.problems import RunError
from archc.train.processes import Processes

_NEVER = 2**62


class DivergedError(RunError):
    """Training that came to numbers that are not finite; every process raises it."""


class NotFiniteError(Exception):
    """The loss of a batch is not finite; `loss` is it, `where` says what is known of the cause."""

    def __init__(self, loss: float, where: str | None) -> None:
        super().__init__(loss, where)
        self.loss = loss
        self.where = where


class Watch:
    """Notices the first step whose loss is not finite, without waiting for the device."""

    def __init__(self, device: torch.device) -> None:
        self._first = torch.full((), _NEVER, dtype=torch.int64, device=device)

    def note(self, loss: Tensor, step: int) -> None:
        """Look at the loss of a batch of a step."""
        earlier = self._first.clamp(max=step)
        self._first = torch.where(loss.isfinite(), self._first, earlier)

    def first(self, processes: Processes) -> int | None:
        """Return the first such step of any process; every process must ask."""
        found = processes.least(int(self._first.item()), self._first.device)
        return None if found == _NEVER else found


@torch.no_grad()
def culprit(model: nn.Module, images: Tensor) -> str | None:
    """Return the first layer, in the order they are run, whose output for `images` is not finite.

    The model runs once more. None: every layer's output is finite, or it cannot be found out.
    """
    names = {module: name for name, module in model.named_modules() if name}
    found: list[str] = []

    def look(module: nn.Module, given: object, output: object) -> None:
        if not found and isinstance(output, Tensor) and not output.isfinite().all():
            found.append(names[module])

    leaves = [module for module in names if not any(True for _ in module.children())]
    hooks = [leaf.register_forward_hook(look) for leaf in leaves]
    try:
        model(images)
    finally:
        for hook in hooks:
            hook.remove()
    return found[0] if found else None


def first_broken(tensors: Iterable[tuple[str, Tensor]]) -> str | None:
    """Return the name of the first tensor that holds a number that is not finite."""
    named = [(name, _here(tensor)) for name, tensor in tensors if tensor.is_floating_point()]
    if not named:
        return None
    sound = torch.stack([tensor.isfinite().all() for _, tensor in named]).tolist()
    return next((name for (name, _), fine in zip(named, sound, strict=True) if not fine), None)


def state_of(models: Iterable[nn.Module]) -> Iterator[tuple[str, Tensor]]:
    """Yield the weights and buffers of models by name."""
    for model in models:
        yield from model.named_parameters()
        yield from model.named_buffers()


def _here(tensor: Tensor) -> Tensor:
    """Return what this process holds of a tensor that may be divided among several."""
    local = getattr(tensor, "to_local", None)
    return tensor.detach() if local is None else local().detach()
