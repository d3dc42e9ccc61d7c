"""Random numbers of a seed's own: what draws inside it leaves torch's generators alone.

torch's generators belong to the process: another thread that draws from one, or seeds it, changes
what this thread draws next, and a lock cannot keep code away that does not know of it. A module's
constructor names no generator. So every operator that would draw from torch's is given another one
here, at the dispatcher, which is asked by each thread for itself.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

_WITHOUT_NUMBERS = "meta"  # a device whose tensors have shapes alone


class Seeded(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch's is untyped
    """Inside it, this thread draws what it would after ``torch.manual_seed(seed)``.

    Args:
        seed: as of ``torch.manual_seed``; each device has a generator that begins with it.
    """

    def __init__(self, seed: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # likewise
        self._seed = seed
        self._generators: dict[torch.device, torch.Generator] = {}

    def __torch_dispatch__(
        self,
        func: Any,
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the operator's result, drawn from the seed's generator if it draws."""
        given = dict(kwargs or {})
        if torch.Tag.nondeterministic_seeded in func.tags and given.get("generator") is None:
            device = _device(args, given)
            if device.type != _WITHOUT_NUMBERS:
                func, given["generator"] = _with_generator(func), self._generator(device)
        return func(*args, **given)

    def _generator(self, device: torch.device) -> torch.Generator:
        if device not in self._generators:
            self._generators[device] = torch.Generator(device).manual_seed(self._seed)
        return self._generators[device]


def _device(args: tuple[Any, ...], given: Mapping[str, Any]) -> torch.device:
    tensor = next((one for one in args if isinstance(one, Tensor)), None)
    return torch.device(given.get("device") or "cpu") if tensor is None else tensor.device


def _with_generator(func: Any) -> Any:
    """Return the overload of an operator that takes a generator, which may be the operator."""
    takes = any(argument.name == "generator" for argument in func._schema.arguments)
    return func if takes else func.overloadpacket.generator
