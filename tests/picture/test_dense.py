"""Pictures of networks in which every layer reads all before it."""

import itertools

from archc.picture.boxes import diagram
from archc.picture.layout import layout
from archc.pipeline import check


def dense(layers):
    text = "archc: 1\ninput: [2, 8, 8]\nlayers:\n  c0: {conv: 2, kernel: 1}\n"
    for i in range(1, layers):
        reads = ", ".join(f"c{j}" for j in range(i))
        text += f"  k{i}: {{concat: [input, {reads}]}}\n  c{i}: {{conv: 2, kernel: 1}}\n"
    return check(text).sound


def test_no_two_links_share_a_line():
    drawn = layout(diagram(dense(30), 1))
    upright = {}
    for route in drawn.routes:
        for (x, y), (end, low) in zip(route.points, route.points[1:], strict=False):
            if x == end and low > y and x != 0:
                upright.setdefault(x, []).append((y, low))
    assert len(upright) > 30
    for stretches in upright.values():
        stretches.sort()
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(stretches))
