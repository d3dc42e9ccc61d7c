"""Thousands of mistakes, each with thousands of names that may have been meant."""

from collections.abc import Iterator

from hostile.made import HEAD, Hostile, flat, lines, many, named


def misspelt() -> Iterator[tuple[str, Hostile]]:
    """Yield thousands of mistakes, each with thousands of names that may have been meant."""
    yield (
        "a thousand unknown blocks",
        Hostile(
            "AR204",
            f"{HEAD}blocks:\n{lines(1_000, '  residual_block_@: {layers: [relu]}')}layers: [{many(1_000, 'residual_blocc_@')}]\n",
        ),
    )
    yield (
        "ten thousand unknown blocks",
        Hostile(
            "AR204",
            f"{HEAD}blocks:\n{lines(10_000, '  residual_block_@: {layers: [relu]}')}layers: [{many(10_000, 'residual_blocc_@')}]\n",
        ),
    )
    yield "ten thousand unknown operators", Hostile("AR204", flat(many(10_000, "convv@")))
    yield (
        "ten thousand unknown keys of a layer",
        Hostile("AR204", flat(f"{{{many(10_000, 'convv@: 1')}}}")),
    )
    yield (
        "ten thousand unknown settings",
        Hostile("AR201", flat(f"{{conv: 3, kernel: 3, {many(10_000, 'strid@: 1')}}}")),
    )
    yield (
        "ten thousand unknown keys of the file",
        Hostile("AR201", HEAD + "layers: [relu]\n" + lines(10_000, "layer@: 1")),
    )
    yield (
        "thousands of unknown settings of a block of thousands",
        Hostile(
            "AR201",
            f"{HEAD}blocks:\n  b:\n    params: {{{many(3_000, 'setting@: 1')}}}\n    layers: [relu]\nlayers: [{{b: , {many(3_000, 'settnig@: 1')}}}]\n",
        ),
    )
    yield (
        "thousands of unknown nodes among thousands",
        Hostile("AR306", named(lines(5_000, "  layer@: {relu: , from: leyar@}"))),
    )
    yield (
        "thousands of nodes that come later",
        Hostile(
            "AR306",
            named("".join(f"  a{i}: {{relu: , from: a{9_999 - i}}}\n" for i in range(10_000))),
        ),
    )
    yield (
        "thousands of unknown outputs",
        Hostile(
            "AR306",
            named(lines(5_000, "  layer@: relu")) + "outputs:\n" + lines(5_000, "  out@: leyar@"),
        ),
    )
    yield (
        "thousands of unknown nodes in a join",
        Hostile(
            "AR306",
            named(lines(3_000, "  layer@: relu") + f"  j: {{add: [{many(3_000, 'leyar@')}]}}\n"),
        ),
    )
    yield (
        "unknown names of 99 letters",
        Hostile(
            "AR204",
            f"{HEAD}blocks:\n{lines(2_000, '  ' + 'ab' * 45 + '@: {layers: [relu]}')}layers: [{many(2_000, 'ba' * 45 + '@')}]\n",
        ),
    )
    yield "ten thousand bad names", Hostile("AR206", named(lines(10_000, "  class-@: relu")))
    yield "ten thousand keys given twice", Hostile("AR104", named(lines(10_000, "  a: relu")))
    yield "ten thousand tags", Hostile("AR105", flat(many(10_000, "!t@ relu")))
    yield "ten thousand aliases of nothing", Hostile("AR107", flat(many(10_000, "*a@")))
    yield (
        "three thousand mistakes on one line",
        Hostile("AR301", flat(many(3_000, "{conv: -1, kernel: 3}"))),
    )
    yield (
        "three thousand mistakes on their lines",
        Hostile("AR301", f"{HEAD}layers:\n" + lines(3_000, "  - {conv: -@, kernel: 3}")),
    )
    yield "a hundred thousand mistakes", Hostile("AR204", flat(many(100_000, "x")))
    yield (
        "ten thousand strides that are inexact",
        Hostile(None, flat(many(10_000, "{conv: 3, kernel: 2, stride: 2, padding: 16}"))),
    )
