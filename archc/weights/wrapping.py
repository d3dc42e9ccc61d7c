"""What training scripts wrap around a state: a dict with an epoch, a prefix on every key."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

_HOLDERS = ("state_dict", "model_state_dict", "model")
_PREFIXES = {
    "module.": "DistributedDataParallel adds it",
    "_orig_mod.": "torch.compile adds it",
    "model.": "a LightningModule that holds the network as `model` adds it",
}
_DEEPEST = 8  # a mapping can contain itself


class Unwrapped(NamedTuple):
    """A state by key, and a sentence for everything that was taken off it."""

    state: dict[Any, Any]
    remarks: tuple[str, ...]


def unwrap(state: Mapping[Any, Any], expected: Collection[str] = ()) -> Unwrapped:
    """Return the state inside the usual wrappings.

    Args:
        state: what a file holds.
        expected: the keys that are looked for; a prefix that one of them has is left on.
    """
    remarks: list[str] = []
    while len(remarks) < _DEEPEST and (holder := _holder(state)) is not None:
        state = state[holder]
        remarks.append(f"the weights were taken from under the key `{holder}`")
    found = dict(state)
    while (prefix := _prefix(found, expected)) is not None:
        found = {key.removeprefix(prefix): value for key, value in found.items()}
        remarks.append(f"the prefix `{prefix}` was taken off every key ({_PREFIXES[prefix]})")
    return Unwrapped(found, tuple(remarks))


def _holder(state: Mapping[Any, Any]) -> str | None:
    return next((key for key in _HOLDERS if isinstance(state.get(key), Mapping)), None)


def _prefix(state: Mapping[Any, Any], expected: Collection[str]) -> str | None:
    for prefix in _PREFIXES:
        on_all = state and all(isinstance(key, str) and key.startswith(prefix) for key in state)
        if on_all and not any(key.startswith(prefix) for key in expected):
            return prefix
    return None
