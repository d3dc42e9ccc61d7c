"""Operators that give the shape that they read: activations, normalisations, dropout."""

from archc.ops.base.operator import Operator, Shape


class SameShape(Operator, abstract=True):
    """An operator whose output has the shape of its input."""

    def shape(self, x: Shape) -> Shape:
        return x
