"""An emitted module against its graph, layer by layer: what each is, receives and returns.

The second opinion is the graph itself, node by node: `archc.measure.reference` says what layer
of torch.nn a node is. It is given the emitted layer's own tensors and the values that the node's
reads really gave, so that a difference is blamed on the layer that causes it.
"""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from archc.graph.graph import Graph, Node
from archc.measure import reference

_CLOSE = 1e-4  # of the largest number; on one machine the two are equal to the bit
_NO_SETTINGS = {"training", "inplace"}


class Mismatch(NamedTuple):
    """A number that is not torch's."""

    layer: str
    what: str
    ours: str
    theirs: str

    def __str__(self) -> str:
        return f"`{self.layer}`: {self.what} is {self.ours} here, {self.theirs} in torch"


def differences(graph: Graph, module: nn.Module, sample: Tensor) -> Iterator[Mismatch]:
    """Yield in what a module is not its graph.

    It is run in evaluation and in training mode, without gradients; only its layers that draw drop
    nothing, since what they draw cannot be compared. Its parameters and statistics are changed
    where they are all the same number, which would hide a difference.
    """
    expected: dict[Node, nn.Module] = {}
    for node in graph.nodes:
        if reference.has_layer(node.operator):
            layer = module.get_submodule(node.path)
            with torch.device("meta"):
                expected[node] = reference.layer(node.operator, node.reads[0].shape)
            found = list(settings(expected[node], layer))
            yield from (Mismatch(node.path, *difference) for difference in found)
            if found:
                del expected[node]
    _vary(module)
    for training in (False, True):
        run = _Run(graph, module, expected, training=training)
        run.run(sample)
        yield from dict.fromkeys(run.found)


