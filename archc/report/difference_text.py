"""What changed between two networks: as lines, as an object, and as GitHub's annotations.

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


def difference_text(found: Difference, new: Graph) -> str:
    """Return what changed as a person reads it, a line for each change."""
    if found.same:
        return "the same network\n"
    told = [str(line) for line in lines(found, new)]
    told += [printable(line) for line in (_renumbered(found), _downstream(found)) if line]
    return "\n".join([*told, *([""] if told else []), *_totals(found), *_keys(found)]) + "\n"


def difference_github(found: Difference, new: Graph) -> str:
    """Return a notice for each change, at its place in the new file, and one of the totals."""
    if found.same:
        return ""
    told = [(line.span, f"{line.where}: {line.what}") for line in lines(found, new)]
    notices = [annotation("notice", span, _TITLE, printable(text)) for span, text in told]
    totals = "\n".join((*_totals(found), *_keys(found)))
    return "".join((*notices, annotation("notice", new.spec.source.whole(), _TITLE, totals)))


def difference_json(found: Difference) -> dict[str, Any]:
    """Return what changed as plain data; `docs/diff.md` says what each field is."""
    return {
        "version": VERSION,
        "same": found.same,
        "network": [setting._asdict() for setting in found.network],
        "added": [node.path for node in found.added],
        "removed": [node.path for node in found.removed],
        "changed": [
            {"name": change.new.path, "settings": [s._asdict() for s in change.settings]}
            for change in found.changed
        ],
        "moved": {old.path: new.path for old, new in found.moved},
        "downstream": {
            new.path: {"old": list(old.shape), "new": list(new.shape)}
            for old, new in found.downstream
        },
        "totals": {"old": found.old._asdict(), "new": found.new._asdict()},
        "keys": {
            "kept": list(found.keys.kept),
            "lost": list(found.keys.lost),
            "reshaped": {
                name: {"old": list(has), "new": list(needs)}
                for name, (has, needs, _) in found.keys.reshaped.items()
            },
            "fresh": list(found.keys.fresh),
            "renamed": dict(found.keys.renamed),
        },
    }


def _renumbered(found: Difference) -> str:
    moved = renumbered(found)
    if not moved:
        return ""
    old, new = moved[0]
    told = f"  {count(len(moved), 'layer')} renumbered: {old.path} → {new.path}"
    return told + more(len(moved) - 1)


def _downstream(found: Difference) -> str:
    if not found.downstream:
        return ""
    old, new = found.downstream[0]
    shapes = f"{shape_text(old.shape)} → {shape_text(new.shape)}"
    told = f"  and {count(len(found.downstream), 'layer')} downstream with other shapes"
    return f"{told}: {new.path} {shapes}" + more(len(found.downstream) - 1)


def _totals(found: Difference) -> Iterator[str]:
    names = {"params": "parameters", "macs": "MACs", "macs_training": "MACs in training"}
    for field, name in names.items():
        old, new = getattr(found.old, field), getattr(found.new, field)
        if field == "macs_training" and found.old.macs == old and found.new.macs == new:
            continue
        changed = f"{old:,} → {new:,} ({new - old:+,})"
        yield f"{name}: {changed}" if old != new else f"{name}: {old:,}, as before"


def _keys(found: Difference) -> Iterator[str]:
    keys = found.keys
    numbers = {"lost": len(keys.lost), "reshaped": len(keys.reshaped), "new": len(keys.fresh)}
    told = [f"{len(keys.kept):,} kept", *(f"{n:,} {what}" for what, n in numbers.items() if n)]
    yield f"keys of a checkpoint: {', '.join(told)}"
    for what, names in (("lost", keys.lost), ("reshaped", tuple(keys.reshaped))):
        if names:
            shown = printable(", ".join(names[:_SHOWN]))
            yield f"  {what}: {shown}{more(max(0, len(names) - _SHOWN))}"
    if keys.renamed:
        pairs = [f"{old} → {new}" for old, new in keys.renamed.items()]
        shown = printable(", ".join(pairs[:_PAIRS])) + more(max(0, len(pairs) - _PAIRS))
        yield f"  renamed: {shown}"
