"""The base of all operators: the rules an operator states, and the hook that holds it to them."""

import types
from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, fields
from math import floor
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Literal,
    NamedTuple,
    cast,
    dataclass_transform,
    get_type_hints,
)

from archc.ops.base.kinds import Unfit, Value, ValueKind
from archc.ops.base.torch_code import TorchCode
from archc.problems.shapes import ShapeProblem

if TYPE_CHECKING:
    from fractions import Fraction  # its import would cost every run as much as a small spec

Shape = tuple[int, ...]
"""The shape of one value without the batch: (channels, height, width) or (features,)."""


class Window(NamedTuple):
    """What one output element reads along one axis of the input.

    Output element i reads the `size` input elements from i·stride + start on. `size` counts the
    whole stretch, dilation included, of which every `step`-th is read; `start` is minus the
    padding before. Where the stride is a fraction, the elements begin at ⌊i·stride + start⌋, and
    some outputs read fewer than `size`: `Operator.taps` says which.
    """

    size: int
    stride: "int | Fraction" = 1
    start: "int | Fraction" = 0
    step: int = 1

    def taps(self, output: int) -> range:
        """Return which elements of an endless map an output reads at most."""
        first = floor(output * self.stride + self.start)
        return range(first, first + self.size, self.step)

    def covers(self, length: int, outputs: int) -> bool:
        """Whether windows that move by whole elements leave no element of a map unread."""
        gapless = self.step == 1 and (self.stride <= self.size or outputs == 1)
        dense = self.stride == 1 and outputs >= self.step
        last = self.start + (outputs - 1) * self.stride + self.size
        return (gapless or dense) and self.start <= 0 and last >= length

    def meets(self, length: int, outputs: int) -> bool:
        """Whether each window is sure to have an element of the map among those that it reads."""
        if not isinstance(self.stride, int):
            return False
        last = self.start + (outputs - 1) * self.stride
        if self.start >= 0 and last + self.size <= length:
            return True
        return self.step <= length and -self.start < self.size and last < length


Taps = Callable[[int], range]
"""For an output element, the input elements that it reads along one axis, were the map endless."""


POINTWISE = (Window(1), Window(1))
GLOBAL = None
"""An output element that reads every input element has no window."""


FLOAT32 = 4
INT64 = 8
"""Bytes of one number."""


class Saved(NamedTuple):
    """What autograd keeps of this operation until the backward pass, on CPU in float32.

    Args:
        input: whether all values read are kept.
        output: whether the value given is kept.
        extra_bytes: what is kept besides for each sample of the batch.
        batch_bytes: what is kept besides whatever the size of the batch.

    Source: ``formula.saved_tensor`` of PyTorch's derivatives.yaml, confirmed by
    ``torch.autograd.graph.saved_tensors_hooks`` in the tests.
    """

    input: bool = False
    output: bool = False
    extra_bytes: int = 0
    batch_bytes: int = 0


class Example(NamedTuple):
    """One use of an operator that the tests run against torch.

    Args:
        settings: the layer as a spec writes it, ``{conv: 6, kernel: 5}``.
        reads: the input shape; for a join, the list of shapes.
        gives: the output shape, or None for an invalid example.
        code: the error code of an invalid example.
        stricter: torch would accept this invalid example; archc rejects it on purpose.
    """

    settings: str
    reads: Any
    gives: Shape | None = None
    code: str | None = None
    stricter: bool = False


def valid(settings: str, reads: Any, gives: Shape) -> Example:
    """Return an example that archc and torch accept."""
    return Example(settings, reads, gives)


def invalid(settings: str, reads: Any, code: str, *, stricter: bool = False) -> Example:
    """Return an example that archc rejects with `code`."""
    return Example(settings, reads, None, code, stricter)


