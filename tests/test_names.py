"""One word has one meaning: no two classes of the package share a name."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent

# Why two classes may have one name; the list only gets shorter.
EXCEPTIONS = {
    "Request": "what an export format and what a picture format is asked for, each in its room",
    "StochasticDepth": "an operator, and its layer written a second time for `--verify`",
}
# What is named as the thing that it describes: the JSON of a summary is a Summary, the layer that
# emitted text brings along is the operator's, and things behind doors are found by their files.
NAMESAKES = (
    "archc/emit/runtime/",
    "archc/recipe/data_sets/",
    "archc/recipe/optimizers/",
    "archc/recipe/schedules/",
    "archc/recipe/transforms/",
    "archc/report/models/",
)


def classes() -> dict[str, list[str]]:
    """Return the files that define each public class of the package, at any depth."""
    files = defaultdict(list)
    for path in sorted((ROOT / "archc").rglob("*.py")):
        if str(path.relative_to(ROOT)).startswith(NAMESAKES):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                files[node.name].append(str(path.relative_to(ROOT)))
    return files


def test_no_two_classes_share_a_name() -> None:
    shared = {name: files for name, files in classes().items() if len(files) > 1}
    assert {name: files for name, files in shared.items() if name not in EXCEPTIONS} == {}


def test_every_exception_is_one() -> None:
    once = {name for name, files in classes().items() if len(files) == 1} & set(EXCEPTIONS)
    assert once == set(), f"remove from EXCEPTIONS: {once}"
