"""Repetitions of nothing, of little, and of what only shapes decide."""

from collections.abc import Iterator

from hostile.made import HEAD, UNKNOWN_SIZE, WIDE, Hostile, many, nested


def repeated() -> Iterator[tuple[str, Hostile]]:
    """Yield repetitions of nothing, of little, and of what only shapes decide."""
    never = "{relu: , if: $(in_channels < 0)}"
    yield "two repetitions of nothing", Hostile("AR210", nested(never, [UNKNOWN_SIZE] * 2))
    yield "three repetitions of nothing", Hostile("AR210", nested(never, [UNKNOWN_SIZE] * 3))
    yield "twenty repetitions of nothing", Hostile("AR210", nested(never, [UNKNOWN_SIZE] * 20))
    yield (
        "two repetitions of `if: false`",
        Hostile("AR210", nested("{relu: , if: false}", ["90000"] * 2)),
    )
    yield (
        "a repetition of nothing a billion times",
        Hostile("AR210", nested("{relu: , if: false}", ["1000000000"])),
    )
    yield "twenty repetitions of two", Hostile("AR210", nested("relu", ["2"] * 20))
    yield "ninety repetitions of one", Hostile(None, nested("relu", ["1"] * 45))
    yield "forty repetitions of two of nothing", Hostile("AR210", nested(never, ["2"] * 40))
    yield (
        "repetitions by channels of a block",
        Hostile(
            "AR210",
            f"{WIDE}blocks: {{b: {{layers: [{never}]}}}}\nlayers:\n  - repeat: {UNKNOWN_SIZE}\n    layers: [{{repeat: {UNKNOWN_SIZE}, b: }}]\n",
        ),
    )
    yield (
        "inline repetitions of nothing",
        Hostile("AR210", nested(never, [f"{UNKNOWN_SIZE}, inline: true"] * 2)),
    )
    yield "as many layers as there may be", Hostile(None, nested("relu", ["100000"], HEAD))
    yield "one layer more than there may be", Hostile("AR210", nested("relu", ["100001"], HEAD))
    yield (
        "a repetition by a parameter of ten digits",
        Hostile("AR210", f"{HEAD}params: {{n: 9999999999}}\nlayers: [{{repeat: $n, relu: }}]\n"),
    )
    yield (
        "a repetition in scopes ninety deep",
        Hostile("AR210", nested("[" * 40 + "relu" + "]" * 40, [UNKNOWN_SIZE, "30"])),
    )
    yield (
        "a long `if` evaluated for every copy",
        Hostile(
            "AR210",
            nested(
                "{relu: , if: $(" + " + ".join(["in_channels"] * 45) + " < 0)}",
                [UNKNOWN_SIZE, "900"],
            ),
        ),
    )
    yield (
        "formulas evaluated for every copy",
        Hostile(
            "AR210",
            nested(
                "{conv: $("
                + " + ".join(["in_channels * 0"] * 20)
                + " + 3000), kernel: $(1 + 0), stride: $(1 * 1), padding: $(0 + 0)}",
                [UNKNOWN_SIZE, "30"],
            ),
        ),
    )
    yield (
        "a join of ten thousand, many times",
        Hostile("AR210", nested("{add: [" + many(10_000, "input") + "]}", ["5000"], HEAD)),
    )
    yield (
        "branches of a thousand, many times",
        Hostile(
            "AR210", nested("{branches: [" + many(1000, "relu") + "], join: add}", [UNKNOWN_SIZE])
        ),
    )
    yield (
        "bodies of nothing, many times",
        Hostile("AR210", nested("[[[" + never + "]]]", [UNKNOWN_SIZE] * 2)),
    )
    yield "a mistake in every copy", Hostile("AR401", nested("{linear: 3}", ["9000"], HEAD))
    yield (
        "an unknown node in every copy",
        Hostile("AR306", nested("{relu: , from: nowhere}", ["9000"], HEAD)),
    )
    yield (
        "a name of 100,000 letters, many times",
        Hostile(
            "AR210",
            f"{HEAD}layers:\n  ? {'x' * 100_000}\n  : {{layers: [{{repeat: 3000, relu: }}]}}\n",
        ),
    )
    yield (
        "long names in one another",
        Hostile(
            "AR210",
            f"{HEAD}layers: "
            + f"{{? {'x' * 50_000} : {{layers: " * 20
            + "[{repeat: 1000, relu: }]"
            + "}}" * 20
            + "\n",
        ),
    )
