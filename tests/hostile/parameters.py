"""Many parameters, arguments, formulas."""

from collections.abc import Iterator

from hostile.made import HEAD, Hostile, flat, lines, many


def parameters() -> Iterator[tuple[str, Hostile]]:
    """Yield many parameters, arguments, formulas."""
    yield (
        "ten thousand parameters",
        Hostile(None, f"{HEAD}params:\n{lines(10_000, '  p@: 1')}layers: [relu]\n"),
    )
    sums = "".join(f"  p{i}: $(p{i - 1} + 1)\n" for i in range(1, 10_000))
    yield (
        "ten thousand parameters, each of the one before",
        Hostile(None, f"{HEAD}params:\n  p0: 1\n{sums}layers: [{{conv: $p9999, kernel: 1}}]\n"),
    )
    doubled = "".join(f"  p{i}: $(p{i - 1} * p{i - 1})\n" for i in range(1, 100))
    yield (
        "a parameter squared a hundred times",
        Hostile("AR304", f"{HEAD}params:\n  p0: 2\n{doubled}layers: [{{conv: $p99, kernel: 1}}]\n"),
    )
    lists = "".join(f"  p{i}: [$p{i - 1}, $p{i - 1}]\n" for i in range(1, 60))
    yield (
        "a list doubled sixty times",
        Hostile("AR304", f"{HEAD}params:\n  p0: 2\n{lists}layers: [{{conv: $p59, kernel: 1}}]\n"),
    )
    yield (
        "a block of ten thousand parameters",
        Hostile(
            None,
            f"{HEAD}blocks:\n  b:\n    params: {{{many(10_000, 'p@: 1')}}}\n    layers: [relu]\nlayers: [{many(50, 'b')}]\n",
        ),
    )
    yield (
        "a block of thousands of parameters, many times",
        Hostile(
            "AR210",
            f"{HEAD}blocks:\n  b:\n    params: {{{many(5_000, 'p@: 1')}}}\n    layers: [relu]\nlayers: [{many(5_000, 'b')}]\n",
        ),
    )
    yield (
        "thousands of parameters, thousands of uses",
        Hostile(
            None,
            f"{HEAD}params:\n{lines(3_000, '  p@: 1')}blocks: {{b: {{layers: [{{conv: $p7, kernel: 1}}]}}}}\nlayers: [{many(3_000, 'b')}]\n",
        ),
    )
    yield (
        "defaults of thousands of parameters",
        Hostile(
            None,
            f"{HEAD}params:\n{lines(2_000, '  p@: 1')}blocks:\n  b:\n    params: {{{many(2_000, 'q@: $p@')}}}\n    layers: [{{conv: $q7, kernel: 1}}]\nlayers: [b]\n",
        ),
    )
    yield (
        "ten thousand arguments too many",
        Hostile(
            "AR307",
            f"{HEAD}blocks: {{b: {{params: {{n: 1}}, layers: [{{conv: $n, kernel: 1}}]}}}}\nlayers: [{{b: [{many(10_000, '1')}]}}]\n",
        ),
    )
    yield (
        "ten thousand unknown parameters",
        Hostile("AR303", flat(many(10_000, "{conv: $nothing@, kernel: 1}"))),
    )
    yield (
        "thousands of parameters, thousands unknown",
        Hostile(
            "AR303",
            f"{HEAD}params:\n{lines(5_000, '  parameter@: 1')}layers: [{many(5_000, '{conv: $parametr@, kernel: 1}')}]\n",
        ),
    )
    yield (
        "a formula of a hundred names",
        Hostile(None, flat(f'{{conv: "$({" + ".join(["in_channels"] * 50)})", kernel: 1}}')),
    )
    yield (
        "min of min of min",
        Hostile("AR302", flat(f'{{conv: "$({"min(1, " * 60}1{")" * 60})", kernel: 1}}')),
    )
    yield (
        "comparisons in a row",
        Hostile("AR301", flat(f'{{conv: "$({" < ".join(["1"] * 50)})", kernel: 1}}')),
    )
    yield "a huge fraction", Hostile("AR301", flat("{conv: 1e308, kernel: 1}"))
    yield "the least fraction", Hostile("AR301", flat("{conv: 4.9e-324, kernel: 1}"))
    yield "a product out of range", Hostile("AR302", flat('{conv: "$(1e300 * 1e300)", kernel: 1}'))
    yield (
        "a fraction of a million digits",
        Hostile("AR301", flat(f"{{conv: 0.{'1' * 1_000_000}, kernel: 1}}")),
    )
    yield (
        "an exponent of a million digits",
        Hostile("AR111", flat(f"{{conv: 1e{'1' * 1_000_000}, kernel: 1}}")),
    )
    yield (
        "ten thousand numbers out of range",
        Hostile("AR111", flat(many(10_000, "{conv: 1e999@, kernel: 1}"))),
    )
