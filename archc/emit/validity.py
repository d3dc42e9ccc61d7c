"""What the emitter wrote is Python, before anyone writes it to a file or executes it."""


class InternalError(Exception):
    """A mistake of archc's own, in words for whoever meets it."""


def require_valid(source: str, spec: str) -> None:
    """Compile the text that was emitted for a spec, and throw the result away.

    Raises:
        InternalError: it does not compile.
    """
    try:
        compile(source, "<emitted>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        reason = error.msg if isinstance(error, SyntaxError) else str(error) or type(error).__name__
        what = f"the Python that archc emitted for {spec} does not compile: {reason}{line}"
        advice = "this is a bug in archc; please report it with the spec"
        raise InternalError(f"internal error: {what}; {advice}") from error
