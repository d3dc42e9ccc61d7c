"""Seeds of what is drawn."""

import hashlib


def seed_of(*parts: int) -> int:
    """Return a seed that is unrelated to that of any other `parts`."""
    text = " ".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big") >> 1
