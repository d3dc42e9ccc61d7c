"""A network as one HTML file that opens from disk: its picture to open and close, and its table.

`data` has what differs between pages; `page.html`, `page.css` and the scripts are the same in all.
The colours are the drawing's.
"""

import base64
import hashlib
import json
from html import escape
from importlib.resources import files

from archc.graph.graph import Graph
from archc.picture.colours import properties
from archc.picture.page.data import data
from archc.render.display import printable

_SCRIPTS = (
    "network.js",
    "geometry.js",
    "drawing.js",
    "view.js",
    "picture.js",
    "table.js",
    "page.js",
)


def page(graph: Graph, *, depth: int | None = None, weights: str = "params") -> str:
    """Return the page of a sound graph; it loads nothing, and runs nothing but its own script.

    Args:
        graph: the network.
        depth: how deep blocks are open at first (1: none is); None opens what fits a portrait page.
        weights: the number that the colour shows at first, a key of `archc.picture.svg.WEIGHTS`.
    """
    style, script = properties() + _file("page.css"), "".join(map(_file, _SCRIPTS))
    policy = f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}"
    parts = {
        "policy": f"{policy}; base-uri 'none'; form-action 'none'",
        "name": escape(printable(graph.name or "network")),
        "style": style,
        "data": _embedded(data(graph, depth, weights)),
        "script": script,
    }
    pieces = _file("page.html").split("@@")  # text, key, text, key, …, text
    return "".join(parts[piece] if i % 2 else piece for i, piece in enumerate(pieces))


def _file(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Return what a Content-Security-Policy knows an inline element by."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _embedded(value: object) -> str:
    """Return JSON that no HTML parser can see an end in, whatever names are in it."""
    return json.dumps(value, separators=(",", ":")).replace("<", r"\u003c")
