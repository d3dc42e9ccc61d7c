"""What ``archc diff --format json`` prints."""

from typing import Literal

from pydantic import JsonValue

from archc.report.models.base import Document, Part, Shape


class SettingChange(Part):
    """A setting whose value changed."""

    name: str
    """The setting; `from` stands for what a layer receives."""
    old: JsonValue
    """Its value in OLD; null where it has none."""
    new: JsonValue
    """Its value in NEW; null where it has none."""


class LayerChange(Part):
    """A layer, or a use of a block, whose settings changed."""

    name: str
    """Its path in NEW."""
    settings: tuple[SettingChange, ...]
    """What changed."""


class ShapeChange(Part):
    """A shape that changed."""

    old: Shape
    """The shape in OLD."""
    new: Shape
    """The shape in NEW."""


class NetworkTotals(Part):
    """What one of the two networks costs."""

    params: int
    """Parameters."""
    macs: int
    """MACs of one sample in evaluation."""
    macs_training: int
    """MACs of one sample in training, with the auxiliary heads."""


class TotalsChange(Part):
    """What both networks cost."""

    old: NetworkTotals
    """Of OLD."""
    new: NetworkTotals
    """Of NEW."""


class KeyChanges(Part):
    """What becomes of a checkpoint of OLD."""

    kept: tuple[str, ...]
    """Keys that NEW has in the same shape."""
    lost: tuple[str, ...]
    """Keys that NEW does not have."""
    reshaped: dict[str, ShapeChange]
    """Keys that NEW has in another shape."""
    fresh: tuple[str, ...]
    """Keys that only NEW has."""
    renamed: dict[str, str]
    """Keys of layers that have another path in NEW, in the same shape: old key to new."""


class Difference(Document):
    """What differs between two networks, OLD and NEW."""

    version: Literal[1]
    """1; it changes when a field is renamed or removed, not when one is added."""
    same: bool
    """Whether nothing differs."""
    network: tuple[SettingChange, ...]
    """Changes of the network itself: its input, outputs and heads."""
    added: tuple[str, ...]
    """Paths of the layers that only NEW has."""
    removed: tuple[str, ...]
    """Paths of the layers that only OLD has."""
    changed: tuple[LayerChange, ...]
    """Layers, and uses of blocks, whose settings changed."""
    moved: dict[str, str]
    """Layers with another path, renamed or renumbered: old path to new."""
    downstream: dict[str, ShapeChange]
    """Layers, else unchanged, whose output has another shape, by their path in NEW."""
    totals: TotalsChange
    """What both networks cost."""
    keys: KeyChanges
    """What becomes of a checkpoint of OLD."""
