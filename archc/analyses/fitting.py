"""A checkpoint held against a network, by the names and shapes of its tensors alone."""

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from functools import partial
from typing import NamedTuple

from archc.analyses.cost import INT64_BUFFERS
from archc.analyses.keys import Key, state_keys
from archc.graph.graph import Graph
from archc.ops.base.operator import Shape
from archc.problems.shapes import shape_text

_ALIKE = 0.6
"""How similar two names must be for one to be taken for the other's new name."""


class Reshaped(NamedTuple):
    """A key that both have, with different shapes; `why` is empty where it is not known."""

    has: Shape
    needs: Shape
    why: str = ""


class Fit(NamedTuple):
    """What of a checkpoint a network can use.

    Args:
        keys: all that the network needs, in its order.
        fits: the keys that the checkpoint has, in the right shape.
        missing: those that it has not; what `counters` has is not among them.
        counters: counts of batches that it has not: they begin at 0, as torch lets them.
        left_over: keys that the network does not know, with their shapes.
        reshaped: keys whose shape is another.
        renamed: for keys left over, the missing key that each may be: old name to new name.
    """

    keys: Mapping[str, Key]
    fits: tuple[str, ...]
    missing: tuple[str, ...]
    counters: tuple[str, ...]
    left_over: Mapping[str, Shape]
    reshaped: Mapping[str, Reshaped]
    renamed: Mapping[str, str]

    @property
    def whole(self) -> bool:
        """Whether the network's whole state is there, and nothing else."""
        return not (self.missing or self.left_over or self.reshaped)


def fit(graph: Graph, shapes: Mapping[str, Shape]) -> Fit:
    """Hold the shapes of a checkpoint's tensors against a sound graph."""
    keys = state_keys(graph)
    absent = [name for name in keys if name not in shapes]
    # Files older than these counts have none, and torch begins them at 0.
    counters = tuple(name for name in absent if name.rpartition(".")[2] in INT64_BUFFERS)
    missing = tuple(name for name in absent if name not in counters)
    left_over = {name: shape for name, shape in shapes.items() if name not in keys}
    reshaped = {
        name: Reshaped(shapes[name], key.shape, _why(name, key, shapes[name]))
        for name, key in keys.items()
        if name in shapes and shapes[name] != key.shape
    }
    fits = tuple(name for name in keys if name in shapes and name not in reshaped)
    renamed = _renamed(left_over, {name: keys[name].shape for name in missing})
    return Fit(keys, fits, missing, counters, left_over, reshaped, renamed)


def _why(name: str, key: Key, has: Shape) -> str:
    """Return what a layer's other shape comes from, where one size alone shows it."""
    operator = key.node.operator
    needs = key.shape
    if operator.name not in ("conv", "linear") or len(has) != len(needs):
        return ""
    unit = "channels" if operator.name == "conv" else "features"
    reasons = []
    if has[0] != needs[0]:
        reasons.append(f"the layer gives {needs[0]} {unit}, in the checkpoint {has[0]}")
    if len(needs) > 1 and has[1] != needs[1]:
        groups = getattr(operator, "groups", 1)
        per_group = " a group" if groups > 1 else ""
        reasons.append(f"it reads {needs[1]} {unit}{per_group}, in the checkpoint {has[1]}")
    if has[2:] != needs[2:]:
        kernels = shape_text(needs[2:]), shape_text(has[2:])
        reasons.append(f"its kernel is {kernels[0]}, in the checkpoint {kernels[1]}")
    return "; ".join(reasons)


def _renamed(left_over: Mapping[str, Shape], missing: Mapping[str, Shape]) -> dict[str, str]:
    """Pair keys left over with missing ones of the same tensor name, shape and a similar path.

    Where there is just one of each, the path may be any.
    """
    free, old = _by_form(missing), _by_form(left_over)
    found = {}
    for form, names in old.items():
        candidates = free.get(form, [])
        if len(names) == len(candidates) == 1:
            found[names[0]] = candidates[0]
            continue
        for name in names:
            alike = partial(_alike, name)
            best = max(candidates[:_CANDIDATES], key=alike, default=None)
            if best is not None and _alike(name, best) >= _ALIKE:
                candidates.remove(best)
                found[name] = best
    return found


def _by_form(shapes: Mapping[str, Shape]) -> dict[tuple[str, Shape], list[str]]:
    found: dict[tuple[str, Shape], list[str]] = {}
    for name, shape in shapes.items():
        found.setdefault((name.rpartition(".")[2], shape), []).append(name)
    return found


_CANDIDATES = 50
"""How many names one is compared with at most: a comparison costs tens of microseconds."""


def _alike(name: str, other: str) -> float:
    """Return how similar two paths are; a number in them may be any other: rows move."""
    path, another = (re.sub(r"\d+", "0", key.rpartition(".")[0]) for key in (name, other))
    return SequenceMatcher(None, path, another, False).ratio()
