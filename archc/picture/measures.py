"""A box's texts, and the room that they take."""

from archc.picture.boxes import Box
from archc.picture.text import width_of
from archc.render.numbers import scaled

TITLE_SIZE, SMALL_SIZE = 13, 10.5
PAD = 10
_HEIGHT = 38
_JOIN_HEIGHT = 22


def caption(box: Box) -> str:
    """Return the small line of a box: its parameters, MACs and receptive field."""
    parts = [scaled(box.params)] if box.params else []
    parts += [f"{scaled(box.macs)} MAC"] if box.macs else []
    parts += [f"RF {box.field}"] if box.field else []
    return " · ".join(parts)


def heading(box: Box) -> tuple[str, str, str]:
    """Return a box's first line: its name in bold, what it is, and what is fused in grey."""
    times = f"× {box.count}" if box.count > 1 else ""
    return box.title, box.label, " ".join(filter(None, (box.suffix, times)))


def closed_size(box: Box) -> tuple[float, float]:
    """Return the width and height of a box that is drawn closed."""
    _, label, suffix = heading(box)
    if box.join:
        text = width_of(f"{label} {suffix}", TITLE_SIZE)
        return max(_JOIN_HEIGHT, text + PAD), _JOIN_HEIGHT
    below = caption(box)
    width = max(_heading_width(box), width_of(below, SMALL_SIZE)) + 2 * PAD
    return width, _HEIGHT if below else _HEIGHT - 12


def frame_width(box: Box) -> float:
    """Return the least width of a box that is drawn open: its title and its costs in one line."""
    return _heading_width(box) + width_of(f"  {caption(box)}", SMALL_SIZE) + 2 * PAD


def _heading_width(box: Box) -> float:
    title, label, suffix = heading(box)
    return width_of(title, TITLE_SIZE, bold=True) + width_of(f" {label} {suffix}", TITLE_SIZE)
