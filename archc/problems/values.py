"""AR3xx: a value, a name or an expression is not what it must be."""

from collections.abc import Collection

from archc.problems.base import Problem, did_you_mean, listing, quoted
from archc.problems.known import in_order


class BadValue(Problem):
    """A setting has a value that it cannot have."""

    code = "AR301"
    setting: str
    expected: str
    found: str

    def message(self) -> str:
        return f"`{self.setting}` must be {self.expected}, not {self.found}"


class ExpressionSyntax(Problem):
    """An expression that is not arithmetic on parameters."""

    code = "AR302"
    reason: str

    def message(self) -> str:
        return f"not an expression: {self.reason}"

    def help(self) -> str:
        return (
            "an expression is `$name` or `$(…)` with + - * / // %, comparisons, and, or, not, "
            "min and max"
        )


class UnknownParameter(Problem):
    """An expression or an override names a parameter that does not exist here."""

    code = "AR303"
    name_given: str
    known: Collection[str]

    def message(self) -> str:
        return f"there is no parameter {quoted(self.name_given)} here"

    def help(self) -> str | None:
        if close := did_you_mean(self.name_given, self.known):
            return close
        return f"there are {listing(in_order(self.known))}" if self.known else "none is declared"


class BadArithmetic(Problem):
    """An expression that has no value: a division by zero, a comparison of unlike things."""

    code = "AR304"
    reason: str

    def message(self) -> str:
        return f"this expression has no value: {self.reason}"


class UnclosedExpression(Problem):
    """A `$(` without its `)`: usually YAML cut the expression at a comma."""

    code = "AR305"
    text: str

    def message(self) -> str:
        return f"the expression {quoted(self.text)} is not closed"

    def help(self) -> str:
        return 'inside {…} and […] YAML ends a value at a comma: put quotes around it, "$(…)"'


class UnknownNode(Problem):
    """A node is read that is not among the earlier nodes of the same body."""

    code = "AR306"
    name_given: str
    known: Collection[str]
    later: bool = False

    def message(self) -> str:
        if self.later:
            return f"{quoted(self.name_given)} comes later: only earlier nodes can be read"
        return f"no earlier node of this body is called {quoted(self.name_given)}"

    def help(self) -> str | None:
        if self.later:
            return None
        close = did_you_mean(self.name_given, self.known)
        return close or f"here can be read {listing(self.known)}"


class TooManyArguments(Problem):
    """A list gives a block more values than it has parameters."""

    code = "AR307"
    block: str
    given: int
    params: Collection[str]

    def message(self) -> str:
        takes = f"takes {len(self.params)}" if self.params else "takes none"
        return f"{self.given} values are given, but the block `{self.block}` {takes}"

    def help(self) -> str | None:
        return f"its parameters are {listing(self.params)}" if self.params else None


class GivenTwice(Problem):
    """A setting is given by position and by name."""

    code = "AR308"
    setting: str

    def message(self) -> str:
        return f"`{self.setting}` is given twice, by position and by name"
