"""Random numbers that belong to names: nobody's depend on who else is there."""

import hashlib
import struct
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
#: Draws of one stream: numbers are made in blocks of this many, whatever is asked for.
BLOCK = 250
_KEY = struct.Struct("=2Q").unpack


class Streams:
    """Normal numbers keyed by (seed, what, name, block), by a counter-based generator.

    The 128-bit key of Philox is a BLAKE2b hash of the names, so streams never overlap, do not
    depend on the order in which they are read, and are the same in every process. Inside a
    stream, numbers run period by period and draw by draw: more periods, draws or people leave
    those there are as they were.

    References
    ----------
    Salmon, Moraes, Dror and Shaw (2011). Parallel random numbers: as easy as 1, 2, 3. SC '11.

    Examples
    --------
    >>> a = Streams(1).normals("person", "Li", 0, np.empty((1, BLOCK)))[0, 0]
    >>> b = Streams(1).normals("person", "Li", 0, np.empty((3, BLOCK)))[0, 0]
    >>> bool(a == b)
    True
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._bits = np.random.Philox(0)
        self._generator = np.random.Generator(self._bits)
        # plain numbers: the generator reads them faster than arrays of four
        self._place: dict[str, Any] = {"counter": (0, 0, 0, 0), "key": (0, 0)}
        start = {"state": self._place, "buffer": (0, 0, 0, 0), "buffer_pos": 4, "has_uint32": 0}
        self._state: Any = {**self._bits.state, **start}

    def _start(self, what: str, name: str, block: int) -> np.random.Generator:
        """Put the generator at the start of a stream; setting a state is faster than a new one."""
        # names of any text: their lengths keep two of them from running together
        text = f"{self.seed}|{what}|{len(name)}|{name}|{block}".encode()
        self._place["key"] = _KEY(hashlib.blake2b(text, digest_size=16).digest())
        self._bits.state = self._state
        return self._generator

    def generator(self, what: str, name: str) -> np.random.Generator:
        """Return a generator at the start of the stream of a name, valid until the next one."""
        return self._start(what, name, 0)

    def normals(self, what: str, name: str, block: int, out: Floats) -> Floats:
        """Fill `out`, shape (rows, BLOCK), with standard normal numbers, row by row."""
        return self._start(what, name, block).standard_normal(out=out)

    def uniforms(self, what: str, name: str, block: int, out: Floats) -> Floats:
        """Fill `out`, shape (rows, BLOCK), with uniform numbers in [0, 1), row by row."""
        return self._start(what, name, block).random(out=out)
