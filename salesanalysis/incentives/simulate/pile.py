"""Cells summed by draw and bin, block of draws by block of draws."""

import numpy as np
import numpy.typing as npt

from salesanalysis.incentives.simulate.streams import Floats

Pairs = npt.NDArray[np.complex128]


class Pile:
    """Sums of one region and block of draws: units and amounts in one number, added in one pass.

    A complex number is a pair that numpy adds at once; its parts never meet.

    Attributes
    ----------
    sums : dict, scale -> ndarray, shape (bins, draws), units as real and amounts as imaginary part
    key : tuple, first draw and region of what is open
    """

    def __init__(self, scales: tuple[str, ...]) -> None:
        self.scales = scales
        self.sums: dict[str, Pairs] = {}
        self.key, self.width = (-1, -1), 0
        self._pairs = np.empty(0, np.complex128)

    def open(self, key: tuple[int, int], shape: tuple[int, int]) -> None:
        """Begin with sums of nothing."""
        self.key, self.width = key, shape[1]
        for scale in self.scales:
            if scale not in self.sums or self.sums[scale].shape != shape:
                self.sums[scale] = np.empty(shape, np.complex128)
            self.sums[scale].fill(0)

    def add(self, scale: str, at: np.ndarray, units: Floats | np.float64, amounts: Floats) -> None:
        """Add cells; `at` are flat positions in the sums, of the shape of `amounts`."""
        if self._pairs.size < at.size:
            self._pairs = np.empty(at.size, np.complex128)
        pairs = self._pairs[: at.size].reshape(at.shape)
        pairs.real, pairs.imag = units, amounts
        np.add.at(self.sums[scale].reshape(-1), at.reshape(-1), pairs.reshape(-1))
