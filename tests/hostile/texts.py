"""What is hostile as text: before there is a network."""

from collections.abc import Iterator

from hostile.made import HEAD, Hostile, flat, lines, many


def texts() -> Iterator[tuple[str, Hostile]]:
    """Yield what is hostile as text: before there is a network."""
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(20)
    )
    yield "a bomb of aliases", Hostile("AR107", bomb)
    keys = "".join(f"  - &m{i} {{a: *m{i - 1}, b: *m{i - 1}}}\n" for i in range(1, 60))
    yield (
        "a bomb of mappings",
        Hostile("AR107", f"{HEAD}name:\n  - &m0 {{a: 1}}\n{keys}layers: [relu]\n"),
    )
    yield (
        "merge keys in a row",
        Hostile("AR201", HEAD + "base: &b {relu: }\nlayers: [" + many(5_000, "{<<: *b}") + "]\n"),
    )
    yield "an alias as every layer", Hostile(None, flat(f"&r relu, {many(50_000, '*r')}"))
    yield (
        "an alias of many layers, many times",
        Hostile("AR107", f"{HEAD}layers: [&l [{many(1_000, 'relu')}], {many(900, '*l')}]\n"),
    )
    yield (
        "lists in lists, a million values",
        Hostile(
            "AR110", flat("{conv: " + "[" * 90 + many(500_000, "1") + "]" * 90 + ", kernel: 1}")
        ),
    )
    yield (
        "a list of a million as input",
        Hostile("AR110", f"archc: 1\ninput: [{many(1_000_000, '1')}]\nlayers: [relu]\n"),
    )
    yield (
        "a kernel of a million",
        Hostile("AR110", flat(f"{{conv: 3, kernel: [{many(1_000_000, '1')}]}}")),
    )
    yield (
        "a line of a megabyte with a mistake in its middle",
        Hostile(
            "AR204", flat("leaky_relu, " * 45_000 + "rleu, " + "leaky_relu, " * 45_000 + "relu")
        ),
    )
    yield "a line of a megabyte of wide letters", Hostile("AR204", flat("漢" * 300_000 + ", relu"))
    yield "combining accents without end", Hostile("AR204", flat("e" + "\u0301" * 500_000))
    yield "letters that turn the direction", Hostile("AR204", flat("\u202erelu\u202c"))
    yield "letters without width", Hostile("AR204", flat("re\u200blu"))
    yield "letters that look alike", Hostile("AR204", flat("r\u0435lu"))
    yield "letters of the highest plane", Hostile("AR204", flat("\U0010fffd" * 1000))
    yield "NUL in the middle", Hostile("AR103", (HEAD + "layers: [re\0lu]\n"))
    yield "an escape of a terminal", Hostile("AR103", flat("\x1b[2J\x1b]0;owned\x07"))
    yield "an escape of a terminal in quotes", Hostile("AR204", flat('"\\e[2J"'))
    yield (
        "a byte-order mark twice",
        Hostile(None, b"\xef\xbb\xbf\xef\xbb\xbf" + flat("relu").encode()),
    )
    yield "UTF-16 with its mark", Hostile("AR102", flat("relu").encode("utf-16"))
    yield "UTF-32 with its mark", Hostile("AR102", flat("relu").encode("utf-32"))
    yield "bytes at random", Hostile("AR102", bytes(range(128, 256)) * 1000)
    yield "a ZIP", Hostile("AR102", b"PK\x03\x04\x14\x00\xff\xfe" + b"\x80" * 100_000)
    yield "a million carriage returns", Hostile("AR109", "\r" * 1_000_000)
    yield "a million documents", Hostile("AR109", "---\n" * 1_000_000)
    yield "a million directives", Hostile("AR103", "%YAML 1.2\n" * 1_000_000)
    yield "a million question marks", Hostile("AR106", "? " * 1_000_000)
    yield "a million quotes", Hostile("AR103", "'" * 1_000_001)
    yield "a million braces", Hostile("AR106", "{" * 1_000_000)
    yield "a million colons", Hostile("AR103", ": " * 1_000_000)
    yield "a million anchors", Hostile("AR103", "&a " * 1_000_000)
    yield "a million tags", Hostile("AR105", "!!str " * 1_000_000)
    yield (
        "a folded text of a megabyte",
        Hostile("AR206", f"{HEAD}name: >\n" + "  words\n" * 150_000 + "layers: [relu]\n"),
    )
    yield (
        "a hundred thousand keys in order",
        Hostile("AR110", HEAD + "layers: [relu]\n" + lines(100_000, "? k@\n: 1")),
    )
    yield "ten thousand documents in one line", Hostile("AR203", "--- a " * 10_000)
