"""The operators: one file each, named as in a spec, imported when a spec uses it."""

from archc.doors import Door
from archc.ops.base.operator import Operator

OPERATORS = Door("archc.ops", Operator, group="archc.operators")

names = OPERATORS.names
find = OPERATORS.find
