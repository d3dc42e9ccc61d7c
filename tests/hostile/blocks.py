"""Blocks that use blocks."""

from collections.abc import Iterator

from hostile.made import HEAD, Hostile, N, chain, lines, many


def blocks() -> Iterator[tuple[str, Hostile]]:
    """Yield blocks that use blocks."""
    twice = "{b@: $(2 * n)}, {b@: $(2 * n + 1)}"
    yield (
        "2^22 uses with other arguments",
        Hostile("AR210", chain(23, twice, "{relu: , if: $(n > 0)}", N, "{b0: 1}")),
    )
    yield (
        "2^40 uses with other arguments",
        Hostile("AR210", chain(41, twice, "{relu: , if: $(n > 0)}", N, "{b0: 1}")),
    )
    yield (
        "2^16 uses with other arguments",
        Hostile(None, chain(13, twice, "{relu: , if: $(n > 0)}", N, "{b0: 1}")),
    )
    yield (
        "2^30 uses of nothing",
        Hostile("AR210", chain(31, twice, "{relu: , if: $(n < 0)}", N, "{b0: 1}")),
    )
    yield (
        "2^30 uses of what channels decide",
        Hostile(
            "AR210",
            chain(
                31,
                "{b@: $(2 * n)}, {b@: $(2 * n + 1)}",
                "{relu: , if: $(in_channels < n - n)}",
                N,
                "{b0: 1}",
            ),
        ),
    )
    yield "2^60 uses with the same arguments", Hostile("AR210", chain(60, "b@, b@", "relu"))
    yield "10^20 uses", Hostile("AR210", chain(20, ", ".join(["b@"] * 10), "relu"))
    yield (
        "uses by what is read",
        Hostile(
            "AR210",
            chain(
                40,
                "{b@: $in_channels}, {b@: $(in_channels + 1)}",
                "{relu: , if: $(n > 0)}",
                N,
                "{b0: 1}",
            ),
        ),
    )
    yield (
        "uses with channels that differ",
        Hostile(
            "AR210", chain(30, "{b@: }, {conv: $(in_channels + 1), kernel: 1}, {b@: }", "relu")
        ),
    )
    yield (
        "a list as an argument, doubled",
        Hostile("AR210", chain(40, "{b@: [[$n, $n]]}, {b@: [[$n, 1]]}", "relu", N, "{b0: 1}")),
    )
    yield (
        "a list as an argument, nested",
        Hostile(
            None, chain(30, "{b@: [[$n]]}", "{relu: , if: true}", "params: {n: 0}, ", "{b0: 1}")
        ),
    )
    yield (
        "a long word as an argument, many times",
        Hostile(
            None,
            f"{HEAD}params: {{w: {'x' * 200_000}}}\nblocks: {{b: {{params: {{v: }}, layers: [{{relu: , if: $(v == v)}}]}}}}\nlayers: [{{repeat: 300, b: $w}}]\n",
        ),
    )
    yield (
        "a long list as an argument, many times",
        Hostile(
            "AR210",
            f"{HEAD}params: {{w: [{many(100_000, '1')}]}}\nblocks: {{b: {{params: {{v: }}, layers: [{{relu: , if: $(v == v)}}]}}}}\nlayers: [{many(300, '{b: $w}')}]\n",
        ),
    )
    yield (
        "ten thousand blocks",
        Hostile(
            None,
            f"{HEAD}blocks:\n{lines(10_000, '  b@: {layers: [relu, tanh]}')}layers: [{many(10_000, 'b@')}]\n",
        ),
    )
    yield (
        "ten thousand blocks that nothing uses",
        Hostile(None, f"{HEAD}blocks:\n{lines(10_000, '  b@: {layers: [relu]}')}layers: [relu]\n"),
    )
    yield (
        "ten thousand blocks that use themselves",
        Hostile("AR209", f"{HEAD}blocks:\n{lines(10_000, '  b@: {layers: [b@]}')}layers: [relu]\n"),
    )
    ring = "".join(f"  b{i}: {{layers: [b{(i + 1) % 95}]}}\n" for i in range(95))
    yield "a ring of ninety-five blocks", Hostile("AR209", f"{HEAD}blocks:\n{ring}layers: [b0]\n")
    everyone = "".join(f"  b{i}: {{layers: [{many(60, 'b@')}]}}\n" for i in range(60))
    yield (
        "sixty blocks that use one another",
        Hostile("AR209", f"{HEAD}blocks:\n{everyone}layers: [b0]\n"),
    )
    later = "".join(
        f"  b{i}: {{layers: [{', '.join(f'b{j}' for j in range(i + 1, 60)) or 'relu'}]}}\n"
        for i in range(60)
    )
    yield (
        "sixty blocks that use all later ones",
        Hostile("AR210", f"{HEAD}blocks:\n{later}layers: [b0]\n"),
    )
