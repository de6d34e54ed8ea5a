"""Memory that was freed goes back to the system, however small the pieces that it lay in."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import pytest

from rag.memory import give_back_freed

MIB = 2**20


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"),
    reason="only glibc's allocator has what is tested",
)
def test_what_lies_between_blocks_in_use_goes_back_to_the_system() -> None:
    size = 64 * 1024  # under the least size that glibc maps by itself
    blocks = [bytearray(b"x" * size) for _ in range(3000)]
    kept = blocks[::100]
    held = _resident()
    del blocks
    give_back_freed()
    assert held - _resident() > 100 * MIB
    assert all(bytes(block) == b"x" * size for block in kept)
