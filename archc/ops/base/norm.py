"""What the normalisations share: y = (x − mean)/√(variance + eps) · weight + bias."""

from typing import Annotated

from archc.ops.base.kinds import Real
from archc.ops.base.operator import Shape

Epsilon = Annotated[float, Real(minimum=0)]


def scale_and_shift(shape: Shape, bias: bool = True) -> dict[str, Shape]:
    """Return the weights of an affine normalisation."""
    return {"weight": shape, "bias": shape} if bias else {"weight": shape}
