"""The arrays that modules pass to one another, by what they hold.

To be imported for type checking alone: numpy is loaded by the functions that need it, when they do.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]
