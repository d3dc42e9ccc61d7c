"""What to write in a recipe where images come out in another size than the network takes."""

from collections.abc import Sequence

from archc.recipe.transforms.base.kind import Transform


def resizing_advice(transforms: Sequence[Transform], name: str, height: int, width: int) -> str:
    """Return transforms that give every image the size that the network takes.

    Args:
        transforms: those that the recipe has.
        name: its key for them, ``train_transforms`` or ``test_transforms``.
        height: of the network's input.
        width: likewise.
    """
    whole = f"`resize: [{height}, {width}]`"
    if not transforms:
        return f"add `{name}: [{{resize: [{height}, {width}]}}]`"
    last = transforms[-1]
    side = getattr(last, "size", None)
    if last.name != "resize" or not isinstance(side, int):
        return f"end `{name}` with {whole}"
    crop = f"{height}" if height == width else f"[{height}, {width}]"
    return (
        f"in `{name}`, `resize: {side}` scales the shorter side to {side}: write {whole}, or add "
        f"`center_crop: {crop}` after it"
    )
