"""Texts of a picture are put down again as they were drawn: laying letters out costs most."""

from typing import Any

import numpy as np
import numpy.typing as npt

from salesanalysis.planner.kept import Kept

#: Parts of a pixel a text can be moved by.
_PARTS = 4
#: Texts kept of a picture.
_MOST = 256

#: Where a text stands beside the pixel it begins at (right, down), and its pixels from below.
Stamp = tuple[int, int, npt.NDArray[np.uint8]]


class Stamps:
    """Draws text on one Agg renderer, each text, place within a pixel, font and colour once.

    A text stands at most an eighth of a pixel from where it would without stamps, and a picture is
    the same whatever was drawn before.

    Parameters
    ----------
    renderer : RendererAgg, whose ``draw_text`` is replaced
    """

    def __init__(self, renderer: Any) -> None:
        self._on, self._plain = renderer, renderer.draw_text
        # twice as large, drawn from the middle: no rim is near, wherever a text will stand
        self._middle = int(renderer.width), int(renderer.height)
        self._aside = type(renderer)(*(2 * side for side in self._middle), renderer.dpi)
        self._kept: Kept[Stamp | None] = Kept(_MOST)
        renderer.draw_text = self.draw_text

    def draw_text(
        self, gc: Any, x: float, y: float, *words: Any, ismath: Any = False, mtext: Any = None
    ) -> None:
        """Draw words (text, font, angle) as the renderer does, with the renderer's arguments."""
        (left, dx), (low, dy) = divmod(round(x * _PARTS), _PARTS), divmod(round(y * _PARTS), _PARTS)
        look = *words[:1], *map(hash, words[1:]), gc.get_rgb(), dx, dy
        plain = ismath or gc.get_alpha() != 1
        part = dx / _PARTS, dy / _PARTS
        stamp = None if plain else self._kept.get(look, lambda: self._made(gc, part, words))
        if stamp is None:
            self._plain(gc, x, y, *words, ismath=ismath, mtext=mtext)
            return
        right, down, image = stamp
        self._on.draw_image(gc, left + right, self._on.height - low - down, image)

    def _made(self, gc: Any, part: tuple[float, float], words: tuple[Any, ...]) -> Stamp | None:
        """Return words drawn alone; none where they are nothing, or larger than the picture."""
        pen, (x, y) = self._aside.new_gc(), self._middle
        pen.set_foreground(gc.get_rgb(), isRGBA=True)
        pen.set_antialiased(gc.get_antialiased())
        self._aside.clear()
        self._aside.draw_text(pen, x + part[0], y + part[1], *words)
        image = np.asarray(self._aside.buffer_rgba())
        rows, columns = (np.flatnonzero(image[..., 3].any(axis=axis)) for axis in (1, 0))
        if not rows.size:
            return None
        top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
        high, wide = image.shape[:2]
        if not top or not left or bottom == high or right == wide:
            return None
        return int(left) - x, int(bottom) - y, image[top:bottom, left:right][::-1].copy()
