"""Memory that is about to be filled, in large pages where the system has them.

The first touch of each page of memory costs more than the copy into it; a page of 2 MiB is 512
fewer of them. torch's own allocator asks for the same where ``THP_MEM_ALLOC_ENABLE`` is set.

Source: https://man7.org/linux/man-pages/man2/madvise.2.html, ``MADV_HUGEPAGE``
"""

import ctypes
import mmap
from collections.abc import Iterable

from torch import Tensor

_LARGE = 2**21
_ADVICE: int | None = getattr(mmap, "MADV_HUGEPAGE", None)  # Linux has it


def ask_for_large_pages(tensors: Iterable[Tensor]) -> None:
    """Ask for large pages under large tensors on the CPU; what they hold stays as it is."""
    if _ADVICE is None:
        return
    advise = ctypes.CDLL(None).madvise
    advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    for tensor in tensors:
        if tensor.is_cpu and tensor.nbytes >= _LARGE:
            begin = -(-tensor.data_ptr() // mmap.PAGESIZE) * mmap.PAGESIZE
            size = tensor.data_ptr() + tensor.nbytes - begin
            # A system without large pages rejects the advice, and nothing is lost.
            advise(begin, size // mmap.PAGESIZE * mmap.PAGESIZE, _ADVICE)
