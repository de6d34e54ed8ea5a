"""Freed memory, given back to the system.

A model's batches take and free blocks of ever other sizes. What glibc's allocator keeps of them falls into pieces that
no later block fits into, so a process that embeds for an hour comes to hold far more than it uses.
"""

from __future__ import annotations

import ctypes
import sys


def give_back_freed() -> None:
    """Let the system have the pages that were freed, with glibc's ``malloc_trim``; other systems are left alone."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
        if trim is not None:
            trim(0)
