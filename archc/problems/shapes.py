"""AR4xx: the shapes do not fit.

Operators report through these classes, so that a new operator needs no new code; the limits of
single operators are in `limits`.
"""

from typing import Literal

from archc.problems.base import Problem, Severity, abridged


def shape_text(shape: tuple[int, ...]) -> str:
    """Return a shape as it is written everywhere: ``64×112×112``."""
    return "×".join(map(str, shape))


class ShapeProblem(Problem):
    """A problem of an operator with its input; `at` names the setting to point to."""

    at: str | None = None


class RankMismatch(ShapeProblem):
    """An operator that requires a map [C, H, W] receives a vector [N], or the reverse."""

    code = "AR401"
    operator: str = ""
    needs: str = ""
    shape: tuple[int, ...] = ()

    def message(self) -> str:
        return f"`{self.operator}` requires {self.needs}, not {shape_text(self.shape)}"

    def help(self) -> str | None:
        if "vector" in self.needs and len(self.shape) == 3:
            return "add `flatten` before it, or `adaptive_avg_pool: 1` and then `flatten`"
        return None


class ChannelMismatch(ShapeProblem):
    """The number of groups does not divide the number of channels."""

    code = "AR402"
    what: str = ""
    channels: int = 0
    groups: int = 0

    def message(self) -> str:
        return f"{self.channels} {self.what} cannot be divided into {self.groups} groups"

    def help(self) -> str:
        rest = self.channels % self.groups
        whole = self.channels // self.groups
        divisors = [n for n in range(1, min(self.channels, 4096) + 1) if self.channels % n == 0]
        near = sorted(sorted(divisors, key=lambda n: abs(n - self.groups))[:4])
        return (
            f"{self.channels} = {self.groups} · {whole} + {rest}; "
            f"use a divisor of {self.channels}: {', '.join(map(str, near))}"
        )


class EmptyOutput(ShapeProblem):
    """The window is larger than the padded input: an output size would be below 1."""

    code = "AR403"
    axis: str = ""
    arithmetic: str = ""
    kernel: int | None = None
    """The largest kernel that fits, where one is known."""

    def message(self) -> str:
        return f"the output would have no {self.axis}: {self.arithmetic}"

    def help(self) -> str:
        kernel = f"a kernel of at most {self.kernel}" if self.kernel else "a smaller kernel"
        return f"use {kernel}, more padding, or fewer strides before this layer"


class EmptyEnlargement(EmptyOutput):
    """A transposed convolution whose padding removes all of its output, or a scale near 0."""

    cure: Literal["padding", "scale"] = "padding"

    def help(self) -> str:
        if self.cure == "scale":
            return "use a larger scale"
        return "use less padding or a larger kernel"


class InexactStride(ShapeProblem):
    """The stride does not divide evenly: the size is rounded down, and no window reads the edge."""

    code = "AR404"
    severity = Severity.NOTE
    gathers = "strides do not divide evenly: sizes are rounded down, and no window reads the edge"
    gathers_help = "`--strict` makes each an error that names settings that divide evenly"
    axis: str = ""
    arithmetic: str = ""
    lost: int = 0
    remedies: str = ""

    def message(self) -> str:
        verb = "do" if " " in self.axis else "does"
        return (
            f"{self.axis} {verb} not divide evenly: {self.arithmetic}; "
            f"no window reads the last {self._edge()} of the padded input"
        )

    def brief(self) -> str:
        return f"{self.arithmetic}, without the last {self._edge()}"

    def _edge(self) -> str:
        """The rows and columns that are lost: ``row``, ``2 columns``, ``2 rows and columns``."""
        plural = "s" if self.lost > 1 else ""
        nouns = {"height": ["row"], "width": ["column"]}.get(self.axis, ["row", "column"])
        edge = " and ".join(noun + plural for noun in nouns)
        return f"{self.lost} {edge}" if self.lost > 1 else edge

    def help(self) -> str | None:
        return self.remedies or None


class UnequalShapes(ShapeProblem):
    """The inputs of a join do not have the shapes that it requires."""

    code = "AR405"
    operator: str = ""
    needs: str = ""
    shapes: tuple[tuple[int, ...], ...] = ()

    def message(self) -> str:
        shapes = " and ".join(abridged(self.shapes, shape_text))
        return f"`{self.operator}` requires {self.needs}, not {shapes}"

    def help(self) -> str | None:
        maps = all(len(shape) == 3 for shape in self.shapes)
        if maps and len({shape[1:] for shape in self.shapes}) > 1:
            return "use padding and strides that give each input the same height and width"
        if maps:
            return "give each input the same channels, for example by `{conv: C, kernel: 1}`"
        return None
