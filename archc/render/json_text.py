"""The one writer of JSON that people and programs read."""

import json
from typing import Any


def json_text(value: Any, *, ascii_only: bool = False) -> str:
    """Return a value as indented JSON with a line end, its keys in their order.

    Args:
        value: plain data.
        ascii_only: whether to escape all other characters, for text that may not be Unicode.

    Raises:
        ValueError: a number is infinite or not a number, which JSON does not have.
    """
    return json.dumps(value, indent=2, ensure_ascii=ascii_only, allow_nan=False) + "\n"
