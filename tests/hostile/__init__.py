"""Files that were written to hang archc, to fill the memory, or to make it print without end.

Each has the code that it is refused with, or None where it is a network all the same. They are
made, not stored: some are megabytes.
"""

from hostile.blocks import blocks
from hostile.made import Hostile
from hostile.misspelt import misspelt
from hostile.parameters import parameters
from hostile.repeated import repeated
from hostile.shapes import shapes
from hostile.texts import texts

FAMILIES = (repeated, blocks, parameters, misspelt, shapes, texts)


def hostile() -> dict[str, Hostile]:
    """Return all, by name."""
    return {name: made for family in FAMILIES for name, made in family()}
