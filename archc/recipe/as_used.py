"""A recipe as it was used, as text: what a run keeps."""

import json
import os
import re

from archc.recipe.datasets import DATASETS
from archc.recipe.model import Recipe
from archc.syntax.tree import Mapping, Scalar, Sequence, Tree

_BARE = re.compile("[A-Za-z_][A-Za-z0-9_./-]*")
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")


def as_used(recipe: Recipe) -> str:
    """Return the recipe with its overrides, to be kept beside a copy of its spec, ``spec.yaml``.

    Where the data is, is made absolute, so that the text reads the same from any directory.
    """
    lines = []
    for key, value in recipe.tree:
        if key.text == "spec":
            lines.append("spec: spec.yaml")
        elif key.text == "data" and isinstance(value, Mapping):
            lines += ["data:", *(f"  {line}" for line in _data(value, recipe))]
        else:
            lines.append(f"{_text(key)}: {_flow(value)}")
    return "\n".join(lines) + "\n"


def _data(tree: Mapping, recipe: Recipe) -> list[str]:
    root = recipe.data.source.settings.get("root")
    lines = []
    for key, value in tree:
        if key.text in DATASETS and isinstance(root, str):
            lines.append(f"{key.text}: {_string(os.path.abspath(root))}")
        else:
            lines.append(f"{_text(key)}: {_flow(value)}")
    return lines


def _flow(tree: Tree) -> str:
    if isinstance(tree, Scalar):
        return _text(tree)
    if isinstance(tree, Sequence):
        return f"[{', '.join(map(_flow, tree.items))}]"
    assert isinstance(tree, Mapping)  # what is unreadable makes no recipe
    return f"{{{', '.join(f'{_text(key)}: {_flow(value)}' for key, value in tree)}}}"


def _text(scalar: Scalar) -> str:
    if isinstance(scalar.value, str):
        return _string(scalar.value)
    return scalar.text or "null"


def _string(text: str) -> str:
    """Return YAML that is this text, quoted where it could be taken for something else."""
    read = Scalar(text, True, None)  # type: ignore[arg-type]  # nobody asks for its place
    if _BARE.fullmatch(text) and isinstance(read.value, str):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
