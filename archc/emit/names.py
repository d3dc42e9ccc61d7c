"""Names for the emitted module that collide with nothing."""

import builtins
from collections.abc import Iterable
from keyword import iskeyword
from unicodedata import normalize

from archc.emit.imports import NAMED_TUPLE, NN, ORDERED_DICT, TORCH

_IMPORTED = frozenset(one.binds for one in (NAMED_TUPLE, NN, ORDERED_DICT, TORCH))
_USED_BY_INIT = frozenset((*_IMPORTED, "super", "range", "self"))
"""What the text of ``__init__`` may name besides its arguments and other classes."""


def argument(name: str) -> str:
    """Return what an argument of ``__init__`` is called: a parameter's name where it is free.

    ``range`` becomes ``range_``, and ``range_`` becomes ``range__``, so that two parameters are
    never one argument.
    """
    return f"{name}_" if name.rstrip("_") in _USED_BY_INIT else name


def spelled(name: str) -> str:
    """Return what a variable of a layer's name can be called: ``block1_0`` for ``block1-0``."""
    return name.replace("-", "_")


def attribute(name: str, owner: str = "self") -> str:
    """Return how a layer is read from its owner: by a call, if Python cannot spell its name."""
    return f"{owner}.{name}" if name.isidentifier() else f'getattr({owner}, "{name}")'


class NamePool:
    """Hands out class names; `taken` are the names that the spec or the module uses itself."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {*taken, *_IMPORTED}

    def class_name(self, words: str) -> str:
        """Return ``BasicBlock`` for ``basic_block``, numbered where it is taken.

        Python reads identifiers in the normal form NFKC, so that is what is written.
        """
        letters = [c if c != "_" and f"a{c}".isidentifier() else " " for c in _normal(words)]
        parts = "".join(letters).split()
        name = _normal("".join(part[0].upper() + part[1:] for part in parts)) or "Network"
        if not name.isidentifier():
            name = f"Network{name}"
        if iskeyword(name) or hasattr(builtins, name):
            name = f"{name}_"
        return self.unique(name)

    def unique(self, name: str) -> str:
        """Return `name`, with a number where it is taken, and take it."""
        free, number = name, 2
        while free in self._taken:
            free, number = f"{name}{number}", number + 1
        self._taken.add(free)
        return free


def _normal(text: str) -> str:
    return normalize("NFKC", text)
