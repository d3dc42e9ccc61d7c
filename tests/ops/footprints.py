"""What an operator's windows say, held against where the output changes with the input.

At one place of the input large numbers are planted, in every channel. They win every maximum, and
no activation is flat between them and the others, so what reads the place changes.
"""

from itertools import product
from math import floor

import torch
from against_torch import instantiate, shapes_read
from torch import nn

from archc.ops.base.operator import GLOBAL


def footprints(op, x):
    """Yield for each shape read: it, and place by place where the output changes with it."""
    module = instantiate(op.torch(x))
    if isinstance(module, nn.Module):
        module.double().eval()
    values = [torch.rand(2, *shape, dtype=torch.double) for shape in shapes_read(x)]
    for which, shape in enumerate(shapes_read(x)):
        whole_map = len(op.shape(x)) == 3
        places = places_of(*shape[1:]) if whole_map else product(*map(range, shape[-2:]))
        yield shape, {place: _footprint(module, values, which, place) for place in places}


def _footprint(module, values, which, place):
    changed = [value.clone() for value in values]
    spot = changed[which][(0, ..., *place)]
    spot.copy_(4 + torch.rand_like(spot))
    with torch.no_grad():
        differs = (module(*changed) - module(*values))[0].abs() > 1e-9
    return differs.any(0) if differs.dim() == 3 else differs


def places_of(height, width, most=12):
    """Return places along one row, along one column, and at the corners of a map."""
    rows = range(0, height, -(-height // most))
    columns = range(0, width, -(-width // most))
    corners = product((0, height - 1), (0, width - 1))
    return {(r, width // 2) for r in rows} | {(height // 2, c) for c in columns} | {*corners}


def covered(op, axis, window, size, outputs):
    """Return for each output index of an axis the input indices that its window covers."""
    if op.joins and size == 1:
        return [{0}] * outputs
    step = getattr(op, "dilation", (1, 1))[axis] if isinstance(window.stride, int) else 1
    starts = [floor(i * window.stride + window.start) for i in range(outputs)]
    reads = [range(start, start + window.size, step) for start in starts]
    if getattr(op, "padding_mode", "zeros") == "zeros":
        return [{index for index in indices if 0 <= index < size} for indices in reads]
    before, after = -starts[0], max(0, reads[-1][-1] + 1 - size)
    line = torch.arange(size).double()[None, None]
    source = nn.functional.pad(line, (before, after), mode=op.padding_mode)[0, 0]
    return [{int(source[before + index]) for index in indices} for indices in reads]


def hold_windows(op, x, *, largest=True):
    """Assert of each map read that its footprints are what the windows say.

    On a map too small for the largest window of a fractional stride, `largest` is not to be asked.
    """
    windows, gives = op.windows(x), op.shape(x)
    for shape, found in footprints(op, x):
        if windows is GLOBAL:
            assert all(differs.all() for differs in found.values())
            continue
        _hold_reads(op, windows, shape, gives, found)
        for axis in (0, 1) if largest else ():
            _hold_largest(op, windows[axis], axis, shape[1:], found)


def _hold_reads(op, windows, shape, gives, found):
    """Where the strides are whole, what a window covers is read; else no more than that is."""
    reads = [covered(op, a, windows[a], shape[a + 1], gives[a + 1]) for a in (0, 1)]
    whole = all(isinstance(window.stride, int) for window in windows)
    for (row, column), differs in found.items():
        in_row = torch.tensor([row in indices for indices in reads[0]])
        in_column = torch.tensor([column in indices for indices in reads[1]])
        covers = in_row[:, None] & in_column
        assert torch.equal(differs, covers) if whole else not (differs & ~covers).any()


def _hold_largest(op, window, axis, sizes, found):
    """Of windows that slide by a fraction, the largest has the size that is stated."""
    if isinstance(window.stride, int):
        return
    middle = sizes[1 - axis] // 2
    lines = [found[(i, middle) if axis == 0 else (middle, i)] for i in range(sizes[axis])]
    read = torch.stack([line.any(1 - axis) for line in lines]).sum(0).max()
    stated = min(window.size, sizes[axis])
    has_gaps = getattr(op, "dilation", (1, 1))[axis] > 1
    assert read <= stated if has_gaps else read == stated
