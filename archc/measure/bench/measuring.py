"""One measurement of a network: itself, what it is compared with, its layers, its machine."""

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from archc.analyses.cost import cost
from archc.graph.graph import Graph
from archc.measure.bench.layers import layer_runs
from archc.measure.bench.machine import Limits, measure
from archc.measure.bench.rival import rival
from archc.measure.bench.roofline import Work, work
from archc.measure.bench.timing import Spread, clock, interleaved

_SECONDS = 5.0
"""About how long the rounds of the network, and those of all its layers, take."""
_BACKWARD = 3
"""Forward and backward do three times the forward's products: two in the backward pass."""


class BenchError(Exception):
    """A network that torch cannot run as it is asked to."""


class Conditions(NamedTuple):
    """What is measured.

    Args:
        batch: the number of samples.
        device: where.
        train: forward and backward instead of evaluation; no optimiser.
        vs: ``torchvision:NAME``, or nothing.
        layers: whether each layer is timed too.
    """

    batch: int
    device: torch.device
    train: bool = False
    vs: str | None = None
    layers: bool = False


class Layer(NamedTuple):
    """One layer's time and the least that the machine's limits let it take, in seconds."""

    path: str
    op: str
    seconds: Spread
    work: Work
    limit: str
    least: float


class Measured(NamedTuple):
    """What was measured.

    Args:
        setting: how.
        seconds: of one batch.
        flops: operations of one batch, two a multiply-accumulate.
        limits: the machine's.
        ratio: the other model's time by this one's, pair by pair; above one, this one is faster.
        same_weights: whether both had the same weights.
        layers: in the order of computation.
    """

    setting: Conditions
    seconds: Spread
    flops: int
    limits: Limits
    threads: int
    ratio: Spread | None = None
    same_weights: bool = False
    layers: tuple[Layer, ...] = ()

    @property
    def rate(self) -> Spread:
        """Operations a second."""
        return self.seconds.inverse(self.flops)


def measured(graph: Graph, original: nn.Module, module: nn.Module, setting: Conditions) -> Measured:
    """Return the times of a network.

    Args:
        graph: the network that `module` is of.
        original: the module before it was optimised, whose weights a rival is given.
        module: what is timed.
        setting: how.

    Raises:
        BenchError: torch cannot run the network on such a batch.
        RivalError: the model to compare with is not there or takes another input.
    """
    shape = graph.input.shape
    sample = torch.rand(setting.batch, *shape, device=setting.device)
    module = module.to(setting.device)
    runs = {"own": _once(module, sample, setting.train)}
    _try(runs["own"], setting)
    same = False
    if setting.vs:
        other, same = rival(setting.vs, original, sample)
        runs["other"] = _once(other, sample, setting.train)
    times = interleaved(runs, clock(setting.device), _SECONDS)
    limits = measure(setting.device)
    pairs = zip(times.get("other", ()), times["own"], strict=False)
    ratios = [other / own for other, own in pairs]
    costs = cost(graph)
    macs = _BACKWARD * costs.macs_training if setting.train else costs.total.macs
    return Measured(
        setting,
        Spread.of(times["own"]),
        2 * macs * setting.batch,
        limits,
        torch.get_num_threads(),
        Spread.of(ratios) if ratios else None,
        same,
        _layers(graph, module, setting, limits) if setting.layers else (),
    )


def _try(run: Callable[[], object], setting: Conditions) -> None:
    """Run once, to report a network that cannot run: one value a channel, no memory."""
    try:
        run()
    except (RuntimeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise BenchError(f"torch cannot run a batch of {setting.batch}: {reason}") from error


def _once(module: nn.Module, sample: Tensor, train: bool) -> Callable[[], object]:
    """Return what runs a network once: its evaluation, or its forward and backward pass."""
    module.train(train)

    def evaluate() -> Any:
        with torch.inference_mode():
            return module(sample)

    def learn() -> None:
        module.zero_grad()
        given = module(sample)
        values = given if isinstance(given, tuple) else (given,)
        torch.autograd.backward([value.mean() for value in values])

    return learn if train else evaluate


def _layers(
    graph: Graph, module: nn.Module, setting: Conditions, limits: Limits
) -> tuple[Layer, ...]:
    module.eval()
    runs = layer_runs(graph, module, setting.batch, setting.device)
    named = {node.path: run for node, run in runs.items()}
    with torch.inference_mode():
        times = interleaved(named, clock(setting.device), _SECONDS)
    needed = work(graph, setting.batch)
    found = []
    for node in runs:
        limit, least = needed[node].bound(limits)
        spread = Spread.of(times[node.path])
        found.append(Layer(node.path, node.operator.name, spread, needed[node], limit, least))
    return tuple(found)
