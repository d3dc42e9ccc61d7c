"""What a recipe says, read and checked: plain values with their places, nothing of torch."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from archc.graph.graph import Graph
from archc.language.calls import Call
from archc.source import Source, Span
from archc.syntax.tree import Mapping as Tree


class Phase(NamedTuple):
    """One schedule of the learning rate, for so many epochs; None: to the end."""

    schedule: Call
    epochs: int | None = None


class Numbers(NamedTuple):
    """Mean and standard deviation of each channel, of pixels scaled to 0 … 1."""

    mean: tuple[float, ...]
    std: tuple[float, ...]


class EarlyStopping(NamedTuple):
    """Stop when `monitor` of the test split has not improved by `min_delta` for so many epochs."""

    patience: int
    monitor: Literal["loss", "accuracy"] = "accuracy"
    min_delta: float = 0.0


@dataclass(frozen=True)
class Data:
    """Where the samples come from, and what is done to them on the way to the network.

    Args:
        source: the data set by name, its settings beside it (`root` among them).
        span: the place of `data:`.
        normalize: None, ``"computed"`` over the training split, or numbers.
        batch_size: samples of one step of one process.
        train_transforms: of ``torchvision.transforms.v2``, for each training image.
        test_transforms: likewise for each image that is only looked at.
        workers: processes that load images; 0 loads in the training process.
        prefetch: batches that each worker is ahead.
        pin_memory: None pins where the model is on a CUDA device.
        on_error: what to do about an image that cannot be read.
    """

    source: Call
    span: Span
    normalize: Numbers | Literal["computed"] | None = None
    batch_size: int = 64
    train_transforms: tuple[Call, ...] = ()
    test_transforms: tuple[Call, ...] = ()
    workers: int = 0
    prefetch: int = 2
    pin_memory: bool | None = None
    on_error: Literal["fail", "skip"] = "fail"


@dataclass(frozen=True)
class Recipe:
    """A network, its data, and how it learns.

    Args:
        source: the text that it was read from.
        spec_path: where the spec is that the recipe names.
        spec_source: the text of that spec.
        graph: the checked network, whose one output is a vector with an element a class.
        optimizer: of ``torch.optim``.
        schedule: of ``torch.optim.lr_scheduler``, one after the other; empty: none.
        epochs: passes over the training split.
        seed: of everything that is drawn.
        label_smoothing: of the cross entropy.
        accumulate: batches whose gradients make one step.
        clip_norm: the largest 2-norm of all gradients together, before a step.
        clip_value: the largest magnitude of any gradient, before a step.
        precision: of the forward pass; ``auto`` is fp32 on CPU, bf16 on CUDA that has it.
        compile: whether ``torch.compile`` compiles the network.
        channels_last: whether images and weights are laid out so.
        ema: the decay of an exponential moving average of the weights, which is then what is
            evaluated and kept; None: none.
        early_stopping: when to end before `epochs`.
        parallel: how several processes share the network.
        checkpoint_steps: steps after which the state is kept within an epoch; None: at its end
            alone.
        tree: what was read, overrides in their places.
    """

    source: Source
    spec_path: str
    spec_source: Source
    graph: Graph
    data: Data
    optimizer: Call
    epochs: int
    schedule: tuple[Phase, ...] = ()
    seed: int = 0
    label_smoothing: float = 0.0
    accumulate: int = 1
    clip_norm: float | None = None
    clip_value: float | None = None
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    compile: bool = False
    channels_last: bool = False
    ema: float | None = None
    early_stopping: EarlyStopping | None = None
    parallel: Literal["ddp", "fsdp"] = "ddp"
    checkpoint_steps: int | None = None
    tree: Tree = field(repr=False, compare=False, kw_only=True)
