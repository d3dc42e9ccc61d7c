"""A thing is checked when it is defined, found by its file's name, and added by other packages."""

import importlib
import sys
from pathlib import Path
from typing import ClassVar

import pytest

from archc.doors import Door, DoorError, Kind


class Greeting(Kind):
    """A kind for these tests."""

    required = ("greet",)
    language: ClassVar[str]
    loud: ClassVar[bool] = False

    def greet(self, name: str) -> str:
        """Return a greeting."""
        raise NotImplementedError


def define(**body: object) -> type[Greeting]:
    whole = {"__doc__": "Say hello.", "language": "en", "greet": lambda self, name: name, **body}
    return type("Hello", (Greeting,), {k: v for k, v in whole.items() if v is not None})


def test_a_thing_that_defines_what_its_kind_asks_for_is_accepted() -> None:
    assert define().name == "test_doors"
    assert define(loud=True, _own=3)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"__doc__": None}, "Hello has no docstring"),
        ({"laud": True}, r"Hello defines \['laud'\]: a Greeting has none of these"),
        ({"__annotations__": {"laud": bool}}, r"Hello defines \['laud'\]"),
        ({"language": None}, r"Hello does not define \['language'\]"),
        ({"greet": None}, r"Hello does not define \['greet'\]"),
        (
            {"greet": lambda self, nmae: nmae},
            r"Hello\.greet takes \['self', 'nmae'\], not \['self', 'name'\]",
        ),
    ],
)
def test_what_is_wrong_is_rejected_at_its_definition(body: dict[str, object], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        define(**body)


def test_a_base_that_things_share_is_not_checked() -> None:
    class Shared(Greeting, abstract=True):
        language = "en"

    class Hello(Shared):
        """Say hello."""

        def greet(self, name: str) -> str:
            return f"Hello {name}"

    assert Hello().greet("you") == "Hello you"


class Modelled(Kind, fields=True):
    """A kind whose things have fields of their own."""

    loud: ClassVar[bool] = False


def test_a_thing_with_fields_annotates_fields_and_declared_class_variables() -> None:
    class Hello(Modelled):
        """Say hello."""

        loud: ClassVar[bool] = True
        times: int = 1

    assert Hello.loud


@pytest.mark.parametrize("annotation", [ClassVar[bool], ClassVar, "ClassVar[bool]"])
def test_a_misspelt_class_variable_is_rejected_at_its_definition(annotation: object) -> None:
    with pytest.raises(TypeError, match=r"Hello defines \['laud'\]: a Modelled has none of these"):
        type(
            "Hello",
            (Modelled,),
            {"__doc__": "Say hello.", "__annotations__": {"laud": annotation}, "laud": True},
        )


def test_a_shared_base_declares_more_for_its_things() -> None:
    class Shared(Modelled, abstract=True):
        word: ClassVar[str]
        field: int = 1

    class Hello(Shared):
        """Say hello."""

        word = "hello"

    assert Hello.word == "hello"
    with pytest.raises(TypeError, match=r"Mute does not define \['word'\]"):
        type("Mute", (Shared,), {"__doc__": "Say nothing."})


THING = '''
from archc_greetings.base.kind import Greeting

class Hello(Greeting):
    """Say hello."""
    language = "en"
    def greet(self, name):
        return f"Hello {name}"
'''
KIND = '''
from typing import ClassVar
from archc.doors import Kind

class Greeting(Kind):
    """A greeting."""
    required = ("greet",)
    language: ClassVar[str]
    def greet(self, name: str) -> str:
        """Return a greeting."""
        raise NotImplementedError
'''


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Door:
    """Return a door to a package of two files, one of which is empty."""
    package = tmp_path / "archc_greetings"
    (package / "base").mkdir(parents=True)
    for name, text in {
        "__init__": "",
        "hello": THING,
        "empty": "",
        "base/__init__": "",
        "base/kind": KIND,
    }.items():
        (package / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    from archc_greetings.base.kind import Greeting as Found  # type: ignore[import-not-found]

    yield Door("archc_greetings", Found)
    for name in [one for one in sys.modules if one.startswith("archc_greetings")]:
        del sys.modules[name]


def test_things_are_found_by_the_names_of_their_files(door: Door) -> None:
    assert door.names() == ("empty", "hello")
    assert door.find("hello")().greet("you") == "Hello you"


def test_a_file_without_its_thing_is_an_error(door: Door) -> None:
    with pytest.raises(DoorError, match=r"archc_greetings\.empty defines 0 of Greeting, not 1"):
        door.find("empty")


def test_an_unknown_name_is_looked_up_among_entry_points(
    door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other.py").write_text(THING)
    add(tmp_path, "other", "bonjour = other:Hello\nwrong = other:__name__\nhello = other:Hello")
    assert door.find("bonjour")().greet("you") == "Hello you"
    assert door.find("bonjour").name == "bonjour"
    assert door.find("hello").__module__ == "archc_greetings.hello"  # archc's own wins
    assert door.all_names() == ("empty", "hello", "bonjour", "wrong")
    with pytest.raises(DoorError, match=r"other: other:__name__ is no Greeting"):
        door.find("wrong")
    with pytest.raises(LookupError):
        door.find("nobody")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("gone:Hello", "ModuleNotFoundError: No module named 'gone'"),
        ("wrong:Gone", "AttributeError: .*"),
        ("broken:Hello", "TypeError: Hello has no docstring"),
    ],
)
def test_a_package_that_cannot_be_imported_is_named(
    door: Door, tmp_path: Path, value: str, reason: str
) -> None:
    (tmp_path / "wrong.py").write_text("")
    (tmp_path / "broken.py").write_text(THING.replace('"""Say hello."""', "pass"))
    add(tmp_path, "other", f"bonjour = {value}")
    message = rf"the package other adds {value}, which cannot be imported \({reason}\)"
    with pytest.raises(DoorError, match=message):
        door.find("bonjour")


def test_two_packages_that_add_one_name_are_both_named(door: Door, tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text(THING)
    (tmp_path / "third.py").write_text(THING)
    add(tmp_path, "other", "bonjour = other:Hello")
    add(tmp_path, "third", "bonjour = third:Hello")
    with pytest.raises(DoorError, match=r"other and third both add a Greeting called 'bonjour'"):
        door.find("bonjour")


def add(folder: Path, package: str, lines: str) -> None:
    """Install a package that adds things, as far as its metadata goes."""
    info = folder / f"{package}-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[archc_greetings]\n{lines}\n")
    importlib.invalidate_caches()
