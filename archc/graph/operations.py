"""One operation at a time: build its operator, infer its shape, choose its initialisation."""

from collections.abc import Mapping
from math import prod

from archc.diagnostics import Label
from archc.graph.environment import Environment, Frame, Place, environment
from archc.graph.evaluate import Evaluator
from archc.graph.graph import Node
from archc.language.initialisation import Init
from archc.language.model import OperatorUse
from archc.language.values import SpecValue, Unknown
from archc.ops.base.kinds import Value
from archc.ops.base.operator import Operator
from archc.problems.base import Severity
from archc.problems.limits import TooManyNumbers
from archc.problems.shapes import InexactStride, shape_text

_MOST_NUMBERS = (2**63 - 1) // 4  # of four bytes each


class Operations:
    """Builds and checks operations.

    Args:
        evaluator: evaluates settings and reports.
        init: the file's initialisation.
        exact: report inexact strides as errors.
    """

    def __init__(self, evaluator: Evaluator, init: Init | None, *, exact: bool) -> None:
        self._evaluator = evaluator
        self._default_init = init
        self._exact = exact
        self._built: dict[tuple[int, str], Operator | None] = {}

    def build(self, use: OperatorUse, place: Place, reads: Node) -> Operator | None:
        """Return the operator with its settings evaluated, or None where one is wrong."""
        if use.ready is not None:
            return use.ready
        env = environment(place, reads)
        found = {
            name: self._evaluator.evaluate(given, env, place.frame)
            for name, given in use.settings.items()
        }
        # By repr, since True == 1 and an operator built from one must not serve the other.
        key = (id(use), repr(found))
        operator = self._built.get(key)
        if operator is None:  # also where it failed before, for what is to be blamed here
            operator = self._built[key] = self._build(use, found, env, place.frame)
        return operator

    def _build(
        self,
        use: OperatorUse,
        found: Mapping[str, Value | Unknown],
        env: Environment,
        frame: Frame | None,
    ) -> Operator | None:
        values = {}
        for name, value in found.items():
            shown = use.operator.name if name == use.operator.principal else name
            kind, given = use.operator.kinds[name], use.settings[name]
            values[name] = self._evaluator.fit(kind, shown, given, value, env, frame)
        if any(isinstance(value, Unknown) for value in values.values()):
            return None
        return use.operator(**values)

    def infer(self, node: Node, settings: Mapping[str, SpecValue], frame: Frame | None) -> None:
        """Give a node its shape, or report why it has none."""
        operator = node.built
        if operator is None or any(read.inferred is None for read in node.reads):
            return
        sound = True
        for problem in operator.check(node.operand):
            inexact = isinstance(problem, InexactStride)
            severity = Severity.ERROR if inexact and self._exact else problem.severity
            given = settings.get(problem.at or "")
            span = given.span if given else node.span
            labels = () if inexact else _given(node)
            self._evaluator.report(problem, span, frame, labels, severity)
            sound = sound and (inexact or severity is not Severity.ERROR)
        if not sound:
            return
        shape = operator.shape(node.operand)
        read = [value.shape for value in node.reads]
        for tensor in (*read, shape, *operator.weights(node.operand).values()):
            if prod(map(int, tensor)) > _MOST_NUMBERS:
                self._evaluator.report(TooManyNumbers(None, tensor), node.span, frame)
                return
        node.inferred = shape

    def initialise(self, node: Node, own: Init | None, frame: Frame | None) -> None:
        """Choose how a node's weights begin: as it says itself, or as the file says."""
        if node.built is None or node.inferred is None:
            return
        init = own or (self._default_init if node.operator.macs(node.operand) else None)
        if init is None:
            return
        weight = node.operator.weights(node.operand).get("weight")
        problem = init.objection(node.operator.name, weight)
        if problem is None:
            node.init = init
            return
        self._evaluator.report(problem, init.span, frame, [Label(node.span, "this layer")])


def _given(node: Node) -> tuple[Label, ...]:
    return tuple(
        Label(read.span, f"this outputs {shape_text(read.shape)}")
        for read in dict.fromkeys(node.reads)
    )
