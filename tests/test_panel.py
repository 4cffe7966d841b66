"""One value per node and month, without a gap inside a node's life."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesanalysis.errors import ContractError
from salesanalysis.labels import Terms
from salesanalysis.panel import Panel
from salesanalysis.periods import FiscalCalendar


def long(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["region", "product", "period", "value"])


ROWS = long(
    ("N", "A", "2024-01-01", 1.0), ("N", "A", "2024-02-01", 2.0), ("N", "A", "2024-03-01", 3.0),
    ("N", "B", "2024-02-01", 10.0), ("N", "B", "2024-03-01", 20.0), ("S", "A", "2024-01-01", 100.0),
)  # fmt: skip
BY = ["region", "product"]


def panel(frame: pd.DataFrame = ROWS, **context) -> Panel:
    return Panel.of(frame, by=BY, **context)


def refusal(frame: pd.DataFrame, **context) -> ContractError:
    with pytest.raises(ContractError) as caught:
        panel(frame, **context)
    return caught.value


# -- worked by hand ---------------------------------------------------------------------------


def test_a_node_that_began_later_is_empty_before_and_not_zero():
    matrix = panel().matrix()
    assert matrix.index.tolist() == [("N", "A"), ("N", "B"), ("S", "A")]
    assert matrix.columns.strftime("%m").tolist() == ["01", "02", "03"]
    np.testing.assert_array_equal(
        matrix.to_numpy(), [[1, 2, 3], [np.nan, 10, 20], [100, np.nan, np.nan]]
    )


def test_rolled_up_regions_are_the_sums_of_their_products():
    regions = panel().roll_up(["region"])
    assert regions.by == ("region",)
    assert regions.to_frame().to_dict("list")["value"] == [1.0, 12.0, 23.0, 100.0]
    assert panel().roll_up([]).matrix().to_numpy().tolist() == [[101.0, 12.0, 23.0]]


def test_a_region_between_two_products_sold_nothing_that_month():
    ended_and_begun = long(
        ("N", "A", "2024-01-01", 5.0), ("N", "B", "2024-04-01", 7.0), ("S", "A", "2024-03-01", 1.0)
    )
    regions = panel(ended_and_begun).roll_up(["region"])
    assert regions.select(region="N").matrix().to_numpy().tolist() == [[5.0, 0.0, 0.0, 7.0]]
    assert regions.select(region="S").to_frame()["value"].tolist() == [1.0]
    company = panel(ended_and_begun).roll_up([])
    assert company.to_frame()["value"].tolist() == [5.0, 0.0, 1.0, 7.0]


def test_a_region_is_selected_by_name():
    assert panel().select(region="N", product="B").total() == 30.0


def test_years_say_how_many_months_stand_behind_them():
    # a year from February to January is named by the year it ends in
    made = panel(closed_through="2024-03-31", calendar=FiscalCalendar(2))
    assert made.years().to_numpy().tolist() == [
        ["N", "A", 2024, 1.0, 1], ["N", "A", 2025, 5.0, 2], ["N", "B", 2025, 30.0, 2], ["S", "A", 2024, 100.0, 1],
    ]  # fmt: skip


def test_the_headline_says_what_was_sold_when():
    whole = panel(ROWS.rename(columns={"value": "revenue"}), value="revenue", currency="USD")
    assert whole.headline() == "Revenue: 136 USD from Jan 2024 to Mar 2024, in 3 units"
    assert whole.headline("zh") == "销售额：2024年1月至2024年3月共136美元，3个单位"
    assert whole.roll_up([]).headline() == "Revenue: 136 USD from Jan 2024 to Mar 2024"
    assert whole.explain() == whole.headline()


def test_pieces_are_not_money():
    pieces = panel(ROWS.rename(columns={"value": "quantity"}), value="quantity")
    assert pieces.counts
    assert pieces.roll_up([]).headline() == "Quantity: 136 from Jan 2024 to Mar 2024"


def test_a_panel_is_read_from_texts_and_whole_numbers_too():
    made = panel(ROWS.assign(value=[1, 2, 3, 10, 20, 100]))
    assert made.frame.dtypes.astype(str).to_dict()["period"] == "datetime64[us]"
    assert made.frame["value"].dtype == "float64"


def test_a_territory_called_na_is_a_name():
    made = panel(
        ROWS.assign(region=["NA"] * 5 + ["S"]), terms=Terms({"region": {"NA": {"zh": "北美"}}})
    )
    assert made.select(region="NA").total() == 36.0


# -- what always holds ------------------------------------------------------------------------

lives = st.lists(
    st.tuples(st.sampled_from("NSW"), st.sampled_from("ABC"), st.integers(0, 20), st.integers(1, 15)),
    min_size=1, max_size=9, unique_by=lambda life: life[:2],
)  # fmt: skip


def living(spans) -> pd.DataFrame:
    months = pd.date_range("2022-01-01", periods=40, freq="MS")
    return long(
        *(
            (r, p, months[i], float(i * 7 % 11))
            for r, p, start, n in spans
            for i in range(start, start + n)
        )
    )


@given(lives, st.integers(0, 9))
def test_the_order_of_rows_changes_nothing(spans, seed):
    frame = living(spans)
    pd.testing.assert_frame_equal(
        panel(frame.sample(frac=1, random_state=seed)).frame, panel(frame).frame
    )


@given(lives, st.sampled_from([[], ["region"], ["product"], ["product", "region"]]))
def test_rolling_up_keeps_the_total_and_leaves_no_gap(spans, by):
    whole = panel(living(spans))
    rolled = whole.roll_up(by)
    assert rolled.total() == whole.total()
    assert rolled.by == tuple(by)


def test_nothing_handed_out_or_in_changes_the_panel():
    frame = ROWS.copy()
    made = panel(frame)
    frame.loc[0, "value"] = -1.0
    handed_out = made.to_frame()
    handed_out.loc[0, "value"] = -1.0
    assert made.total() == 136.0


def test_a_month_written_in_a_time_zone_is_the_month_it_writes():
    zoned = pd.date_range("2020-01-01", periods=3, freq="MS", tz="Asia/Shanghai")
    panel = Panel.of(pd.DataFrame({"period": zoned, "value": 1.0}), by=[])
    assert panel.months().tolist() == pd.date_range("2020-01-01", periods=3, freq="MS").tolist()


# -- refusals ---------------------------------------------------------------------------------


def test_a_month_missing_inside_a_life_is_refused_naming_the_node():
    error = refusal(ROWS.drop(1))
    assert str(error) == (
        "1 nodes of panel miss months between their first and their last.\n"
        "  where: first: ('N', 'A')\n"
        "  fix:   write 0 for a month without sales, or start the node later"
    )
    with pytest.raises(ContractError) as caught:
        Panel.of(ROWS.iloc[[0, 2]], by=[])
    assert caught.value.where == "first: 'the company'"


def test_an_open_month_is_refused_not_dropped():
    error = refusal(ROWS, closed_through="2024-02-29")
    assert str(error) == (
        "2 of 6 rows of panel lie after 2024-02, the last closed month.\n"
        "  where: first rows [2, 4], see .rows\n"
        "  fix:   leave open months out, or pass a later closed_through"
    )
    assert error.rows["value"].tolist() == [3.0, 20.0]


def test_a_day_inside_a_month_is_refused():
    assert str(refusal(ROWS.assign(period=["2024-01-15", *ROWS["period"][1:]]))) == (
        "1 of 6 periods of panel are no month start.\n"
        "  where: first rows [0], see .rows\n"
        "  fix:   sum to months and write the first day, such as 2024-03-01"
    )


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_value_that_is_no_amount_is_refused(value):
    error = refusal(ROWS.assign(value=[1.0, value, 1.0, 1.0, 1.0, 1.0]))
    assert str(error) == (
        "1 of 6 values of panel are empty or infinite.\n"
        "  where: first rows [1], see .rows\n"
        "  fix:   a month without sales is 0; leave out months that are unknown"
    )


def test_text_in_the_values_is_refused_with_the_row():
    error = refusal(ROWS.assign(value=["1", "x", "1", "1", "1", "1"]))
    assert str(error) == (
        "1 of 6 values of panel are no numbers, such as 'x'.\n"
        "  where: first rows [1], see .rows\n"
        "  fix:   read the column as numbers first"
    )


MONTHS = pd.date_range("2024-01-01", periods=3, freq="MS")


@pytest.mark.parametrize(
    "months",
    [
        MONTHS.to_period("M"),
        pd.Series(list(MONTHS.to_period("M")), dtype="object"),
        *(MONTHS.as_unit(unit) for unit in ("s", "ms", "us", "ns")),
        [day.date() for day in MONTHS],
        ["2024-01", "2024-02", "2024-03"],
        ["2024年1月", "2024年02月", "2024年3月1日"],
        ["2024-01", MONTHS[1], "2024年3月"],
        pd.Categorical(["2024年1月", "2024年2月", "2024年3月"]),
    ],
    ids=lambda months: f"{type(months).__name__} {getattr(months, 'dtype', months)}",
)
def test_months_of_any_kind_are_read_alike(months):
    made = Panel.of(pd.DataFrame({"region": "N", "period": months, "value": 1.0}), by=["region"])
    assert made.frame["period"].tolist() == list(MONTHS)
    assert made.frame["period"].dtype == "datetime64[us]"
    assert made.closed_through == MONTHS[2]


def test_the_last_closed_month_may_be_a_period_or_chinese():
    frame = pd.DataFrame({"region": "N", "period": MONTHS, "value": 1.0})
    for closed in (pd.Period("2024-04", "M"), "2024年4月", "2024年4月30日"):
        made = Panel.of(frame, by=["region"], closed_through=closed)
        assert made.closed_through == pd.Timestamp("2024-04-01")


def test_a_thirteenth_month_is_refused_as_it_was_written():
    frame = pd.DataFrame({"region": "N", "period": ["2024年1月", "2024年13月"], "value": 1.0})
    assert str(refusal(frame.assign(product="A"))) == (
        "1 of 2 periods of panel are no dates, such as '2024年13月'.\n"
        "  where: first rows [1], see .rows\n"
        '  fix:   write month starts such as "2024-03-01"'
    )


def test_a_period_that_is_no_date_is_refused_with_the_row():
    error = refusal(ROWS.assign(period=["soon", *ROWS["period"][1:]]))
    assert str(error) == (
        "1 of 6 periods of panel are no dates, such as 'soon'.\n"
        "  where: first rows [0], see .rows\n"
        '  fix:   write month starts such as "2024-03-01"'
    )


@pytest.mark.parametrize("name", [None, " "])
def test_a_node_without_a_name_is_refused(name):
    assert str(refusal(ROWS.assign(region=[name, "N", "N", "N", "N", "S"]))) == (
        "1 of 6 rows of panel have no 'region'.\n"
        "  where: first rows [0], see .rows\n"
        '  fix:   give them a name such as "(no owner)", or leave them out and say so'
    )


def test_a_month_named_twice_is_refused_with_both_rows():
    error = refusal(pd.concat([ROWS, ROWS.iloc[[0]]], ignore_index=True))
    assert str(error) == (
        "2 rows of panel share a node and month.\n"
        "  where: keys ['region', 'product', 'period'], first rows [0, 6], see .rows\n"
        "  fix:   sum them first, or add the level that tells them apart"
    )
    assert len(error.rows) == 2


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (
            lambda p: p.select(regoin="N"),
            "'regoin' is not a level here; known: region, product.\n  where: Panel.select\n  fix:   write 'region'",
        ),
        (
            lambda p: p.select(region="n1"),
            "'n1' is not a region here; known: N, S.\n  where: Panel.select\n  fix:   write 'N'",
        ),
        (
            lambda p: p.roll_up(["value"]),
            "'value' is not a level here; known: region, product.\n  where: Panel.roll_up\n  fix:   use one of: region, product",
        ),
    ],
)
def test_a_level_or_value_that_is_not_there_is_answered_with_the_nearest(work, text):
    with pytest.raises(ContractError) as caught:
        work(panel())
    assert str(caught.value) == text


def test_a_misspelt_column_and_an_empty_table_are_refused():
    assert refusal(ROWS.rename(columns={"value": "valeu"})).fix == "rename 'valeu' to 'value'"
    assert refusal(ROWS.iloc[:0]).what == "panel has no rows."


def test_months_of_two_time_zones_in_one_column_are_refused():
    frame = ROWS.assign(
        period=["2024-01-01T00:00:00+08:00", "2024-02-01T00:00:00Z", *ROWS["period"][2:]]
    )
    assert str(refusal(frame)) == (
        "6 of 6 periods of panel are no dates, such as '2024-01-01T00:00:00+08:00'.\n"
        "  where: first rows [0, 1, 2], see .rows\n"
        '  fix:   write month starts such as "2024-03-01"'
    )
