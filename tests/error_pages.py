"""The pages of docs/errors, taken apart. As a script it writes into them what archc says now."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from importlib import import_module, invalidate_caches
from pathlib import Path
from pkgutil import iter_modules
from tempfile import TemporaryDirectory
from typing import NamedTuple

from archc import problems
from archc.diagnostics import Diagnostic, Diagnostics
from archc.pipeline import check
from archc.problems.base import Problem
from archc.recipe.read import read_recipe
from archc.render.text import report

PAGES = Path(__file__).parents[1] / "docs" / "errors"
SPEC = Path("spec.yaml")
RECIPE = Path("recipe.yaml")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _make_large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(17 * 2**20)


# What the text of a page cannot be, and how to make it.
MADE: dict[str, Callable[[Path], object]] = {
    "AR101": Path.mkdir,
    "AR102": lambda path: path.write_text("archc: 1\ninput: [3, 32, 32]\nname: café\n", "latin-1"),
    "AR110": _make_large,
}

# What is no file at all.
WORDS = {"AR112": "resnt18", "AR113": "train.py:Net"}


# The packages that are installed, as far as their files go, for the first recipe of a page.
INSTALLED = {
    "AR504": {
        "archc_lion-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: archc-lion\nVersion: 1\n",
        "archc_lion-1.dist-info/entry_points.txt": (
            "[archc.recipe.optimizers]\nlion = archc_lion:Lion\n"
        ),
    }
}


class Page(NamedTuple):
    title: str
    summary: str
    specs: list[str]
    recipes: list[str]
    says: str


def read_page(path: Path) -> Page:
    text = path.read_text("utf-8")
    title, empty, summary, *_ = text.splitlines()
    assert not empty
    blocks = _BLOCK.findall(text)
    specs = [body for language, body in blocks if language == "yaml"]
    recipes = [body for language, body in blocks if language == "yml"]
    (says,) = [body for language, body in blocks if language == "text"]
    return Page(title, summary, specs, recipes, says)


def all_problems() -> list[type[Problem]]:
    """Return every kind of problem that has a code, in the order of the codes."""
    for module in iter_modules(problems.__path__, f"{problems.__name__}."):
        import_module(module.name)
    found, left = [], [Problem]
    while left:
        kind = left.pop()
        left += kind.__subclasses__()
        found += [kind] if "code" in vars(kind) else []
    return sorted(found, key=lambda kind: kind.code)


def diagnose(make: Callable[[Path], object]) -> list[Diagnostic]:
    """Return what archc finds in the `spec.yaml` that `make` makes."""
    with TemporaryDirectory() as folder, chdir(folder):
        make(SPEC)
        return list(check(SPEC).diagnostics)


def diagnose_recipe(spec: str, recipe: str) -> list[Diagnostic]:
    """Return what archc finds in a `recipe.yaml` beside the `spec.yaml` that it names."""
    with TemporaryDirectory() as folder, chdir(folder):
        SPEC.write_text(spec, "utf-8")
        RECIPE.write_text(recipe, "utf-8")
        found = Diagnostics()
        read_recipe(RECIPE, found)
        return list(found)


def example(code: str, page: Page) -> list[Diagnostic]:
    if page.recipes:
        with installed(INSTALLED.get(code, {})):
            return diagnose_recipe(page.specs[0], page.recipes[0])
    if code in WORDS:
        with TemporaryDirectory() as folder, chdir(folder):
            return list(check(WORDS[code]).diagnostics)
    return diagnose(MADE[code] if code in MADE else writing(page.specs[0]))


@contextmanager
def installed(files: dict[str, str]) -> Iterator[None]:
    """Install packages: their files by path."""
    with TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        sys.path.insert(0, folder)
        invalidate_caches()
        try:
            yield
        finally:
            sys.path.remove(folder)


def writing(text: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(text, "utf-8")


def said(found: list[Diagnostic], page: Page) -> str:
    word = WORDS.get(page.title.split()[1])
    return report(word or str(RECIPE if page.recipes else SPEC), found)


def _rewrite() -> None:
    for path in sorted(PAGES.glob("AR*.md")):
        page = read_page(path)
        says = said(example(path.stem, page), page)
        text = path.read_text("utf-8")
        start = text.index("```text\n") + len("```text\n")
        path.write_text(text[:start] + says + text[text.index("```\n", start) :], "utf-8")


if __name__ == "__main__":
    _rewrite()
