"""What a recipe says: its keys, each with its type, bounds, default and description."""

from typing import Annotated, Any, Literal

from pydantic import Field

from archc.diagnostics import Diagnostics
from archc.graph.graph import Graph
from archc.recipe.base.choices import Chosen
from archc.recipe.base.settings import Settings
from archc.recipe.base.values import (
    Between,
    Count,
    NotNegative,
    NotNegativeCount,
    Positive,
)
from archc.recipe.data import Data
from archc.recipe.document import Document
from archc.recipe.doors import LOSSES, OPTIMIZERS, SCHEDULES
from archc.recipe.losses.base.kind import Loss
from archc.recipe.losses.cross_entropy import CrossEntropy
from archc.recipe.network import Network
from archc.recipe.optimizers.base.kind import Optimizer
from archc.recipe.schedules.base.kind import Schedule
from archc.syntax.tree import Mapping, Scalar, Tree


class Phase(Settings):
    """One schedule of the learning rate, for some epochs."""

    schedule: Annotated[Schedule, Chosen(SCHEDULES), Field(description="the schedule")]
    epochs: Annotated[Count | None, Field(description="epochs; left out: to the end")] = None

    @classmethod
    def arranged(cls, tree: Tree, where: str, diagnostics: Diagnostics) -> Mapping | None:
        """Return `tree` with the schedule under `schedule`, whatever stands beside `epochs`."""
        entries: dict[str, tuple[Scalar, Tree]] = {}
        if isinstance(tree, Mapping) and "epochs" in tree.entries:
            entries["epochs"] = tree.entries["epochs"]
            rest = {name: pair for name, pair in tree.entries.items() if name != "epochs"}
            tree = Mapping(rest, tree.span)
        entries["schedule"] = (Scalar("schedule", True, tree.span), tree)
        return Mapping(entries, tree.span)


class EarlyStopping(Settings):
    """When to stop before all epochs are done: the test split's scores are no better any more."""

    patience: Annotated[Count, Field(description="epochs without a better score")]
    monitor: Annotated[Literal["loss", "accuracy"], Field(description="the score")] = "accuracy"
    min_delta: Annotated[NotNegative, Field(description="how much better counts")] = 0.0


class Keys(Settings):
    """The keys of a recipe."""

    archc: Annotated[Literal[1], Field(description="version of the language")] = 1
    spec: Annotated[
        str,
        Field(
            description="path of the spec, from the recipe's own folder, or the name of a model; "
            "its output is a vector with an element for each class"
        ),
    ]
    variant: Annotated[str | None, Field(description="one of the spec's `variants`")] = None
    params: Annotated[
        dict[str, Any] | None, Field(description="values for the spec's parameters")
    ] = None
    input: Annotated[
        tuple[Any, ...] | None, Field(description="takes the place of the spec's `input`")
    ] = None
    data: Annotated[Data, Field(description="the samples; see below")]
    loss: Annotated[
        Loss,
        Chosen(LOSSES),
        Field(description="one of the losses below; `cross_entropy` if left out"),
    ] = CrossEntropy()
    optimizer: Annotated[
        Optimizer, Chosen(OPTIMIZERS), Field(description="one of the optimizers below")
    ]
    schedule: Annotated[
        tuple[Phase, ...],
        Field(
            description="one of the schedules below, or a list of them, each with the `epochs` "
            "that it is for; the last may leave them out, and goes on to the end. Together they "
            "are as long as training"
        ),
    ] = ()
    epochs: Annotated[Count, Field(description="passes over the training split")]
    seed: Annotated[NotNegativeCount, Field(description="seed of everything that is drawn")] = 0
    accumulate: Annotated[Count, Field(description="batches whose gradients make one step")] = 1
    clip_norm: Annotated[
        Positive | None, Field(description="largest 2-norm of all gradients together")
    ] = None
    clip_value: Annotated[
        Positive | None, Field(description="largest magnitude of any gradient")
    ] = None
    precision: Annotated[
        Literal["auto", "fp32", "bf16", "fp16"],
        Field(
            description="number format of the forward pass; `auto` is fp32 on CPU and bf16 on CUDA "
            "that has it"
        ),
    ] = "auto"
    compile: Annotated[bool, Field(description="whether `torch.compile` compiles the network")] = (
        False
    )
    channels_last: Annotated[
        bool, Field(description="whether images and weights are stored channels last")
    ] = False
    ema: Annotated[
        Between | None,
        Field(
            description="decay, per step, of an average of the weights, which is then what is "
            "evaluated and kept"
        ),
    ] = None
    early_stopping: Annotated[
        EarlyStopping | None,
        Field(
            description="`patience` in epochs, `monitor` (`loss` or `accuracy`), `min_delta`; "
            "training stops when the score is no better any more"
        ),
    ] = None
    parallel: Annotated[
        Literal["ddp", "fsdp"], Field(description="how several processes share the network")
    ] = "ddp"
    checkpoint_steps: Annotated[
        Count | None, Field(description="steps after which the state is kept within an epoch")
    ] = None


class Recipe(Keys):
    """A valid recipe: its keys, its text, and the checked network that it names."""

    document: Document
    network: Network

    @property
    def graph(self) -> Graph:
        """The network, whose one output is a vector with an element for each class."""
        return self.network.graph
