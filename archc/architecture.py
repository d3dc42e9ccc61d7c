"""The library's face: a checked network, its numbers, its source and its module."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from archc.diagnostics import Diagnostic, Diagnostics
from archc.graph.graph import Graph
from archc.language.overrides import Override
from archc.pipeline import check as run
from archc.syntax.opener import SpecLike

if TYPE_CHECKING:
    from torch import nn

    from archc.analyses.summary import Row, Summary
    from archc.passes.base.optimised import Optimised
    from archc.weights.load import Weights


class SpecError(Exception):
    """A spec that is not sound. `diagnostics` are all that was found, in the order of the text."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        super().__init__(diagnostics)
        self.diagnostics: list[Diagnostic] = list(diagnostics)

    def __str__(self) -> str:
        from archc.render.text import as_text

        return "\n" + as_text(self.diagnostics)


class Architecture:
    """A network that archc has nothing against. No number of it needs torch; `compile` does."""

    def __init__(self, graph: Graph, diagnostics: Diagnostics) -> None:
        self.graph = graph
        self.diagnostics: list[Diagnostic] = list(diagnostics)

    @property
    def name(self) -> str:
        """The name that the spec gives, or an empty text."""
        return self.graph.name

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one sample: (channels, height, width) or (features,)."""
        return self.graph.input.shape

    @property
    def parameters(self) -> int:
        """The numbers that training adjusts, auxiliary heads included."""
        return self._report.totals.params

    @property
    def macs(self) -> int:
        """Multiply-accumulates of one sample in evaluation: ``FlopCounterMode`` / 2."""
        return self._report.totals.macs

    @cached_property
    def _report(self) -> "Summary":
        from archc.analyses.summary import summarise

        return summarise(self.graph)

    def __getitem__(self, path: str) -> "Row":
        """Return what is known of a layer, a block or a list of layers: ``arch["layer2.0"]``.

        Raises:
            KeyError: the network has nothing of that name.
        """
        return self._report[path]

    def __iter__(self) -> "Iterator[Row]":
        """Iterate over the layers, in the order of computation, heads last."""
        return iter(self._report.layers)

    def summary(self, *, batch: int = 1, depth: int | None = None, width: int = 100) -> str:
        """Return the table that ``archc summary`` prints, without colour."""
        from archc.report.table import table

        return table(self.graph, batch=batch, depth=depth, width=width)

    def to_dict(self, *, batch: int = 1) -> dict[str, Any]:
        """Return the object that ``archc summary --format json`` prints."""
        from archc.analyses.summary import summarise

        return summarise(self.graph, batch=batch).to_json()

    def source(self) -> str:
        """Return the network as readable Python that imports torch alone."""
        from archc.emit.emit import emit

        return emit(self.graph).source

    def optimised(self, what: str | Sequence[str] = "inference") -> "Optimised":
        """Return the network rewritten: its graph, where its weights come from, what was changed.

        Args:
            what: a bundle of passes, one of them, or several in order; see `archc.passes`.

        Raises:
            ValueError: there is no optimisation of that name.
        """
        from archc.passes import optimise

        return optimise(self.graph, what)

    def compile(
        self,
        *,
        seed: int | None = None,
        weights: "Weights | None" = None,
        optimize: str | Sequence[str] | None = None,
    ) -> "nn.Module":
        """Return an ordinary ``torch.nn.Module`` with fresh weights, or with given ones.

        Args:
            seed: makes fresh weights reproducible, whatever other threads draw, without
                disturbing torch's generators.
            weights: a checkpoint's path, or tensors by key; they are copied, and nothing is
                drawn that they would overwrite. Every key must fit.
            optimize: ``inference`` gives a module for inference alone, made from the same
                weights; see `optimised`.

        Raises:
            CheckpointError: the weights cannot be read, or are not those of this network.
            ImportError: torch is not installed; the message has the command that installs it.
            ValueError: there is no optimisation of that name.
        """
        from archc.extras import require

        require("torch")
        if optimize is not None:
            from archc.module.optimised import optimised_module

            return optimised_module(self.graph, optimize, seed, weights)
        from archc.module.live import compile_graph

        return compile_graph(self.graph, seed, weights)

    def _repr_html_(self) -> str:
        """Return the picture and the table, which a notebook shows in place of the text."""
        from archc.picture.notebook import notebook

        return notebook(self.graph, self.diagnostics)

    def __repr__(self) -> str:
        shape = "×".join(map(str, self.input_shape))
        return f"<Architecture {self.name or 'unnamed'} for {shape} inputs>"


def load(
    spec: SpecLike,
    /,
    *,
    input_shape: Sequence[int] | None = None,
    strict: bool = False,
    **params: Override,
) -> Architecture:
    """Return a checked network.

    Args:
        spec: a path, a text with line breaks, an open file or a dict.
        input_shape: takes the place of the spec's `input:`, without the batch.
        strict: a stride that does not divide evenly is an error, not a note.
        params: values for the spec's `params:`.

    Raises:
        SpecError: something is wrong with the spec; it carries every diagnostic.
    """
    checked = run(spec, params, input_shape=input_shape, strict=strict)
    if checked.sound is None:
        raise SpecError(checked.diagnostics)
    return Architecture(checked.sound, checked.diagnostics)


def check(
    spec: SpecLike,
    /,
    *,
    input_shape: Sequence[int] | None = None,
    strict: bool = False,
    **params: Override,
) -> list[Diagnostic]:
    """Return everything that is to be said about a spec, errors, warnings and notes; see `load`."""
    return list(run(spec, params, input_shape=input_shape, strict=strict).diagnostics)


def compile(
    spec: SpecLike,
    /,
    *,
    input_shape: Sequence[int] | None = None,
    strict: bool = False,
    seed: int | None = None,
    weights: "Weights | None" = None,
    optimize: str | Sequence[str] | None = None,
    **params: Override,
) -> "nn.Module":
    """Return a spec as an ordinary ``torch.nn.Module``; see `load` and `Architecture.compile`."""
    arch = load(spec, input_shape=input_shape, strict=strict, **params)
    return arch.compile(seed=seed, weights=weights, optimize=optimize)
