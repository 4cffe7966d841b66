"""Checks every figure has to pass: no overlapping text, no missing glyph, nothing logged."""

import io
import logging
import warnings
from itertools import combinations

from matplotlib.axes import Axes
from matplotlib.text import Text


def assert_good_figure(ax: Axes) -> bytes:
    """Render the figure of `ax`; fail on overlap, missing glyphs, warnings or log records."""
    records: list[logging.LogRecord] = []
    handler = logging.Handler(level=logging.WARNING)
    handler.emit = records.append  # type: ignore[method-assign]
    logging.getLogger("matplotlib").addHandler(handler)
    out = io.BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            ax.figure.savefig(out, format="png", metadata={"Software": None})
    finally:
        logging.getLogger("matplotlib").removeHandler(handler)
    assert not records, [r.getMessage() for r in records]
    renderer = ax.figure.canvas.get_renderer()
    texts = [
        t
        for a in ax.figure.axes
        for t in _drawn_texts(a)
        if t.get_visible() and t.get_text().strip()
    ]
    boxes = [(t, t.get_window_extent(renderer)) for t in texts]
    for (a, box_a), (b, box_b) in combinations(boxes, 2):
        # a hair of shared border is no overlap
        assert not box_a.shrunk(0.96, 0.9).overlaps(box_b.shrunk(0.96, 0.9)), (
            f"{a.get_text()!r} overlaps {b.get_text()!r}"
        )
    canvas = ax.figure.bbox
    for text, box in boxes:
        inside = (canvas.x0 - 1 <= box.x0, box.x1 <= canvas.x1 + 1)
        inside += (canvas.y0 - 1 <= box.y0, box.y1 <= canvas.y1 + 1)
        assert all(inside), f"{text.get_text()!r} is cut off"
    return out.getvalue()


def _drawn_texts(ax: Axes) -> list[Text]:
    """Titles, labels and the tick labels that lie inside the view: those outside are not drawn."""
    ticks = []
    for axis in (ax.xaxis, ax.yaxis):
        low, high = sorted(axis.get_view_interval())
        slack = 1e-9 * (high - low)
        places = zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=False)
        ticks += [label for at, label in places if low - slack <= at <= high + slack]
    # the house title stands on the left: `ax.title` alone is the empty one in the middle
    titles = [ax.title, ax._left_title, ax._right_title]
    legend = ax.get_legend()
    in_legend = [*legend.get_texts(), legend.get_title()] if legend else []
    return [*ax.texts, *ticks, *titles, ax.xaxis.label, ax.yaxis.label, *in_legend]
