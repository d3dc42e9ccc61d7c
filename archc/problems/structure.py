"""AR2xx: the spec is YAML, but does not have the structure of a spec."""

from collections.abc import Collection
from typing import Literal

from archc.problems.base import (
    SIMILAR,
    Misspelt,
    Problem,
    Severity,
    available,
    listing,
    quoted,
)
from archc.problems.forms import Form
from archc.problems.known import closest, in_order

_OTHER = {"spec": "recipe", "recipe": "spec"}
_ADVICE = {
    "spec": "give a recipe, whose `spec:` names this file; `archc summary` and others take specs",
    "recipe": "give the file that its `spec:` names; `archc train` and `archc check` take recipes",
}


class UnknownKey(Misspelt):
    """A key that does not exist here."""

    code = "AR201"
    key: str
    where: str
    known: Collection[str]
    given: Collection[str] = ()

    def word(self) -> str:
        return self.key

    def suggestion(self) -> str | None:
        return closest(self.key, self.known, SIMILAR, self.given)

    def message(self) -> str:
        return f"unknown key {quoted(self.key)} in {self.where}"

    def otherwise(self) -> str:
        return available("keys", in_order(self.known)) if self.known else "remove it"


class KeyWithoutEffect(UnknownKey):
    """A key that has no effect here."""

    known: Collection[str] = ()

    def message(self) -> str:
        return f"`{self.key}` has no effect {self.where}"


class MissingKey(Problem):
    """A required key is missing."""

    code = "AR202"
    keys: tuple[str, ...]
    where: str
    advice: str | None = None

    def message(self) -> str:
        return f"{self.where} requires {listing(self.keys)}"

    def help(self) -> str:
        return self.advice or f"add {listing([f'{key}:' for key in self.keys])}"


class WrongForm(Problem):
    """A list where a mapping is needed, a number where a name is needed, and the like.

    `needs` is a fact; a text is accepted too, for what has no form of its own.
    """

    code = "AR203"
    what: str
    needs: Form | str
    value: str

    def message(self) -> str:
        return f"{self.what} must be {self.needs}, not {self.value}"

    def help(self) -> str | None:
        return self.needs.advice() if isinstance(self.needs, Form) else None


class UnknownOperator(Misspelt):
    """A layer names an operator or a block that does not exist."""

    code = "AR204"
    operator: str
    known: Collection[str]
    given: Collection[str] = ()

    def word(self) -> str:
        return self.operator

    def suggestion(self) -> str | None:
        return closest(self.operator, self.known, SIMILAR, self.given)

    def message(self) -> str:
        return f"no operator or block is called {quoted(self.operator)}"

    def otherwise(self) -> str:
        return "use an operator, or define a block of that name under `blocks:`"


class NotOneOperator(Problem):
    """A layer names no operator, or more than one."""

    code = "AR205"
    operators: tuple[str, ...]

    def message(self) -> str:
        if not self.operators:
            return "this layer names no operator"
        return f"a layer has one operator, but this one names {listing(self.operators)}"

    def help(self) -> str:
        if not self.operators:
            return "write the name of an operator: `relu` or `{conv: 64, kernel: 3}`"
        return "write a layer for each"


class BadName(Problem):
    """A name that cannot become an attribute of a module, a class or an argument."""

    code = "AR206"
    text: str
    reason: str
    advised: str | None = None

    def message(self) -> str:
        return f"{quoted(self.text)} is not a valid name: {self.reason}"

    def help(self) -> str:
        if self.advised:
            return f"rename it, for example to `{self.advised}`"
        return "use letters, digits and `_`: the name becomes an attribute of the module"


class BadNetworkName(BadName):
    """A name of a network that is too long or has other characters."""

    def help(self) -> str:
        return "use up to 80 letters, digits, spaces and `_`, `-`, `.`"


class UnsupportedVersion(Problem):
    """The spec is written in another version of the language."""

    code = "AR207"
    version: str

    def message(self) -> str:
        return f"unsupported version {self.version}: this archc reads version 1"

    def help(self) -> str:
        return "write `archc: 1`, or install the archc that reads this version"


class NameCollision(Problem):
    """Two things of one module have the same name."""

    code = "AR208"
    taken: str
    by: Literal["another node of the same module", "an operator", "an auxiliary head"]

    def message(self) -> str:
        return f"the name {quoted(self.taken)} is taken by {self.by}"

    def help(self) -> str:
        return "rename one of the two" if self.by.startswith("another") else "use another name"


class BlockHidesOperator(Problem):
    """A block has the name of an operator that archc has learned later: the block is used."""

    code = "AR320"
    severity = Severity.NOTE
    block: str
    since: str

    def message(self) -> str:
        return f"the block {quoted(self.block)} hides the operator of that name"

    def help(self) -> str:
        return f"archc has this operator since version {self.since}; rename the block to use it"


class NumberAmongNames(NameCollision):
    """A child of an inlined list, which has a number, in a mapping."""

    by: Literal["another node of the same module", "an operator", "an auxiliary head"] = (
        "another node of the same module"
    )

    def message(self) -> str:
        return f"the child {quoted(self.taken)} of a list cannot join named layers"

    def help(self) -> str:
        return "give the layers of the inlined block names, or use it in a list"


class RecursiveBlock(Problem):
    """A block that would contain itself."""

    code = "AR209"
    circle: tuple[str, ...]

    def message(self) -> str:
        if len(self.circle) == 1:
            return f"the block `{self.circle[0]}` uses itself"
        return f"the block `{self.circle[0]}` uses itself: {' → '.join(self.circle)} → this"

    def help(self) -> str:
        return f"to use a block several times, write `{{repeat: 3, {self.circle[0]}: }}` outside it"


class TooManyNodes(Problem):
    """The spec would expand to more nodes than any network has, or take too long to expand."""

    code = "AR210"
    limit: int
    steps: bool = False

    def message(self) -> str:
        if self.steps:
            return f"this takes more than {self.limit:,} steps to expand"
        return f"this expands to more than {self.limit:,} nodes"

    def help(self) -> str:
        if self.steps:
            return "repetitions, uses of blocks and computed values are steps, even without a node"
        return "use fewer repetitions"


class Unused(Problem):
    """A definition that nothing uses."""

    code = "AR211"
    severity = Severity.WARNING
    what: str

    def message(self) -> str:
        return f"{self.what} is never used"

    def help(self) -> str:
        return "use it, or remove it"


class Unread(Problem):
    """A node whose output is not used."""

    code = "AR212"
    severity = Severity.WARNING
    node: str

    def message(self) -> str:
        return f"the output of `{self.node}` is never used"

    def help(self) -> str:
        return "join it with others, name it in `outputs:`, or remove the node"


class EmptyBody(Problem):
    """A body without nodes."""

    code = "AR213"
    what: str

    def message(self) -> str:
        return f"{self.what} has no nodes"

    def help(self) -> str:
        return "add a layer; `identity` returns its input unchanged"


class OtherDocument(Problem):
    """A recipe where a spec is expected, or the other way round."""

    code = "AR214"
    document: Literal["spec", "recipe"]

    def message(self) -> str:
        return f"this is a {self.document}, not a {_OTHER[self.document]}"

    def help(self) -> str:
        return _ADVICE[self.document]
