"""The formats that a network is exported to: one file each, named as its files' suffix."""

from archc.doors import Door
from archc.export.base.format import Format

FORMATS = Door("archc.export", Format)
