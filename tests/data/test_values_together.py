"""The shapes of several columns told at once are those the engine tells column by column."""

from enginetools import column, engine
from hypothesis import given
from hypothesis import strategies as st

from salesanalysis.data.values.datelooks import looks_of
from salesanalysis.data.values.shapes import as_shapes, counted_together, number_shapes

SIGNS = "0189.,-() ０９٠٩۰۹年/:ZE%¥\n\0"
CELLS = st.lists(st.one_of(st.none(), st.text(SIGNS, max_size=5)), min_size=1, max_size=30)


def test_shapes_of_three_columns_by_hand():
    amounts, days = column(["0.50", "12.25", "12.99", None, "-"]), column(["2024-05-01", "1月2日"])
    assert counted_together(engine(), [amounts], [days]) == [
        [("99.99", 2, "12.25"), ("Z.99", 1, "0.50")],
        [("9999-99-99", 1, "2024-05-01"), ("9月9日", 1, "1月2日")],
    ]


@given(CELLS, CELLS, CELLS)
def test_they_are_those_of_every_column_alone(first, second, third):
    con, columns = engine(), [column(cells) for cells in (first, second, third)]
    numbers, more, dates = counted_together(con, columns[:2], columns[2:])
    assert as_shapes(numbers) == number_shapes(con, columns[0])
    assert as_shapes(more) == number_shapes(con, columns[1])
    assert looks_of(con, columns[2], dates) == looks_of(con, columns[2])


def test_nothing_is_asked_of_no_column():
    assert counted_together(engine(), [], []) == []
