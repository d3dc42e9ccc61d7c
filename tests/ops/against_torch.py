"""How the tests build an operator from a spec's line, and run it in torch."""

import operator
from functools import reduce

import torch
import torchvision
import yaml
from torch import nn

from archc import ops
from archc.ops.base.kinds import Unfit
from archc.ops.base.torch_code import Function, Infix, Module, SliceCode
from archc.problems.base import Severity

OURS = {"StochasticDepth": torchvision.ops}
"""Where the layers are that torch has no class for."""
INFIX = {"+": operator.add, "*": operator.mul}


def written(settings):
    """Return the operator class and the values of a layer as a spec writes it."""
    layer = yaml.safe_load(settings)
    (name, value), *rest = layer.items() if isinstance(layer, dict) else [(layer, None)]
    cls = ops.find(name)
    values = dict(rest)
    if value is not None and not cls.joins:
        values[cls.principal] = value
    return cls, {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}


def build(settings):
    """Return the operator, or Unfit for the first value that is not of its kind."""
    cls, values = written(settings)
    missing = set(cls.required) - set(values)
    assert not missing, f"{settings} lacks {missing}"
    accepted = {name: cls.accept(name, value) for name, value in values.items()}
    unfit = [value for value in accepted.values() if isinstance(value, Unfit)]
    return unfit[0] if unfit else cls(**accepted)


def codes(op, x):
    """Return the codes that archc refuses with; none where it accepts."""
    if isinstance(op, Unfit):
        return {"AR301"}
    return {problem.code for problem in op.check(x) if problem.severity is Severity.ERROR}


def instantiate(code, **more):
    """Return the torch layer or function that a TorchCode stands for, of a list of tensors."""
    match code:
        case Module(name, args, kwargs):
            return getattr(OURS.get(name, nn), name)(*args, **kwargs, **more)
        case SliceCode(start, stop):
            return lambda x: x[:, start:stop]
        case Infix(symbol):
            return lambda *xs: reduce(INFIX[symbol], xs)
        case Function(name, kwargs):
            return lambda *xs: getattr(torch, name.removeprefix("torch."))(list(xs), **kwargs)


def shapes_read(x):
    """Return the shapes that an operator reads, one or several."""
    return x if isinstance(x[0], tuple) else (x,)


def values_for(x, batch=2, **options):
    """Return one random batch for each shape read."""
    return [torch.randn(batch, *shape, **options) for shape in shapes_read(x)]


def run(op, x, batch=2, *, training=True):
    """Return what torch gives for a batch, or what it raises."""
    code = op.torch(x)
    try:
        layer = instantiate(code)
        if isinstance(layer, nn.Module):
            layer.train(training)
        return layer(*values_for(x, batch))
    except Exception as error:
        return error
