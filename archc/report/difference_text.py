"""What changed between two networks: as text, as plain data for JSON, and for GitHub.

Not in `archc/render/`, which knows diagnostics and no graphs.
"""

from collections.abc import Iterator
from typing import Any

from archc.analyses.difference import Difference
from archc.graph.graph import Graph
from archc.problems.shapes import shape_text
from archc.render.display import printable
from archc.render.machine import annotation
from archc.report.difference_lines import count, lines, more, renumbered

VERSION = 1
_SHOWN = 6
_PAIRS = 3
_TITLE = "archc diff"


def difference_text(difference: Difference, new: Graph) -> str:
    """Return what changed as text, a line for each change."""
    if difference.same:
        return "the same network\n"
    changes = [str(line) for line in lines(difference, new)]
    changes += [
        printable(line) for line in (_renumbered(difference), _downstream(difference)) if line
    ]
    return (
        "\n".join([*changes, *([""] if changes else []), *_totals(difference), *_keys(difference)])
        + "\n"
    )


def difference_github(difference: Difference, new: Graph) -> str:
    """Return a notice for each change at its location in the new file, and one for the totals."""
    if difference.same:
        return ""
    changes = [(line.span, f"{line.where}: {line.what}") for line in lines(difference, new)]
    notices = [annotation("notice", span, _TITLE, printable(text)) for span, text in changes]
    totals = "\n".join((*_totals(difference), *_keys(difference)))
    return "".join((*notices, annotation("notice", new.spec.source.whole(), _TITLE, totals)))


def difference_json(difference: Difference) -> dict[str, Any]:
    """Return what changed as plain data; `archc.report.models.Difference` is its model."""
    return {
        "version": VERSION,
        "same": difference.same,
        "network": [setting._asdict() for setting in difference.network],
        "added": [node.path for node in difference.added],
        "removed": [node.path for node in difference.removed],
        "changed": [
            {"name": change.new.path, "settings": [s._asdict() for s in change.settings]}
            for change in difference.changed
        ],
        "moved": {old.path: new.path for old, new in difference.moved},
        "downstream": {
            new.path: {"old": list(old.shape), "new": list(new.shape)}
            for old, new in difference.downstream
        },
        "totals": {"old": difference.old._asdict(), "new": difference.new._asdict()},
        "keys": {
            "kept": list(difference.keys.kept),
            "lost": list(difference.keys.lost),
            "reshaped": {
                name: {"old": list(has), "new": list(needs)}
                for name, (has, needs, _) in difference.keys.reshaped.items()
            },
            "fresh": list(difference.keys.fresh),
            "renamed": dict(difference.keys.renamed),
        },
    }


def _renumbered(difference: Difference) -> str:
    moved = renumbered(difference)
    if not moved:
        return ""
    old, new = moved[0]
    line = f"  {count(len(moved), 'layer')} renumbered: {old.path} → {new.path}"
    return line + more(len(moved) - 1)


def _downstream(difference: Difference) -> str:
    if not difference.downstream:
        return ""
    old, new = difference.downstream[0]
    shapes = f"{shape_text(old.shape)} → {shape_text(new.shape)}"
    line = f"  and {count(len(difference.downstream), 'layer')} downstream with other shapes"
    return f"{line}: {new.path} {shapes}" + more(len(difference.downstream) - 1)


def _totals(difference: Difference) -> Iterator[str]:
    names = {"params": "parameters", "macs": "MACs", "macs_training": "MACs in training"}
    for field, name in names.items():
        old, new = getattr(difference.old, field), getattr(difference.new, field)
        if field == "macs_training" and difference.old.macs == old and difference.new.macs == new:
            continue
        changed = f"{old:,} → {new:,} ({new - old:+,})"
        yield f"{name}: {changed}" if old != new else f"{name}: {old:,}, as before"


def _keys(difference: Difference) -> Iterator[str]:
    keys = difference.keys
    numbers = {"lost": len(keys.lost), "reshaped": len(keys.reshaped), "new": len(keys.fresh)}
    counts = [f"{len(keys.kept):,} kept", *(f"{n:,} {what}" for what, n in numbers.items() if n)]
    yield f"keys of a checkpoint: {', '.join(counts)}"
    for what, names in (("lost", keys.lost), ("reshaped", tuple(keys.reshaped))):
        if names:
            shown = printable(", ".join(names[:_SHOWN]))
            yield f"  {what}: {shown}{more(max(0, len(names) - _SHOWN))}"
    if keys.renamed:
        pairs = [f"{old} → {new}" for old, new in keys.renamed.items()]
        shown = printable(", ".join(pairs[:_PAIRS])) + more(max(0, len(pairs) - _PAIRS))
        yield f"  renamed: {shown}"
