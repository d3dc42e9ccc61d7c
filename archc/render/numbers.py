"""Numbers as people read them."""

_PREFIXES = "kMGTPE"


def scaled(number: int, unit: str = "") -> str:
    """Return a number in three digits, in powers of 1000: ``1.81 G``, ``13.0 MB``, ``999 B``.

    Args:
        number: a count, 0 or more.
        unit: what is counted, as in ``B`` for bytes.
    """
    value, prefix = float(number), ""
    for larger in _PREFIXES:
        if value < 999.5:
            break
        value, prefix = value / 1000, larger
    digits = 0 if not prefix or value >= 99.95 else 1 if value >= 9.995 else 2
    return f"{value:.{digits}f} {prefix}{unit}".rstrip()
