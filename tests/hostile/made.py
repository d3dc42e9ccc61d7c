"""What hostile files are made of."""

from typing import NamedTuple

HEAD = "archc: 1\ninput: [3, 32, 32]\n"
WIDE = "archc: 1\ninput: [3000, 1, 1]\n"
POINT = "archc: 1\ninput: [1, 1, 1]\n"


class Hostile(NamedTuple):
    """A hostile file, and the code of its first error, or None."""

    code: str | None
    text: str | bytes


def lines(count: int, line: str) -> str:
    """Return a line for every number, written where the line has `@`."""
    return "".join(line.replace("@", str(i)) + "\n" for i in range(count))


def flat(items: str, head: str = HEAD) -> str:
    return f"{head}layers: [{items}]\n"


def named(layers: str, head: str = HEAD) -> str:
    return f"{head}layers:\n{layers}"


def many(count: int, item: str) -> str:
    return ", ".join(item.replace("@", str(i)) for i in range(count))


def nested(layer: str, times: list[str], head: str = WIDE) -> str:
    """Return repetitions in repetitions of a layer."""
    for count in times:
        layer = f"{{repeat: {count}, layers: [{layer}]}}"
    return flat(layer, head)


def chain(count: int, body: str, last: str, params: str = "", first: str = "b0") -> str:
    """Return blocks, each made of uses of the next: `body` has `@` for the next one's number."""
    blocks = ""
    for i in range(count):
        what = last if i == count - 1 else body.replace("@", str(i + 1))
        blocks += f"  b{i}: {{{params}layers: [{what}]}}\n"
    return f"{POINT}blocks:\n{blocks}layers: [{first}]\n"


N = "params: {n: }, "
UNKNOWN_SIZE = "$(in_channels)"
