"""AR2xx: the spec is YAML, but not built as a spec is."""

from collections.abc import Collection
from typing import Literal

from archc.problems.base import Problem, Severity, did_you_mean, listing, quoted
from archc.problems.known import in_order

_OTHER = {"spec": "recipe", "recipe": "spec"}
_ADVICE = {
    "spec": "give a recipe, whose `spec:` names this file; `archc summary` and others take specs",
    "recipe": "give the file that its `spec:` names; `archc train` and `archc check` take recipes",
}


class UnknownKey(Problem):
    """A key that means nothing where it stands."""

    code = "AR201"
    key: str
    where: str
    known: Collection[str]

    def message(self) -> str:
        return f"{quoted(self.key)} means nothing in {self.where}"

    def help(self) -> str | None:
        if close := did_you_mean(self.key, self.known):
            return close
        return f"it takes {listing(in_order(self.known))}" if self.known else None


class MissingKey(Problem):
    """Something that must be given is not."""

    code = "AR202"
    keys: tuple[str, ...]
    where: str
    advice: str | None = None

    def message(self) -> str:
        return f"{self.where} needs {listing(list(self.keys))}"

    def help(self) -> str | None:
        return self.advice


class WrongForm(Problem):
    """A list where a mapping must stand, a number where a name must stand, and the like."""

    code = "AR203"
    what: str
    needs: str
    found: str

    def message(self) -> str:
        return f"{self.what} must be {self.needs}, not {self.found}"


class UnknownOperator(Problem):
    """A layer names an operator or a block that does not exist."""

    code = "AR204"
    name_given: str
    known: Collection[str]

    def message(self) -> str:
        return f"no operator or block is called {quoted(self.name_given)}"

    def help(self) -> str | None:
        close = did_you_mean(self.name_given, self.known)
        return close or "a block of that name can be declared under `blocks:`"


class NotOneOperator(Problem):
    """A layer names no operator, or more than one."""

    code = "AR205"
    found: tuple[str, ...]

    def message(self) -> str:
        if not self.found:
            return "this layer names no operator"
        return f"a layer is one operator; this one names {listing(list(self.found))}"

    def help(self) -> str | None:
        if not self.found:
            return "write an operator's name, as in `relu` or `{conv: 64, kernel: 3}`"
        return "give each its own layer"


class BadName(Problem):
    """A name that cannot become an attribute of a module, a class or an argument."""

    code = "AR206"
    text: str
    reason: str
    advice: str | None = "a name is letters, digits and `_`, and becomes an attribute of the module"

    def message(self) -> str:
        return f"{quoted(self.text)} cannot be a name: {self.reason}"

    def help(self) -> str | None:
        return self.advice


class UnsupportedVersion(Problem):
    """The spec is written in another version of the language."""

    code = "AR207"
    found: str

    def message(self) -> str:
        return f"this archc reads version 1 of the language, not {self.found}"


class NameCollision(Problem):
    """Two nodes of one module would bear the same name."""

    code = "AR208"
    name_given: str
    reason: str

    def message(self) -> str:
        return f"the name {quoted(self.name_given)} {self.reason}"


class RecursiveBlock(Problem):
    """A block that would contain itself."""

    code = "AR209"
    circle: tuple[str, ...]

    def message(self) -> str:
        if len(self.circle) == 1:
            return f"the block `{self.circle[0]}` uses itself"
        return f"the block `{self.circle[0]}` uses itself: {' → '.join(self.circle)} → this"


class TooManyNodes(Problem):
    """The spec would expand to more nodes than any network has, or take too long to expand."""

    code = "AR210"
    limit: int
    steps: bool = False

    def message(self) -> str:
        if self.steps:
            return f"this takes more than {self.limit:,} steps to expand"
        return f"this expands to more than {self.limit:,} nodes"

    def help(self) -> str | None:
        if not self.steps:
            return None
        return "repetitions, uses of blocks and computed values are steps, even without a node"


class Unused(Problem):
    """Something is defined that nothing uses."""

    code = "AR211"
    severity = Severity.WARNING
    what: str

    def message(self) -> str:
        return f"{self.what} is used by nothing"

    def help(self) -> str:
        return "remove it, or use it"


class Unread(Problem):
    """A node's result is read by no other node and is no output."""

    code = "AR212"
    severity = Severity.WARNING
    node: str

    def message(self) -> str:
        return f"nothing reads `{self.node}`, and it is no output"

    def help(self) -> str:
        return "join it, name it in `outputs:`, or remove it: it would be computed for nothing"


class EmptyBody(Problem):
    """A body without a single node."""

    code = "AR213"
    what: str

    def message(self) -> str:
        return f"{self.what} has no nodes"


class OtherDocument(Problem):
    """A recipe where a spec is wanted, or the other way round."""

    code = "AR214"
    found: Literal["spec", "recipe"]

    def message(self) -> str:
        return f"this is a {self.found}, not a {_OTHER[self.found]}"

    def help(self) -> str:
        return _ADVICE[self.found]
