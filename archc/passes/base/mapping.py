"""How the weights of an optimised network are made of those that are saved: as data.

A mapping has an entry for every key of the optimised module. It is printed by `mapping_text`, and
computed by `archc.weights.carry`.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


class Kept(NamedTuple):
    """A tensor that is saved, as it is."""

    key: str

    def __str__(self) -> str:
        return self.key


class Norm(NamedTuple):
    """The tensors of a batch norm; one without `affine` has neither weight nor bias.

    In evaluation it computes y = s·x + t, channel by channel, with s = weight/√(variance + eps)
    and t = bias − mean·s.
    """

    weight: "Source | None"
    bias: "Source | None"
    mean: "Source"
    variance: "Source"
    eps: float

    def __str__(self) -> str:
        return f"batch norm of {self.mean}".removesuffix(".running_mean")


class FoldedWeight(NamedTuple):
    """A weight times its batch norm's s, output channel by output channel.

    `groups` is None where the output channels are the first axis; of a transposed convolution,
    whose weight is C × C_out/groups × F × F, it is the number of groups.
    """

    weight: "Source"
    norm: Norm
    groups: int | None = None

    def __str__(self) -> str:
        return f"{self.weight} scaled by the {self.norm}"


class FoldedBias(NamedTuple):
    """The bias s·b + t of a layer and its batch norm; b is 0 where the layer had no bias."""

    bias: "Source | None"
    norm: Norm

    def __str__(self) -> str:
        if self.bias is None:
            return f"shift of the {self.norm}"
        return f"{self.bias} scaled and shifted by the {self.norm}"


class Concatenated(NamedTuple):
    """Several tensors, one after the other along the first axis."""

    parts: "tuple[Source, ...]"

    def __str__(self) -> str:
        return "; ".join(map(str, self.parts))


Source = Kept | FoldedWeight | FoldedBias | Concatenated


def composed(later: Mapping[str, Source], earlier: Mapping[str, Source]) -> dict[str, Source]:
    """Return two mappings, made one after the other, as one from the first one's keys."""
    return {key: _through(source, earlier) for key, source in later.items()}


def _through(source: Any, earlier: Mapping[str, Source]) -> Any:
    if isinstance(source, Kept):
        return earlier[source.key]
    if isinstance(source, FoldedWeight | FoldedBias | Concatenated | Norm):
        return type(source)(*(_through(part, earlier) for part in source))
    if isinstance(source, tuple):
        return tuple(_through(part, earlier) for part in source)
    return source


def keys_read(source: Any) -> Iterator[str]:
    """Yield the saved keys that a tensor is made of."""
    if isinstance(source, Kept):
        yield source.key
    elif isinstance(source, tuple):
        for part in source:
            yield from keys_read(part)


def mapping_text(mapping: Mapping[str, Source]) -> str:
    """Return a mapping as text, a line a key: ``new key ← what it is made of``; kept ones last."""
    made = {key: source for key, source in mapping.items() if source != Kept(key)}
    lines = [f"{key} ← {source}" for key, source in made.items()]
    if kept := len(mapping) - len(made):
        lines.append(f"{kept:,} more are kept as they are")
    return "\n".join(lines)
