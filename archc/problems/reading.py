"""AR1xx: the file cannot be read, or is not the YAML that a spec is written in."""

from typing import Literal

from archc.problems.base import Problem, did_you_mean, quoted


class UnreadableFile(Problem):
    """The path does not lead to a file that can be read."""

    code = "AR101"
    reason: str

    def message(self) -> str:
        return f"cannot read this file: {self.reason}"


class NotUtf8(Problem):
    """The bytes are not UTF-8 text."""

    code = "AR102"
    byte: int

    def message(self) -> str:
        return f"not UTF-8 text: byte 0x{self.byte:02x} cannot stand here"

    def help(self) -> str:
        return "save the file as UTF-8; a spec is text"


class YamlSyntax(Problem):
    """The text is not YAML."""

    code = "AR103"
    reason: str

    def message(self) -> str:
        return f"not valid YAML: {self.reason}"


class DuplicateKey(Problem):
    """A key stands twice in one mapping."""

    code = "AR104"
    key: str

    def message(self) -> str:
        return f"{quoted(self.key)} is given twice"

    def help(self) -> str:
        return "rename or remove one of the two: neither silently wins"


class ExplicitTag(Problem):
    """A YAML tag, which could ask for an object of any type."""

    code = "AR105"
    tag: str

    def message(self) -> str:
        tag = self.tag.replace("tag:yaml.org,2002:", "!!")
        return f"a spec is plain data: the tag {quoted(tag)} is not allowed"

    def help(self) -> str:
        return "remove the tag"


class TooDeep(Problem):
    """Nesting beyond what any network needs."""

    code = "AR106"
    limit: int

    def message(self) -> str:
        return f"nested more than {self.limit} levels deep"


class AliasTrouble(Problem):
    """An alias that cannot be followed, or that multiplies the file beyond measure."""

    code = "AR107"
    alias: str
    reason: str

    def message(self) -> str:
        return f"the alias {quoted('*' + self.alias)} {self.reason}"


class KeyNotScalar(Problem):
    """A list or a mapping used as a key."""

    code = "AR108"
    found: str

    def message(self) -> str:
        return f"a key must be a name, not {self.found}"


class NotOneDocument(Problem):
    """No document, or more than one."""

    code = "AR109"
    reason: str

    def message(self) -> str:
        return self.reason

    def help(self) -> str:
        return "a spec is one YAML document: `archc: 1`, `input:` and `layers:`"


class TooLarge(Problem):
    """More bytes or values than a spec can sensibly have."""

    code = "AR110"
    limit: int
    unit: Literal["MiB", "values"] = "MiB"

    def message(self) -> str:
        return f"larger than {self.limit:,} {self.unit}: this is not a spec"


class NumberOutOfRange(Problem):
    """A number that neither a torch size nor a double can hold."""

    code = "AR111"
    text: str

    def message(self) -> str:
        return f"the number {quoted(self.text)} is out of range"

    def help(self) -> str:
        return "whole numbers go up to 2^63 − 1, fractions up to about 1.8e308"


class UnknownModel(Problem):
    """A word that is neither a file nor the name of a network that comes with archc."""

    code = "AR112"
    word: str
    known: tuple[str, ...]

    def message(self) -> str:
        return f"no file and no model is called {quoted(self.word)}"

    def help(self) -> str:
        suggestion = did_you_mean(self.word, list(self.known))
        return suggestion or "a spec is a path, or a model's name such as `resnet18`"


class PythonSource(Problem):
    """A Python class or function where a spec is expected."""

    code = "AR113"
    word: str

    def message(self) -> str:
        return f"{quoted(self.word)} is Python, and archc reads specs"

    def help(self) -> str:
        return "give a spec: a path, or a model's name such as `resnet18`"
