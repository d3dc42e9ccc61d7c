"""AR1xx: the file cannot be read, or is not the YAML that a spec is written in."""

from typing import Literal

from archc.problems.base import SIMILAR, Misspelt, Problem, listing, quoted
from archc.problems.known import closest


class UnreadableFile(Problem):
    """The path does not lead to a file that can be read."""

    code = "AR101"
    cause: OSError | ValueError | None = None
    path: str = ""
    """The file, where the diagnostic is at the location that names it."""

    def message(self) -> str:
        named = f" ({self.path})" if self.path else ""
        return f"cannot read this file: {self.reason()}{named}"

    def reason(self) -> str:
        """Return what the system says."""
        return (getattr(self.cause, "strerror", None) or str(self.cause)).lower()


class ClosedInput(UnreadableFile):
    """The spec is to come from standard input, which is closed."""

    def reason(self) -> str:
        return "standard input is closed"


class IsDirectory(UnreadableFile):
    """A directory where a file is needed.

    `files` are the files of a run, and `missing` those of them that the directory lacks: none where
    the directory of a run cannot be used either, as in a recipe's `spec`.
    """

    files: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def reason(self) -> str:
        return "it is a directory" + (", and not that of a run" if self.missing else "")

    def help(self) -> str:
        if not self.missing:
            return "name a file in it, such as its `spec.yaml` or `recipe.yaml`"
        here = f"; here {listing(self.missing)} is missing" if len(self.missing) == 1 else ""
        return f"name a file, or the directory of a run, which has {listing(self.files)}{here}"


class NotUtf8(Problem):
    """The bytes are not UTF-8 text."""

    code = "AR102"
    byte: int

    def message(self) -> str:
        return f"not UTF-8 text: byte 0x{self.byte:02x} is not valid here"

    def help(self) -> str:
        return "save the file as UTF-8"


class YamlSyntax(Problem):
    """The text is not YAML."""

    code = "AR103"
    reason: str

    def message(self) -> str:
        return f"not valid YAML: {self.reason}"


class DuplicateKey(Problem):
    """A mapping has the same key twice."""

    code = "AR104"
    key: str

    def message(self) -> str:
        return f"duplicate key {quoted(self.key)}"

    def help(self) -> str:
        return "rename or remove one of the two"


class ExplicitTag(Problem):
    """A YAML tag, which could ask for an object of any type."""

    code = "AR105"
    tag: str

    def message(self) -> str:
        tag = self.tag.replace("tag:yaml.org,2002:", "!!")
        return f"the tag {quoted(tag)} is not allowed: a spec is plain data"

    def help(self) -> str:
        return "remove the tag"


class TooDeep(Problem):
    """The nesting is deeper than any network needs."""

    code = "AR106"
    limit: int

    def message(self) -> str:
        return f"nested more than {self.limit} levels deep"

    def help(self) -> str:
        return "use `repeat:` for layers that repeat, and fewer levels of blocks"


class AliasTrouble(Problem):
    """A YAML alias without an anchor before it, or aliases that expand the file too much."""

    code = "AR107"
    alias: str
    limit: int | None = None

    def message(self) -> str:
        alias = quoted("*" + self.alias)
        if self.limit is None:
            return f"the alias {alias} has no complete anchor before it"
        return f"the alias {alias} expands the file to more than {self.limit:,} values"

    def help(self) -> str:
        if self.limit is None:
            return f"write {quoted('&' + self.alias)} before the value that it stands for"
        return "use a block with parameters instead of aliases of aliases"


class KeyNotScalar(Problem):
    """A list or a mapping is used as a key."""

    code = "AR108"
    form: str

    def message(self) -> str:
        return f"a key must be a name, not {self.form}"

    def help(self) -> str:
        return "write one line for each name"


class NotOneDocument(Problem):
    """The file has no YAML document, or more than one."""

    code = "AR109"
    documents: Literal["none", "several"]

    def message(self) -> str:
        empty = self.documents == "none"
        return "the file is empty" if empty else "a second YAML document starts here"

    def help(self) -> str:
        return "write one YAML document with `archc: 1`, `input:` and `layers:`"


class TooLarge(Problem):
    """The file, or one list or mapping in it, has more than a spec can need."""

    code = "AR110"
    limit: int
    unit: Literal["MiB", "values", "entries"] = "MiB"

    def message(self) -> str:
        if self.unit == "entries":
            return f"a list or mapping has more than {self.limit:,} entries: this is not a spec"
        return f"the file has more than {self.limit:,} {self.unit}: it is not a spec"


class NumberOutOfRange(Problem):
    """A number that neither a torch size nor a double can hold."""

    code = "AR111"
    text: str

    def message(self) -> str:
        return f"the number {quoted(self.text)} is out of range"

    def help(self) -> str:
        return "whole numbers go up to 2^63 − 1, fractions up to about 1.8e308"


class UnknownModel(Misspelt):
    """A word that is neither a file nor the name of a network that comes with archc."""

    code = "AR112"
    model: str
    known: tuple[str, ...]

    def word(self) -> str:
        return self.model

    def suggestion(self) -> str | None:
        return closest(self.model, self.known, SIMILAR)

    def message(self) -> str:
        return f"no file and no model is called {quoted(self.model)}"

    def otherwise(self) -> str:
        return "give the path of a spec, or the name of a model such as `resnet18`"


class PythonSource(Problem):
    """A Python class or function where a spec is expected."""

    code = "AR113"
    word: str

    def message(self) -> str:
        return f"{quoted(self.word)} is Python code, not a spec"

    def help(self) -> str:
        return "give the path of a spec, or the name of a model such as `resnet18`"
