"""The declarations of a spec before anything is expanded, each with its location."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from archc.language.initialisation import Init
from archc.language.naming import Naming
from archc.language.values import SpecValue
from archc.ops.base.operator import Operator
from archc.source import Source, Span


@dataclass(slots=True)
class Parameter:
    """A parameter of a block or of the file; without a default it is required."""

    name: str
    span: Span
    default: SpecValue | None


@dataclass(slots=True)
class Variant:
    """A named set of values for the parameters of the file."""

    name: str
    span: Span
    values: dict[str, SpecValue]


@dataclass(slots=True)
class Reference:
    """The name of another node, with the location of its use."""

    name: str
    span: Span


@dataclass(slots=True)
class OperatorUse:
    """An operator with its settings, defaults included; `ready` where none is computed."""

    operator: type[Operator]
    span: Span
    settings: dict[str, SpecValue]
    joined: list[Reference]
    ready: Operator | None


@dataclass(slots=True)
class BlockUse:
    """A block with the arguments of this use."""

    block: str
    span: Span
    arguments: dict[str, SpecValue]


@dataclass(slots=True)
class Body:
    """Nodes in the order of the text: a chain, or branches that `join` combines."""

    children: "list[NodeDecl]"
    numbered: bool
    span: Span
    join: type[Operator] | None = None


@dataclass(slots=True)
class NodeDecl:
    """One layer, block use or body, as written; `what` is None where it could not be read."""

    name: str
    span: Span
    what: OperatorUse | BlockUse | Body | None
    reads: Reference | None = None
    condition: SpecValue | None = None
    repeat: SpecValue | None = None
    inline: bool = False
    init: Init | None = None
    naming: Naming | None = None


@dataclass
class Block:
    """A body with parameters."""

    name: str
    span: Span
    params: dict[str, Parameter]
    inline: bool = False
    body: Body | None = None
    readable: bool = True

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The parameters without a default; valid once all are known."""
        return tuple(param.name for param in self.params.values() if param.default is None)


@dataclass(slots=True)
class HeadDecl:
    """An auxiliary output, computed in training mode only."""

    node: NodeDecl
    loss_weight: float


@dataclass(slots=True)
class Spec:
    """A whole file."""

    source: Source
    name: str = ""
    input: list[SpecValue] | None = None
    params: dict[str, Parameter] = field(default_factory=dict)
    variants: dict[str, Variant] = field(default_factory=dict)
    blocks: dict[str, Block] = field(default_factory=dict)
    body: Body | None = None
    auxiliary: list[HeadDecl] = field(default_factory=list)
    outputs: list[tuple[str, Reference]] = field(default_factory=list)
    init: Init | None = None
    exact: bool = False


def walk(body: Body | None) -> Iterator[NodeDecl]:
    """Yield every node of a body, bodies inside it included, as written."""
    if body is None:
        return
    for child in body.children:
        yield child
        if isinstance(child.what, Body):
            yield from walk(child.what)
