"""Which articles are nearly the same, as copies of a wire story are: MinHash.

Method: Broder 1997, "On the resemblance and containment of documents"; the library is datasketch.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RESEMBLANCE = 0.7
"""The least share of runs of words that two copies of a story have in common."""

_PERMUTATIONS = 64
_RUN = 4
_SCHEME = "affine32"
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SAME_PASSAGE = 0.8


def signature(text: str) -> bytes:
    """The MinHash signature of a text's runs of four words, as little-endian uint32."""
    words = _WORD.findall(text.lower())
    runs = {" ".join(words[n : n + _RUN]) for n in range(max(1, len(words) - _RUN + 1))}
    sketch = _sketch(None)
    sketch.update_batch([run.encode("utf-8", "replace") for run in sorted(runs)])
    return bytes(sketch.hashvalues.astype("<u4").tobytes())


def group(signatures: Iterable[tuple[int, bytes]]) -> dict[int, int]:
    """Put nearly equal articles together.

    Args:
        signatures: number and signature of each article.

    Returns:
        For each article the number of the first one of its group, its own where it stands alone. An article joins the
        first group that holds one that it resembles by at least ``RESEMBLANCE``; groups never merge, so a chain of
        small changes does not end with strangers in one group.
    """
    import numpy as np
    from datasketch import MinHashLSH

    index = MinHashLSH(threshold=RESEMBLANCE, num_perm=_PERMUTATIONS)
    values: dict[int, NDArray[np.uint32]] = {}
    first: dict[int, int] = {}
    for number, packed in signatures:
        value = np.frombuffer(packed, dtype="<u4")
        sketch = _sketch(value)
        alike = [other for other in sorted(index.query(sketch)) if np.mean(values[other] == value) >= RESEMBLANCE]
        first[number] = alike[0] if alike else number
        if not alike:  # only the first of a group stands for it
            values[number] = value
            index.insert(number, sketch)
    return first


def says_the_same(one: str, other: str) -> bool:
    """Whether two passages of such articles differ in next to nothing, and in no number."""
    mine, theirs = set(_WORD.findall(one.lower())), set(_WORD.findall(other.lower()))
    alike = len(mine & theirs) >= _SAME_PASSAGE * len(mine | theirs)
    return alike and set(_NUMBER.findall(one)) == set(_NUMBER.findall(other))


def _sketch(values: Any) -> Any:
    from datasketch import MinHash

    return MinHash(num_perm=_PERMUTATIONS, seed=1, hashfunc=zlib.crc32, scheme=_SCHEME, hashvalues=values)
