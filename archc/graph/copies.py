"""The names of the copies of a `repeat`."""

from archc.graph.environment import Place, environment
from archc.graph.evaluate import Evaluator
from archc.graph.graph import Node
from archc.language.arithmetic import spoken
from archc.language.names import objection
from archc.language.naming import Naming
from archc.language.values import SpecValue, Unknown
from archc.problems.base import Problem
from archc.problems.structure import BadName, KeyWithoutEffect
from archc.problems.values import BadValue


def copy_name(evaluator: Evaluator, naming: Naming | None, place: Place, reads: Node) -> str:
    """Return the name of a copy: what `as` says, or its number; what is wrong is reported.

    Args:
        evaluator: evaluates and reports.
        naming: what `as` says.
        place: where the copy is added.
        reads: what it reads.
    """
    if naming is None:
        return str(place.copy)
    unknown = f"copy{place.copy}"
    words: list[str] = []
    problem: Problem | None = None
    if place.scope.numbered:
        problem = KeyWithoutEffect("as", "in a list, whose children have numbers")
    for part in naming.parts:
        word = _word(evaluator, part, place, reads)
        if isinstance(word, Problem):
            problem = problem or word
        elif word is None:
            return unknown
        else:
            words.append(word)
    name = "".join(words)
    if problem is None and (reason := objection(name, layer=True)):
        problem = BadName(name, reason)
    if problem is None:
        return name
    evaluator.report(problem, naming.span, place.frame)
    return unknown


def _word(
    evaluator: Evaluator, part: str | SpecValue, place: Place, reads: Node
) -> str | Problem | None:
    """Return a part of a name as a text; None if its value is not known."""
    if isinstance(part, str):
        return part
    value = evaluator.evaluate(part, environment(place, reads), place.frame)
    if isinstance(value, Unknown):
        return None
    if isinstance(value, bool) or not isinstance(value, int | str):
        needs = "made of words and whole numbers"
        return BadValue("as", needs, f"{part.shown} = {spoken(value)}")
    return str(value)
