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
    """A spec with errors; `diagnostics` has all problems, in the order of the text."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        super().__init__(diagnostics)
        self.diagnostics: list[Diagnostic] = list(diagnostics)

    def __str__(self) -> str:
        from archc.render.text import as_text

        return "\n" + as_text(self.diagnostics)


class Architecture:
    """A checked network: its numbers, its source and its module.

    Only `compile` imports torch.

    Args:
        graph: a sound network, whose nodes all have shapes.
        diagnostics: the warnings and notes of its spec.
    """

    def __init__(self, graph: Graph, diagnostics: Diagnostics) -> None:
        self.graph = graph
        self.diagnostics: list[Diagnostic] = list(diagnostics)

    @property
    def name(self) -> str:
        """The spec's `name`, or an empty text."""
        return self.graph.name

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one sample: (channels, height, width) in pixels, or (features,)."""
        return self.graph.input.shape

    @property
    def parameters(self) -> int:
        """The number of parameters, auxiliary heads included."""
        return self._report.totals.params

    @property
    def macs(self) -> int:
        """The number of multiply-accumulates of one sample in evaluation, without auxiliary heads.

        It is half of what ``torch.utils.flop_counter.FlopCounterMode`` counts.
        """
        return self._report.totals.macs

    @cached_property
    def _report(self) -> "Summary":
        from archc.analyses.summary import summarise

        return summarise(self.graph)

    def __getitem__(self, path: str) -> "Row":
        """Return the row of a layer, a block or a body in the summary: ``arch["layer2.0"]``.

        Args:
            path: the names from the root, separated by dots, as in ``state_dict``.

        Raises:
            KeyError: the network has no such path.
        """
        return self._report[path]

    def __iter__(self) -> "Iterator[Row]":
        """Iterate over the rows of the layers, in the order of computation, heads last."""
        return iter(self._report.layers)

    def summary(self, *, batch: int = 1, depth: int | None = None, width: int = 100) -> str:
        """Return the table that ``archc summary`` prints, without colour.

        Args:
            batch: the number of samples for the activation memory.
            depth: how deep blocks are shown, from 1; None shows all layers.
            width: the longest line, in columns of a terminal.
        """
        from archc.report.table import table

        return table(self.graph, batch=batch, depth=depth, width=width)

    def to_dict(self, *, batch: int = 1) -> dict[str, Any]:
        """Return the object that ``archc summary --format json`` prints, as plain data.

        `archc.report.models.Summary` has its fields.

        Args:
            batch: the number of samples for the activation memory.
        """
        from archc.analyses.summary import summarise
        from archc.report.summary_json import summary_json

        return summary_json(summarise(self.graph, batch=batch))

    def source(self) -> str:
        """Return the network as the text of a Python module that imports torch alone."""
        from archc.emit.emit import emit

        return emit(self.graph).source

    def optimised(self, what: str | Sequence[str] = "inference") -> "Optimised":
        """Return the network rewritten by passes: its graph, its weights' origins, the changes.

        Args:
            what: a bundle of passes, a pass, or several of these in order; see `archc.passes`.

        Raises:
            ValueError: there is no bundle or pass of that name.
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
        """Return the network as an ordinary ``torch.nn.Module`` in training mode.

        It takes a batch of samples, N × `input_shape`, of float32.

        Args:
            seed: makes random weights reproducible, whatever other threads draw; torch's own
                generators keep their state.
            weights: the path of a checkpoint, or tensors by key. They are copied, and no weight is
                drawn that they replace. The keys and shapes must be those of the network.
            optimize: ``inference`` returns a module in evaluation mode, for inference alone, with
                the same weights; see `optimised`.

        Raises:
            CheckpointError: the weights cannot be read, or do not fit the network.
            ImportError: torch is not installed; the message has the command that installs it.
            ValueError: there is no bundle or pass of that name.
        """
        from archc.extras import require

        require("torch")
        if optimize is not None:
            from archc.module.optimised import optimised_module

            return optimised_module(self.graph, optimize, seed, weights)
        from archc.module.live import compile_graph

        return compile_graph(self.graph, seed, weights)

    def _repr_html_(self) -> str:
        """Return the picture and the table as HTML, which a notebook shows."""
        from archc.picture.notebook import notebook

        return notebook(self.graph, self._report, self.diagnostics)

    def __repr__(self) -> str:
        shape = "×".join(map(str, self.input_shape))
        return f"<Architecture {self.name or 'unnamed'} for {shape} inputs>"


def load(
    spec: SpecLike,
    /,
    *,
    variant: str | None = None,
    input_shape: Sequence[int] | None = None,
    strict: bool = False,
    **params: Override,
) -> Architecture:
    """Return a checked network.

    Args:
        spec: the path of a spec, the directory of a run, the name of a model that comes with archc,
            a text with line breaks, an open file or a dict. The spec of a run is read with the
            parameters and the input of its recipe.
        variant: the name of one of the spec's `variants:`.
        input_shape: replaces the spec's `input:`: (channels, height, width) in pixels, or
            (features,).
        strict: whether a stride that does not divide evenly is an error, not a note.
        params: values for the spec's `params:`.

    Raises:
        SpecError: the spec has errors; the exception has every diagnostic.
    """
    checked = run(spec, params, variant=variant, input_shape=input_shape, strict=strict)
    if checked.sound is None:
        raise SpecError(checked.diagnostics)
    return Architecture(checked.sound, checked.diagnostics)


def check(
    spec: SpecLike,
    /,
    *,
    variant: str | None = None,
    input_shape: Sequence[int] | None = None,
    strict: bool = False,
    **params: Override,
) -> list[Diagnostic]:
    """Return the errors, warnings and notes of a spec, in the order of its text.

    Args:
        spec: as for `load`.
        variant: as for `load`.
        input_shape: as for `load`.
        strict: as for `load`.
        params: as for `load`.
    """
    checked = run(
        spec, params, variant=variant, input_shape=input_shape, strict=strict, every_variant=True
    )
    return list(checked.diagnostics)


def compile(
    spec: SpecLike,
    /,
    *,
    variant: str | None = None,
    input_shape: Sequence[int] | None = None,
    strict: bool = False,
    seed: int | None = None,
    weights: "Weights | None" = None,
    optimize: str | Sequence[str] | None = None,
    **params: Override,
) -> "nn.Module":
    """Return a spec as an ordinary ``torch.nn.Module``.

    Args:
        spec: as for `load`.
        variant: as for `load`.
        input_shape: as for `load`.
        strict: as for `load`.
        seed: as for `Architecture.compile`.
        weights: as for `Architecture.compile`.
        optimize: as for `Architecture.compile`.
        params: as for `load`.

    Raises:
        SpecError: the spec has errors.
        CheckpointError: the weights cannot be read, or do not fit the network.
        ImportError: torch is not installed.
        ValueError: there is no bundle or pass of the name in `optimize`.
    """
    arch = load(spec, variant=variant, input_shape=input_shape, strict=strict, **params)
    return arch.compile(seed=seed, weights=weights, optimize=optimize)
