"""Settings to values at one place, and reports that say how the expansion came there."""

from collections.abc import Iterable
from typing import Any

from archc.diagnostics import Diagnostics, Label
from archc.graph.budget import Budget, size
from archc.graph.environment import Environment, Frame, Values
from archc.language.arithmetic import ValueProblem, spoken
from archc.language.model import Block
from archc.language.values import UNKNOWN, SpecValue, Unknown
from archc.ops.base.kinds import Unfit, Value, ValueKind
from archc.ops.base.operator import Shape
from archc.problems.base import Problem, Severity
from archc.problems.values import BadArithmetic, BadValue
from archc.source import Span


class Evaluator:
    """Evaluates settings; whatever is wrong is reported and gives UNKNOWN.

    It spends the steps of `budget`.
    """

    def __init__(self, diagnostics: Diagnostics, budget: Budget) -> None:
        self.diagnostics = diagnostics
        self._budget = budget

    def evaluate(
        self, given: SpecValue | None, env: Environment, frame: Frame | None
    ) -> Value | Unknown:
        """Return the value of a setting; a missing one was reported elsewhere."""
        if given is None:
            return UNKNOWN
        self._budget.spend(given.cost)
        try:
            value = given.evaluate(env)
        except LookupError:
            return UNKNOWN
        except ValueProblem as problem:
            self.report(BadArithmetic(str(problem)), given.span, frame)
            env.blame(given.names())
            return UNKNOWN
        if isinstance(value, tuple):
            self._budget.spend(size(value))
        return value

    def arguments(
        self,
        block: Block,
        given: Values,
        file_values: Values,
        shape: Shape | None,
        frame: Frame | None,
    ) -> dict[str, Value | Unknown]:
        """Return the values of a block's parameters.

        Args:
            block: the block.
            given: what its use gives.
            file_values: what defaults can name, beside the parameters before them.
            shape: what the block reads, which defaults can name too.
            frame: the way that the expansion came to the use.
        """
        values: dict[str, Value | Unknown] = {}
        known = dict(file_values)  # what a default can name: the file's, and those before it
        own = Environment(known, shape, shape)
        for param in block.params.values():
            if param.name in given:
                value = given[param.name]
            else:
                value = self.evaluate(param.default, own, frame)
            values[param.name] = known[param.name] = value
        return values

    def fit(
        self,
        kind: ValueKind,
        name: str,
        given: SpecValue,
        value: Value | Unknown,
        env: Environment,
        frame: Frame | None,
    ) -> Any:
        """Return a value as `kind` keeps it, or report what `name` must be."""
        if isinstance(value, Unknown):
            return UNKNOWN
        accepted = kind.accept(value)
        if not isinstance(accepted, Unfit):
            return accepted
        found = given.shown if given.constant else f"{given.shown} = {spoken(value)}"
        self.report(BadValue(name, accepted.expected, found, value), given.span, frame)
        env.blame(given.names())
        return UNKNOWN

    def report(
        self,
        problem: Problem,
        span: Span,
        frame: Frame | None,
        labels: Iterable[Label] = (),
        severity: Severity | None = None,
    ) -> None:
        """Report a problem, with the uses and repetitions that it came from."""
        if self.diagnostics.has(problem, span):
            return  # a mistake in a block is met with every use; its way is long
        frames = frame.labels() if frame else ()
        self.diagnostics.report(problem, span, (*labels, *frames), severity)
