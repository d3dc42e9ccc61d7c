"""One word has one meaning: no two classes of the package share a name."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent

# Why two classes may have one name; the list only gets shorter.
EXCEPTIONS = {
    "Request": "what an export format and what a picture format is asked for, each in its room",
    # Names that are still to become two.
    "Budget": "steps of an expansion; parameters and MACs",
    "Call": "a call in a spec or recipe; a call in emitted Python",
    "Difference": "of two networks; of two tensors",
    "Kind": "of a value; of a thing that can be added",
    "Line": "of a table of differences; of a receptive field's rule",
    "RunError": "of a training; of a benchmark",
    "Setting": "a changed setting of a network; what a benchmark measures",
    "Slice": "the operator; torch's code for it",
    "Text": "a value on the command line; a kind of value in recipes",
    "Totals": "of a difference; of a summary",
}


def classes() -> dict[str, list[str]]:
    """Return the files that define each public class of the package, at any depth."""
    files = defaultdict(list)
    for path in sorted((ROOT / "archc").rglob("*.py")):
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
