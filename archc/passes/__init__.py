"""The passes: Graph → Graph, one file each, named as they are asked for.

A pass changes no result beyond rounding and renames nothing that is saved: the checkpoint stays
the plain network's, and what an optimised module holds is made from it by a mapping that can be
looked at. Adding a pass is a file with a function of its name; a line of `BUNDLES` makes it run
with others, since the order is part of what a bundle means.
"""

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from archc.graph.graph import Graph
from archc.passes.optimised import Optimised, unchanged

BUNDLES: dict[str, tuple[str, ...]] = {
    # What is dropped first leaves batch norms beside the convolutions that they follow, and only
    # what has been folded is a convolution with a ReLU behind it.
    "inference": (
        "drop_inference",
        "fold_batch_norm",
        "merge_siblings",
        "channels_last",
        "winograd",
        "pack_convolutions",
    ),
    # It has layouts and packed kernels of its own, and siblings' slices disturb them.
    "onnxruntime": ("drop_inference", "fold_batch_norm", "winograd"),
    # A convolution stays one, whatever an engine makes of it.
    "portable": ("drop_inference", "fold_batch_norm"),
}

_SUPPORT = ("draft", "guarding", "mapping", "optimised", "replacing")


@cache
def names() -> tuple[str, ...]:
    """Return the names of all passes, read off the files of this package."""
    return tuple(m.name for m in iter_modules(__path__) if m.name not in _SUPPORT)


def find(name: str) -> Callable[[Graph], Optimised]:
    """Return the pass of a name in `names()`."""
    found: Callable[[Graph], Optimised] = getattr(import_module(f"{__name__}.{name}"), name)
    return found


def optimise(graph: Graph, what: str | Sequence[str] = "inference") -> Optimised:
    """Return a sound graph after passes.

    Args:
        graph: the network; it is left as it is.
        what: the name of a bundle in `BUNDLES` or of a pass, or several, which run in that order.

    Raises:
        ValueError: there is neither a bundle nor a pass of that name.
    """
    result = unchanged(graph)
    for name in _passes([what] if isinstance(what, str) else what):
        result = result.then(find(name)(result.graph))
    return result


def _passes(asked: Sequence[str]) -> list[str]:
    known = {**BUNDLES, **{name: (name,) for name in names()}}
    for name in asked:
        if name not in known:
            there_are = ", ".join(known)
            raise ValueError(f"no optimisation is called {name!r}; there are: {there_are}")
    return [each for name in asked for each in known[name]]
