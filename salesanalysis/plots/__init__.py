"""One drawing per result class; draws, never computes.

`draw(result, ax=None, lang="en")` finds the drawing of the result's class. Each drawing lives in
a file named after its picture and registers itself with ``@draw.register(ResultClass)``.
"""

from salesanalysis.plots.base import draw, new_axes, style

__all__ = ["draw", "new_axes", "style"]
