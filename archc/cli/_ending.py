"""How a command ends when its environment fails: one line on standard error, and an exit code.

A full disk, a closed pipe or a number too large for torch can stop any command anywhere. This
file alone decides what the user sees then.
"""

import atexit
import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import NoReturn

import click

PIPE_CLOSED = 141  # 128 + SIGPIPE, as shells have it


def open_streams() -> None:
    """Make standard output and standard error writable by name, whatever the shell closed.

    Without this, a file that is opened later takes the number of the closed stream, and receives
    what is printed. Output to a closed standard output fails; messages to a closed standard error
    are dropped.
    """
    if sys.stdout is None:
        _occupy(1, os.O_RDONLY)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        _occupy(2, os.O_WRONLY)
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without × or 한 shows a ?


def _occupy(number: int, flags: int) -> None:
    """Open the null device as a file descriptor that is closed."""
    with suppress(OSError):
        os.fstat(number)
        return
    opened = os.open(os.devnull, flags)
    if opened != number:
        os.dup2(opened, number)
        os.close(opened)


@contextmanager
def plainly(failure: Callable[[], int]) -> Iterator[None]:
    """Turn an exception that no command handles into one line and the exit code of `failure`.

    Raises:
        click.exceptions.Exit: the line is printed, unless the reader closed the pipe.
    """
    try:
        yield
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        _discard(sys.stdout)
        raise click.exceptions.Exit(PIPE_CLOSED) from None
    except click.ClickException as error:
        if error.exit_code >= failure():
            raise
        show(error)
        raise click.exceptions.Exit(failure()) from error
    except (click.exceptions.Exit, click.Abort):
        raise
    except Exception as error:
        if isinstance(error, OSError):
            _discard(sys.stdout)
        ended = _ended(error, failure())
        if ended is error:
            raise
        raise ended from error


def _ended(error: Exception, code: int) -> Exception:
    """Return the exception that ends the command; a bug ends it with its traceback."""
    line = _line(error)
    if line is not None:
        show(click.ClickException(line))
        return click.exceptions.Exit(code)
    if code == 1:  # Python itself exits with it after the traceback
        return error
    sys.excepthook(type(error), error, error.__traceback__)
    return click.exceptions.Exit(code)


def leave(code: int | None) -> NoReturn:
    """Exit; a process of ``torchrun`` exits without the interpreter's own teardown.

    Threads of gloo may still hold tensors then. Freeing one requires the interpreter, and the
    process aborts after all its work is done.

    Source: https://github.com/pytorch/pytorch/pull/179291
    """
    if os.environ.get("WORLD_SIZE", "1") == "1" or "torch" not in sys.modules:
        sys.exit(code)
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code or 0)


def show(error: click.ClickException) -> None:
    """Print a message; if standard error cannot be written, only the exit code remains."""
    try:
        error.show()
        sys.stderr.flush()
    except OSError:
        _discard(sys.stderr)


def _line(error: Exception) -> str | None:
    """Return the message for an error that is not a bug; None for a bug."""
    from archc.doors import DoorError
    from archc.emit.validity import InternalError
    from archc.extras import explained
    from archc.render.display import printable

    if isinstance(error, DoorError | InternalError):
        return str(error)
    if isinstance(error, ModuleNotFoundError):
        return explained(error)
    if isinstance(error, OSError):
        return printable(_of_system(error))
    if isinstance(error, UnicodeEncodeError) and error.encoding == "utf-8":
        bad = error.object[error.start : error.end]
        return f"cannot write {bad!a}: it is not valid UTF-8; rename the file or folder"
    if isinstance(error, MemoryError):
        return "not enough memory"
    if isinstance(error, RuntimeError):
        return _of_torch(str(error))
    return None


def _of_system(error: OSError) -> str:
    reason = (error.strerror or str(error)).lower()
    if error.filename is not None:
        name = os.fsdecode(error.filename) if isinstance(error.filename, bytes) else error.filename
        return f"cannot open {name}: {reason}"
    if error.errno == errno.EBADF:
        reason = "it is closed"
    return f"cannot write standard output: {reason}"


def _of_torch(message: str) -> str | None:
    """Return the message for a RuntimeError of torch that no check can foresee; None for others."""
    if "without overflow" in message:
        return f"a number is too large for torch: {message.splitlines()[0]}"
    if "can't allocate memory" in message or "not enough memory" in message:
        return "not enough memory"
    return None


def _discard(stream: object) -> None:
    """Drop what is still buffered; otherwise Python reports an error when it exits."""
    if not isinstance(stream, TextIOWrapper):
        return
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
