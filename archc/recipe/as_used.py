"""A recipe as it was used, as text: what a run keeps."""

import json
import os
import re

from archc.recipe.model import Recipe
from archc.syntax.tree import Mapping, Scalar, Sequence, Tree, resolve

_BARE = re.compile("[A-Za-z_][A-Za-z0-9_./-]*")
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")


def as_used(recipe: Recipe) -> str:
    """Return the recipe with its overrides, to be kept beside a copy of its spec, ``spec.yaml``.

    Where the data is, is made absolute, so that the text reads the same from any directory.
    """
    lines = []
    for key, value in recipe.document.tree:
        if key.text == "spec":
            lines.append("spec: spec.yaml")
            if recipe.network.variant and "variant" not in recipe.document.tree.entries:
                lines.append(f"variant: {recipe.network.variant}")
        elif key.text == "data" and isinstance(value, Mapping):
            lines += ["data:", *(f"  {line}" for line in _data(value, recipe))]
        else:
            lines.append(f"{_text(key)}: {_flow(value)}")
    return "\n".join(lines) + "\n"


def _data(tree: Mapping, recipe: Recipe) -> list[str]:
    source = recipe.data.source
    root = getattr(source, "root", None)
    lines = []
    for key, value in tree:
        if key.text == source.name and isinstance(root, str):
            lines.append(f"{key.text}: {_rooted(value, _string(os.path.abspath(root)))}")
        else:
            lines.append(f"{_text(key)}: {_flow(value)}")
    return lines


def _rooted(tree: Tree, root: str) -> str:
    """Return a data set's value with another root, the settings beside that as they are."""
    if not isinstance(tree, Mapping):
        return root
    pairs = [(_text(key), root if key.text == "root" else _flow(value)) for key, value in tree]
    return f"{{{', '.join(f'{key}: {value}' for key, value in pairs)}}}"


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
    if _BARE.fullmatch(text) and _is_text(text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def _is_text(text: str) -> bool:
    """Whether a plain scalar is this text, and not a number or a constant."""
    try:
        return isinstance(resolve(text), str)
    except OverflowError:  # a number that is too large for one
        return False
