"""Names for the emitted module that collide with nothing."""

import re
from collections.abc import Iterable


class NamePool:
    """Hands out class names; `taken` are the names that the spec uses itself."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {*taken, "OrderedDict", "NamedTuple"}

    def class_name(self, words: str) -> str:
        """Return ``BasicBlock`` for ``basic_block``, numbered where it is taken."""
        parts = [part for part in re.split(r"[\W_]+", words) if part]
        name = "".join(part[0].upper() + part[1:] for part in parts) or "Network"
        if not name.isidentifier():
            name = f"Network{name}"
        return self.unique(name)

    def unique(self, name: str) -> str:
        """Return `name`, with a number where it is taken, and take it."""
        free, number = name, 2
        while free in self._taken:
            free, number = f"{name}{number}", number + 1
        self._taken.add(free)
        return free
