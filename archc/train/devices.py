"""The device that a run uses, and the precision it computes in."""

import re

import torch

from archc.train.problems import RunError
from archc.train.processes import place

_DEVICE = re.compile(r"cpu|mps|cuda(:\d+)?")


def device_named(name: str) -> torch.device:
    """Return the device called ``cuda:0``, for example; ``auto`` is the fastest available one.

    Raises:
        RunError: the device is unknown or not available.
    """
    if name == "auto":
        name = _fastest()
    if not _DEVICE.fullmatch(name):
        raise RunError(f"unknown device `{name}`: use auto, cpu, cuda, cuda:0, … or mps")
    if name == "mps" and not torch.backends.mps.is_available():
        raise RunError("cannot use the device `mps`: this machine or this build of torch has none")
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise RunError(f"cannot use the device `{name}`: {reason}") from error
    if device.type == "cuda" and device.index is None:
        return torch.device("cuda", place().local_rank)
    return device


def precision_on(device: torch.device, precision: str) -> str:
    """Return what the precision ``auto`` means on a device; any other is returned as it is."""
    if precision != "auto":
        return precision
    return "bf16" if device.type == "cuda" and torch.cuda.is_bf16_supported() else "fp32"


def _fastest() -> str:
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"
