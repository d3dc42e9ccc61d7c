"""What is wrong with a checkpoint, in one line."""

from archc.render.display import printable


class CheckpointError(Exception):
    """A checkpoint that cannot be read, written or used.

    Args:
        path: the file, or another name for where the weights come from.
        reason: what is wrong, without a full stop.
        advice: what to do about it, or an empty text.
    """

    def __init__(self, path: object, reason: str, advice: str = "") -> None:
        super().__init__(path, reason, advice)
        self.path = str(path)
        self.reason = reason
        self.advice = advice

    def __str__(self) -> str:
        problem = f"{self.path}: {self.reason}"
        # The names in a file are whatever its writer, or damage, has put there.
        return printable(f"{problem}; {self.advice}" if self.advice else problem)


def of_system(path: object, error: OSError, doing: str = "read") -> CheckpointError:
    """Return what the operating system had against reading or writing a file."""
    reason = (error.strerror or str(error)).lower()
    return CheckpointError(path, f"cannot {doing} it: {reason}")


def damaged(path: object, error: Exception) -> CheckpointError:
    """Return the error for a file that is cut off or corrupt."""
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    return CheckpointError(path, f"it is damaged or cut off ({reason})", "fetch or save it again")
