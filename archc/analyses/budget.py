"""How much is followed row by row and column by column, so that no network takes long."""

MOST_STEPS = 500_000
"""How many rows, columns and taps are followed one by one: a second or two."""


class TooLargeError(Exception):
    """A network has more rows and columns than can be followed one by one."""

    def __str__(self) -> str:
        return (
            f"the network has more than {MOST_STEPS:,} rows and columns, which are too many to "
            "follow one by one; ask for a smaller --input, or ask archc summary"
        )


class TapBudget:
    """Counts what is followed, so that neither time nor memory can get out of hand."""

    def __init__(self) -> None:
        self._left = MOST_STEPS

    def spend(self, steps: int) -> None:
        """Count some steps.

        Raises:
            TooLargeError: they are more than are left.
        """
        self._left -= steps
        if self._left < 0:
            raise TooLargeError
