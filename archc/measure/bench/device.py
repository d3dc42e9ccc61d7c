"""Where a network is measured."""

import torch


class DeviceError(Exception):
    """A device that is not here, or that archc cannot time."""


def prepared(name: str, threads: int | None = None) -> torch.device:
    """Return a device, with torch set to a number of threads for the CPU.

    Args:
        name: ``cpu``, ``cuda``, ``cuda:1``, or ``auto``: CUDA where there is any.
        threads: for this process; None leaves torch's choice.

    Raises:
        DeviceError: there is no such device.
    """
    if threads is not None:
        torch.set_num_threads(threads)
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name.partition(":")[0] not in ("cpu", "cuda"):
        raise DeviceError(f"{name!r} is neither cpu nor cuda.")
    try:
        torch.empty(0, device=name)
        return torch.device(name)
    except (RuntimeError, AssertionError) as error:
        raise DeviceError(f"{name!r} cannot be used: {str(error).splitlines()[0]}") from error
