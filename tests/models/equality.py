"""Two modules that must be one and the same: in their state, their results and their gradients."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import Tensor, nn

SPECS = Path(__file__).parents[2] / "specs"


@contextmanager
def one_thread() -> Iterator[None]:
    """With several threads the order of a sum, and so its last bits, may differ from run to run."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def shapes(module: nn.Module) -> dict[str, tuple[int, ...]]:
    return {key: tuple(value.shape) for key, value in module.state_dict().items()}


def exchange(ours: nn.Module, theirs: nn.Module) -> None:
    """Give both the same state, which each must take from the other."""
    assert shapes(ours) == shapes(theirs)
    state = ours.state_dict()
    # torchvision's MNASNet takes a state without its version for that of an older network.
    state._metadata = theirs.state_dict()._metadata
    theirs.load_state_dict(state, strict=True)
    ours.load_state_dict(theirs.state_dict(), strict=True)
    assert_equal_states(ours, theirs)


def assert_equal_states(ours: nn.Module, theirs: nn.Module) -> None:
    other = theirs.state_dict()
    for key, value in ours.state_dict().items():
        assert torch.equal(value, other[key]), key


def assert_same_results(
    ours: nn.Module,
    theirs: nn.Module,
    x: Tensor,
    in_order: Callable[[tuple[Tensor, ...]], tuple[Tensor, ...]] = lambda outputs: outputs,
) -> None:
    """Hold that equal weights give equal bits: logits, gradients and running statistics.

    Args:
        ours: archc's module.
        theirs: the module to equal.
        x: what both read.
        in_order: brings their outputs of training mode into the order of ours.
    """
    exchange(ours, theirs)
    with one_thread():
        ours.eval(), theirs.eval()
        with torch.no_grad():
            assert torch.equal(ours(x), theirs(x))
        ours.train(), theirs.train()
        mine, my_gradients = _step(ours, x, lambda outputs: outputs)
        other, other_gradients = _step(theirs, x, in_order)
    assert len(mine) == len(other)
    for a, b in zip(mine, other, strict=True):
        assert torch.equal(a, b)
    assert my_gradients.keys() == other_gradients.keys()
    for name, gradient in my_gradients.items():
        assert gradient is not None, name
        assert torch.equal(gradient, other_gradients[name]), name
    assert_equal_states(ours, theirs)  # the running statistics among them


def _step(module, x, in_order):
    """Return the outputs of training mode and the gradients of the loss, heads weighing 0.3."""
    torch.manual_seed(0)
    outputs = module(x)
    outputs = in_order(outputs if isinstance(outputs, tuple) else (outputs,))
    labels = torch.arange(len(x)) % outputs[0].shape[1]
    main, *heads = [nn.functional.cross_entropy(output, labels) for output in outputs]
    loss = main + 0.3 * sum(heads) if heads else main
    loss.backward()
    return outputs, {name: p.grad for name, p in module.named_parameters()}
