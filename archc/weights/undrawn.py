"""Modules built for weights that are there: no random number is drawn that they overwrite."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

_DRAWS = {  # of torch's constructors
    nn.init.uniform_,
    nn.init.normal_,
    nn.init.kaiming_uniform_,
    Tensor.uniform_,
    Tensor.normal_,
}


def undrawn(network: Any) -> nn.Module:
    """Return an instance of an emitted class, whose weights are still to be set.

    What the constructors of its layers would draw is left as it was allocated. Constants cost next
    to nothing, and keep what a checkpoint may lack (a batch norm's count of batches) right. The
    spec's own initialisation is passed over as a whole: some schemes compute with what they drew,
    and would not come to an end with numbers that nobody drew.
    """
    module: nn.Module = network.__new__(network)
    vars(module)["apply"] = lambda _: module  # found before the method: it fills the weights
    with _Undrawn():
        network.__init__(module)
    vars(module).pop("apply", None)  # a layer of that name has taken its place
    return module


class _Undrawn(TorchFunctionMode):
    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the tensor itself for a draw, and the function's result for all else."""
        if func in _DRAWS:
            return args[0] if args else (kwargs or {})["tensor"]
        return func(*args, **(kwargs or {}))
