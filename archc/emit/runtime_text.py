"""The text of the files in `archc.emit.runtime`, read without importing them or torch."""

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from archc.emit.imports import Import

_FOLDER = Path(__file__).parent / "runtime"
_PACKAGE = "archc.emit.runtime."


class RuntimeText(NamedTuple):
    """What a file of `archc.emit.runtime` brings into a module.

    Args:
        text: its definitions, without docstring and imports.
        names: what it defines.
        imports: what it imports from torch and the standard library.
        needs: the other files of the folder that it imports from.
        gap: how many empty lines are between the imports and the text.
    """

    text: str
    names: tuple[str, ...]
    imports: tuple[Import, ...]
    needs: tuple[str, ...]
    gap: int


def runtime_texts(files: Iterable[str]) -> list[RuntimeText]:
    """Return the texts of files and of all that they need, each once and after what it needs."""
    ordered: dict[str, RuntimeText] = {}
    for file in files:
        _add(file, ordered)
    return list(ordered.values())


def _add(file: str, ordered: dict[str, RuntimeText]) -> None:
    if file in ordered:
        return
    for needed in read_runtime(file).needs:
        _add(needed, ordered)
    ordered[file] = read_runtime(file)


@cache
def read_runtime(file: str) -> RuntimeText:
    """Return the text of one file, named without its suffix."""
    source = (_FOLDER / f"{file}.py").read_text(encoding="utf-8")
    _, *statements = ast.parse(source).body  # the first is the docstring
    header = [one for one in statements if isinstance(one, ast.Import | ast.ImportFrom)]
    defined = [one for one in statements if not isinstance(one, ast.Import | ast.ImportFrom)]
    end = max(one.end_lineno or 0 for one in header)
    imports = [found for statement in header for found in _imports(statement)]
    own = [one.module for one in imports if one.module.startswith(_PACKAGE)]
    lines = source.splitlines()[end:]
    return RuntimeText(
        "\n".join(lines).strip(),
        tuple(name for statement in defined for name in _names(statement)),
        tuple(one for one in imports if one.module not in own),
        tuple(module.removeprefix(_PACKAGE) for module in dict.fromkeys(own)),
        next(number for number, line in enumerate(lines) if line),
    )


def _imports(statement: ast.Import | ast.ImportFrom) -> list[Import]:
    if isinstance(statement, ast.Import):
        return [Import(alias.name) for alias in statement.names]
    return [Import(statement.module or "", alias.name) for alias in statement.names]


def _names(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.ClassDef | ast.FunctionDef):
        return [statement.name]
    assert isinstance(statement, ast.Assign)  # of one name: nothing else is in these files
    return [ast.unparse(target) for target in statement.targets]
