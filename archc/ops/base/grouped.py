"""Channels divided into groups."""

from collections.abc import Iterator

from archc.problems.shapes import ChannelMismatch


def check_groups(groups: int, what: str, channels: int) -> Iterator[ChannelMismatch]:
    """Yield a problem unless `groups` divides the channels."""
    if channels % groups:
        yield ChannelMismatch("groups", what, channels, groups)
