"""Wide joins, many outputs and heads, long chains, large tensors."""

from collections.abc import Iterator

from hostile.made import HEAD, POINT, Hostile, flat, lines, many, named, nested


def shapes() -> Iterator[tuple[str, Hostile]]:
    """Yield wide joins, many outputs and heads, long chains, large tensors."""
    wide = named(
        lines(4_000, "  a@: {conv: 1, kernel: 1, from: input}")
        + f"  j: {{concat: [{many(4_000, 'a@')}]}}\n"
    )
    yield "a concat of four thousand", Hostile(None, wide)
    yield (
        "an add of ten thousand of one",
        Hostile(None, flat(f"relu, {{add: [{many(10_000, 'input')}]}}")),
    )
    yield (
        "ten thousand shapes that are not equal",
        Hostile(
            "AR405",
            named(
                lines(3_000, "  a@: {max_pool: 1, stride: 1, from: input}")
                + "  b: {max_pool: 2, from: input}\n"
                + f"  j: {{add: [b, {many(3_000, 'a@')}]}}\n"
            ),
        ),
    )
    dense = "".join(
        f"  a{i}: {{concat: [input, {many(i, 'a@')}]}}\n" if i else "  a0: relu\n"
        for i in range(40)
    )
    yield "channels that double forty times", Hostile(None, named(dense))
    everything = "".join(
        f"  c{i}: {{conv: 2, kernel: 1}}\n  k{i}: {{concat: [input, {many(i + 1, 'c@')}]}}\n"
        for i in range(100)
    )
    yield "a hundred layers that read all before", Hostile(None, named(everything))
    yield (
        "ten thousand outputs",
        Hostile(
            None, named(lines(10_000, "  a@: relu")) + "outputs:\n" + lines(10_000, "  out@: a@")
        ),
    )
    yield (
        "a thousand heads",
        Hostile(
            None, named("  a: relu\n") + "auxiliary:\n" + lines(1_000, "  h@: {from: a, tanh: }")
        ),
    )
    yield (
        "ten thousand heads of nothing",
        Hostile("AR202", named("  a: relu\n") + "auxiliary:\n" + lines(10_000, "  h@: tanh")),
    )
    yield (
        "ten thousand layers that nothing reads",
        Hostile(None, named(lines(10_000, "  a@: {relu: , from: input}"))),
    )
    yield (
        "ten thousand branches",
        Hostile(None, f"{HEAD}branches: [{many(10_000, 'relu')}]\njoin: add\n"),
    )
    yield (
        "the largest sizes",
        Hostile("AR406", "archc: 1\ninput: [2147483647, 2147483647, 2147483647]\nlayers: [relu]\n"),
    )
    yield (
        "the largest kernel",
        Hostile("AR403", flat("{conv: 2147483647, kernel: 2147483647, stride: 2147483647}")),
    )
    yield (
        "more channels than can be divided",
        Hostile(
            "AR402",
            "archc: 1\ninput: [2147483647, 1, 1]\nlayers: [{conv: 2147483646, kernel: 1, groups: 2147483629}]\n",
        ),
    )
    yield (
        "a dilation beyond all",
        Hostile("AR403", flat("{conv: 8, kernel: 3, dilation: 2147483647}")),
    )
    yield (
        "an upsampling beyond all",
        Hostile("AR406", flat("{upsample: 1000000}, {upsample: 1000000}, {upsample: 1000000}")),
    )
    yield (
        "maps that double a hundred times",
        Hostile("AR406", nested("{upsample: 2}", ["100"], HEAD)),
    )
    yield (
        "channels that grow in a repetition",
        Hostile(None, nested("{conv: $(in_channels + 1), kernel: 1}", ["5000"], POINT)),
    )