@dataclass_transform(frozen_default=True)
class Operator:
    """One operation with its settings; a subclass is one file of `archc.ops`.

    The fields of a subclass are its settings in a spec, each annotated with a kind
    (`archc.ops.base.kinds`). Its rules are the methods below; a rule's `x` is the shape read
    (of a join: the tuple of shapes read). `check` comes first: the other rules are asked only
    about shapes that it found valid.
    """

    principal: ClassVar[str | None] = None
    """The field that the operator key's own value fills; None where it fills none."""
    joins: ClassVar[bool] = False
    """Whether the operator key's value is the list of the nodes that it reads."""
    symbol: ClassVar[str] = ""
    """Its short form in papers, where that is not its name: ``+``, ``BN``."""
    follows: ClassVar[Literal["norm", "activation"] | None] = None
    """What it is to the layer before it, if readers take both for one step."""
    since: ClassVar[str] = ""
    """The version of archc that brought it, if later than 0.1.0: a block of that name hides it."""
    examples: ClassVar[tuple[Example, ...]]

    name: ClassVar[str]
    kinds: ClassVar[dict[str, ValueKind]]
    required: ClassVar[tuple[str, ...]]

    def check(self, x: Any) -> Iterator[ShapeProblem]:
        """Yield what is wrong with reading `x`: errors, and notes on inexact strides."""
        return iter(())

    def shape(self, x: Any) -> Shape:
        """Return the output shape."""
        raise NotImplementedError

    def weights(self, x: Any) -> dict[str, Shape]:
        """Return the trainable tensors, name to shape, in torch's order."""
        return {}

    def buffers(self, x: Any) -> dict[str, Shape]:
        """Return the tensors of the state that are not trained, name to shape."""
        return {}

    def macs(self, x: Any) -> int:
        """Return the multiply-accumulates of one sample: `FlopCounterMode` / 2."""
        return 0

    def windows(self, x: Any) -> tuple[Window, Window] | None:
        """Return what one output element reads along height and width, or GLOBAL."""
        return POINTWISE

    def taps(self, x: Any) -> tuple[Taps, Taps] | None:
        """Return which elements each output reads along height and width, or GLOBAL.

        Windows with whole strides say it themselves.
        """
        windows = self.windows(x)
        return windows and (windows[0].taps, windows[1].taps)

    def saved(self, x: Any) -> Saved:
        """Return what autograd keeps of one sample for the backward pass."""
        return Saved()

    def torch(self, x: Any) -> TorchCode:
        """Return how the operation is written in PyTorch."""
        raise NotImplementedError

    @property
    def is_view(self) -> bool:
        """Whether the output shares the input's memory in evaluation mode."""
        return False

    @classmethod
    def accept(cls, setting: str, value: Value) -> Any | Unfit:
        """Return `value` as the field `setting` keeps it, or Unfit."""
        return cls.kinds[setting].accept(value)

    def changed(self, **names: str) -> dict[str, Any]:
        """Return torch's keyword arguments for the fields that differ from their default.

        Each keyword of the call is torch's name, its value the field's name.
        """
        defaults = type(self)
        return {
            keyword: getattr(self, field)
            for keyword, field in names.items()
            if not _identical(getattr(self, field), getattr(defaults, field))
        }

    def __init_subclass__(cls, abstract: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = {name for name in vars(cls) if not name.startswith("_")}
        annotated = set(vars(cls).get("__annotations__", {}))
        if unknown := own - annotated - _RULES - {"name"}:
            raise TypeError(f"{cls.__qualname__} defines {sorted(unknown)}: no such rule")
        dataclass(frozen=True, repr=not abstract)(cls)
        if abstract:
            return
        if not cls.__doc__ or cls.__doc__.startswith(f"{cls.__name__}("):
            raise TypeError(f"{cls.__qualname__} has no docstring")
        for rule in ("shape", "torch"):
            if getattr(cls, rule) is getattr(Operator, rule):
                raise TypeError(f"{cls.__qualname__} does not state its {rule}")
        if not getattr(cls, "examples", ()):
            raise TypeError(f"{cls.__qualname__} has no examples")
        cls.name = cls.__module__.rpartition(".")[2]
        hints = get_type_hints(cls, include_extras=True)
        own_fields = fields(cast(Any, cls))
        cls.kinds = {field.name: hints[field.name].__metadata__[0] for field in own_fields}
        cls.required = tuple(field.name for field in own_fields if field.default is MISSING)
        if cls.principal is not None and cls.principal not in cls.kinds:
            raise TypeError(f"{cls.__qualname__}.principal names no field")


_RULES = {
    name
    for name, value in vars(Operator).items()
    if isinstance(value, types.FunctionType | property) and not name.startswith("_")
} | {"examples", "follows", "joins", "principal", "since", "symbol"}


def _identical(value: Any, default: Any) -> bool:
    """Whether a value is the default itself: a traced number that happens to equal it is not."""
    if isinstance(value, tuple) and isinstance(default, tuple):
        return len(value) == len(default) and all(map(_identical, value, default))
    return type(value) is type(default) and bool(value == default)
