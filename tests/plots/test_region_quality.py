"""The picture of a region's part of what the rules found: nothing lies over anything else."""

import pytest
from matplotlib.text import Text

import salesanalysis as sa

MAPPING = """
name: shop
currency: CNY
tables:
  sales:
    file: orders.csv
    columns: {order_id: Order, date: Day, region: Area, customer: Who, revenue: Net}
"""


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_legend_lies_beside_neither_bars_nor_their_numbers(lang, tmp_path) -> None:
    lines = "".join(
        f"A{i},2024-01-{i + 10},{'NS'[i % 2]},{'C' * (i % 3)},{i}.50\n" for i in range(9)
    )
    (tmp_path / "orders.csv").write_text("Order,Day,Area,Who,Net\n" + lines, encoding="utf-8")
    (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    part = sa.company(sa.load(tmp_path)).checks.part("N")
    ax = part.plot(lang=lang)
    draw = ax.figure.canvas.get_renderer()
    box = ax.get_legend().get_window_extent(draw)
    named = [t for t in ax.get_children() if isinstance(t, Text) and t.get_text()]
    texts = [*named, *ax.get_yticklabels(), *ax.patches]
    assert len(ax.texts) == len(ax.patches) > 0
    assert not [t for t in texts if t.get_window_extent(draw).overlaps(box)]
