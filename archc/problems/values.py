"""AR3xx: a value, a name or an expression is not valid."""

from collections.abc import Collection

from archc.problems.base import SIMILAR, Misspelt, Problem, available, listing, quoted
from archc.problems.forms import Form, words_of
from archc.problems.known import closest, in_order


class BadValue(Misspelt):
    """A setting has a value that is not valid for it.

    `needs` is a fact; a text is accepted too, for what has no form of its own. `written` is the
    value itself where it is a word.
    """

    code = "AR301"
    setting: str
    needs: Form | str
    value: str
    written: object = None

    def word(self) -> str:
        return self.written if isinstance(self.written, str) else ""

    def suggestion(self) -> str | None:
        words = list(words_of(self.needs))
        return closest(self.word(), words, SIMILAR) if words and self.word() else None

    def message(self) -> str:
        return f"`{self.setting}` must be {self.needs}, not {self.value}"

    def otherwise(self) -> str | None:
        return self.needs.advice() if isinstance(self.needs, Form) else None


class ExpressionSyntax(Problem):
    """An expression that is not arithmetic on parameters."""

    code = "AR302"
    reason: str

    def message(self) -> str:
        return f"invalid expression: {self.reason}"

    def help(self) -> str:
        return (
            "an expression is `$name` or `$(…)` with + - * / // %, comparisons, and, or, not, "
            "`a if c else b`, ceil, floor, len, max, min, multiple, round and sum"
        )


class UnknownParameter(Misspelt):
    """An expression or an override names a parameter that does not exist here."""

    code = "AR303"
    parameter: str
    known: Collection[str]
    given: Collection[str] = ()

    def word(self) -> str:
        return self.parameter

    def suggestion(self) -> str | None:
        return closest(self.parameter, self.known, SIMILAR, self.given)

    def message(self) -> str:
        return f"unknown parameter {quoted(self.parameter)}"

    def otherwise(self) -> str:
        if self.parameter == "index":
            return "`index` is the number of a copy: it has a value only in what a `repeat` repeats"
        if self.known:
            return available("parameters", in_order(self.known))
        return "declare it under `params:`"


class UnknownVariant(Misspelt):
    """A variant that the file does not have."""

    code = "AR319"
    variant: str
    known: Collection[str]

    def word(self) -> str:
        return self.variant

    def suggestion(self) -> str | None:
        return closest(self.variant, self.known, SIMILAR)

    def message(self) -> str:
        return f"unknown variant {quoted(self.variant)}"

    def otherwise(self) -> str:
        if self.known:
            return available("variants", in_order(self.known))
        return "this file has no `variants:`"


class BadArithmetic(Problem):
    """An expression without a value: a division by zero, a comparison of unlike things."""

    code = "AR304"
    reason: str

    def message(self) -> str:
        return f"this expression has no value: {self.reason}"

    def help(self) -> str:
        return "change the expression, or the values of its parameters"


class UnclosedExpression(Problem):
    """A `$(` without its `)`: usually YAML cut the expression at a comma."""

    code = "AR305"
    text: str

    def message(self) -> str:
        return f"the expression {quoted(self.text)} is not closed"

    def help(self) -> str:
        return 'put quotes around it, "$(…)": inside {…} and […] YAML ends a value at a comma'


class UnknownNode(Misspelt):
    """A node is named that is not among the earlier nodes of the same body."""

    code = "AR306"
    node: str
    known: Collection[str]
    later: bool = False

    def word(self) -> str:
        return self.node

    def suggestion(self) -> str | None:
        return None if self.later else closest(self.node, self.known, SIMILAR)

    def message(self) -> str:
        if self.later:
            return f"{quoted(self.node)} comes later: a layer can only use earlier nodes"
        return f"no earlier node of this body is called {quoted(self.node)}"

    def otherwise(self) -> str:
        return "move it before this layer" if self.later else available("nodes", self.known)


class TooManyArguments(Problem):
    """A list gives a block more values than it has parameters."""

    code = "AR307"
    block: str
    values: int
    params: Collection[str]

    def message(self) -> str:
        count = f"{len(self.params)} parameter" + ("s" if len(self.params) > 1 else "")
        has = f"has {count}" if self.params else "has no parameters"
        return f"{self.values} values are given, but the block `{self.block}` {has}"

    def help(self) -> str:
        if not self.params:
            return f"write `{self.block}` without values"
        return f"give at most {len(self.params)}: {listing(self.params)}"


class GivenTwice(Problem):
    """A setting is given by position and by name."""

    code = "AR308"
    setting: str

    def message(self) -> str:
        return f"`{self.setting}` is given twice: by position and by name"

    def help(self) -> str:
        return "remove one of the two"
