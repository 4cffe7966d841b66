"""Checks every figure has to pass: no overlapping text, no missing glyph, nothing logged."""

import io
import logging
import warnings
from itertools import combinations

from matplotlib.axes import Axes


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
        for t in [*a.texts, *a.get_xticklabels(), *a.get_yticklabels(), a.title, a.xaxis.label, a.yaxis.label]
        + (list(a.get_legend().get_texts()) if a.get_legend() else [])
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
        assert box.x0 >= canvas.x0 - 1 and box.x1 <= canvas.x1 + 1, f"{text.get_text()!r} is cut off"
        assert box.y0 >= canvas.y0 - 1 and box.y1 <= canvas.y1 + 1, f"{text.get_text()!r} is cut off"
    return out.getvalue()
