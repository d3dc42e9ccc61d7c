"""AR4xx: the shapes do not fit.

Operators report through this vocabulary, so that a new operator needs no new code.
"""

from archc.problems.base import Problem, Severity, abridged


def shape_text(shape: tuple[int, ...]) -> str:
    """Return a shape as it is written everywhere: ``64×112×112``."""
    return "×".join(map(str, shape))


class ShapeProblem(Problem):
    """A problem that an operator has with what it reads; `at` is the setting to point to."""

    at: str | None = None


class RankMismatch(ShapeProblem):
    """A map [C, H, W] was needed and a vector [N] read, or the reverse."""

    code = "AR401"
    operator: str = ""
    needs: str = ""
    shape: tuple[int, ...] = ()

    def message(self) -> str:
        return f"`{self.operator}` reads {self.needs}, not {shape_text(self.shape)}"

    def help(self) -> str | None:
        if "vector" in self.needs and len(self.shape) == 3:
            return "put `flatten` before it, or `adaptive_avg_pool: 1` and then `flatten`"
        return None


class ChannelMismatch(ShapeProblem):
    """The channels cannot be divided as asked."""

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
            f"groups that divide {self.channels}: {', '.join(map(str, near))}"
        )


class EmptyOutput(ShapeProblem):
    """The window does not fit into what it reads: an output size would be below 1."""

    code = "AR403"
    axis: str = ""
    arithmetic: str = ""
    remedy: str = "use a smaller kernel, more padding, or fewer strides before this layer"

    def message(self) -> str:
        return f"the output would have no {self.axis}: {self.arithmetic}"

    def help(self) -> str:
        return self.remedy


class InexactStride(ShapeProblem):
    """The stride does not divide evenly; the floor is taken and the edge is not read."""

    code = "AR404"
    severity = Severity.NOTE
    gathers = "strides do not divide evenly: the floor is taken, and the edge is read by no window"
    gathers_help = "`--strict` makes each an error that names what would come out even"
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
        """What is lost: ``row``, ``2 columns``, ``2 rows and columns``."""
        plural = "s" if self.lost > 1 else ""
        nouns = {"height": ["row"], "width": ["column"]}.get(self.axis, ["row", "column"])
        edge = " and ".join(noun + plural for noun in nouns)
        return f"{self.lost} {edge}" if self.lost > 1 else edge

    def help(self) -> str | None:
        return self.remedies or None


class UnequalShapes(ShapeProblem):
    """Values are joined that do not have the sizes the join needs."""

    code = "AR405"
    operator: str = ""
    needs: str = ""
    shapes: tuple[tuple[int, ...], ...] = ()

    def message(self) -> str:
        shapes = " and ".join(abridged(self.shapes, shape_text))
        return f"`{self.operator}` needs {self.needs}, not {shapes}"


class Constraint(ShapeProblem):
    """A limit of the operator itself."""

    code = "AR406"
    reason: str = ""
    remedy: str | None = None

    def message(self) -> str:
        return self.reason

    def help(self) -> str | None:
        return self.remedy