class _Run:
    """One forward pass, every layer of which is watched."""

    def __init__(
        self, graph: Graph, module: nn.Module, expected: dict[Node, nn.Module], *, training: bool
    ) -> None:
        self._graph = graph
        self._module = module
        self._expected = expected
        self._training = training
        self._values: dict[Node, Tensor] = {}
        self._computed: dict[Node, Tensor] = {}
        self._calls: Counter[Node] = Counter()
        self.found: list[Mismatch] = []

    def run(self, sample: Tensor) -> None:
        graph = self._graph
        self._values[graph.input] = sample
        self._module.train(self._training)
        for layer in self._module.modules():
            if (
                isinstance(layer, nn.Dropout | nn.Dropout2d)
                or type(layer).__name__ == "StochasticDepth"
            ):
                layer.eval()
        hooks = []
        for node in graph.nodes:
            if reference.has_layer(node.operator):
                layer = self._module.get_submodule(node.path)
                hooks.append(layer.register_forward_pre_hook(partial(self._before, node)))
                hooks.append(layer.register_forward_hook(partial(self._after, node)))
        try:
            with torch.no_grad():
                results = self._module(sample.clone())
        finally:
            for hook in hooks:
                hook.remove()
        for node in graph.nodes:
            there = self._training or node not in graph.auxiliary
            if reference.has_layer(node.operator) and self._calls[node] != there:
                what = f"the number of calls, in {self._mode},"
                self._differ(node.path, what, int(there), self._calls[node])
        self._results(results if isinstance(results, tuple) else (results,))

    @property
    def _mode(self) -> str:
        return "training" if self._training else "evaluation"

    def _results(self, results: tuple[Tensor, ...]) -> None:
        ends = dict(self._graph.outputs)
        if self._training:
            ends |= {head.name: head.exit for head in self._graph.heads}
        if len(ends) != len(results):
            self._differ("the network", "the number of results", len(ends), len(results))
            return
        for (name, node), result in zip(ends.items(), results, strict=True):
            what = f"the output `{name}`" if name else "the output"
            self._compare("the network", what, self._value(node), result)

    def _before(self, node: Node, layer: nn.Module, args: tuple[Tensor, ...]) -> None:
        """Compare what a layer reads, and compute what it must give, before it may overwrite it."""
        self._calls[node] += 1
        read = self._value(node.reads[0])
        alike = len(args) == 1 and self._compare(node.path, "what it reads", read, args[0])
        if not alike or node not in self._expected:
            return
        buffers = {name: buffer.clone() for name, buffer in layer.named_buffers()}
        state = {**dict(layer.named_parameters()), **buffers}
        self._expected[node].train(layer.training)
        computed = torch.func.functional_call(self._expected[node], state, (args[0],))
        self._computed[node] = computed.clone()  # an identity returns its input

    def _after(self, node: Node, layer: nn.Module, args: Any, result: Tensor) -> None:
        if tuple(result.shape[1:]) == node.shape:  # else its readers cannot be judged
            self._values[node] = result.clone()
        self._compare(node.path, "the output", self._computed.pop(node, None), result)

    def _value(self, node: Node) -> Tensor | None:
        """Return what a node gave; None where that is beyond knowing, after a difference."""
        if node not in self._values and not reference.has_layer(node.operator):
            values = [self._value(read) for read in node.reads]
            known = [value for value in values if value is not None]
            if len(known) == len(values):
                self._values[node] = reference.joined(node.operator, known)
        return self._values.get(node)

    def _compare(self, layer: str, what: str, ours: Tensor | None, theirs: Tensor) -> bool:
        if ours is None:
            return False
        if ours.shape != theirs.shape:
            self._differ(layer, f"the shape of {what}", list(ours.shape), list(theirs.shape))
            return False
        margin = _CLOSE * ours.nan_to_num(posinf=0, neginf=0).abs().max().item()
        close = torch.isclose(theirs, ours, rtol=_CLOSE, atol=margin, equal_nan=True)
        if close.all():
            return True
        place = tuple((~close).nonzero()[0].tolist())
        where = f"element {list(place)} of {what}, in {self._mode},"
        self._differ(layer, where, f"{ours[place].item():.6g}", f"{theirs[place].item():.6g}")
        return False

    def _differ(self, layer: str, what: str, ours: object, theirs: object) -> None:
        self.found.append(Mismatch(layer, what, str(ours), str(theirs)))


def settings(ours: nn.Module, theirs: nn.Module) -> Iterator[tuple[str, str, str]]:
    """Yield in what a layer is not ours, whatever it computes: what, ours and theirs."""
    if _class(theirs) != _class(ours):
        yield "the class", type(ours).__name__, type(theirs).__name__
        return
    for name in vars(ours):
        one, other = _plain(getattr(ours, name)), _plain(getattr(theirs, name))
        if not name.startswith("_") and name not in _NO_SETTINGS and one != other:
            yield f"`{name}`", str(one), str(other)
    shapes = [{k: list(t.shape) for k, t in one.state_dict().items()} for one in (ours, theirs)]
    if shapes[0] != shapes[1]:
        yield "the state", str(shapes[0]), str(shapes[1])


def _class(layer: nn.Module) -> object:
    """Return the class of a layer; one that torch lacks is the module's own, by its name."""
    cls = type(layer)
    return cls if cls.__module__.startswith("torch.") else cls.__name__


def _plain(value: Any) -> Any:
    """Return a setting in one form: of two equal numbers, which torch takes as well, the one."""
    if isinstance(value, tuple | list):
        return value[0] if len(value) == 2 and value[0] == value[1] else tuple(value)
    return value


def _vary(module: nn.Module) -> None:
    """Change tensors that are one number throughout, as norms and some initialisations leave them.

    All numbers are raised, by up to a tenth: variances stay positive.
    """
    generator = torch.Generator().manual_seed(0)
    for tensor in module.state_dict().values():
        if tensor.is_floating_point() and tensor.min() == tensor.max():
            tensor += torch.rand(tensor.shape, generator=generator) / 10
