"""Which months are compared: closed ones, equally many; open ones apart, never a 100 % miss."""

import numpy as np
import pandas as pd
import pytest
from bridgetools import agrees, totals

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.variance.bars import bars

explain = sa.variance.explain
MONTHS = pd.date_range("2024-01-01", periods=6, freq="MS")
ASK = {"by": ["product"], "units": "quantity"}


def monthly(quantity: list[float], price: float = 10.0, start: int = 0) -> pd.DataFrame:
    """One product, so many units a month."""
    months = MONTHS[start : start + len(quantity)]
    frame = pd.DataFrame({"product": "A", "period": months, "quantity": quantity})
    return frame.assign(revenue=frame["quantity"] * price)


PLAN = monthly([100, 100, 100, 100, 100, 100])
SOLD = monthly([110, 90, 120, 30], price=11.0)  # April has only begun


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def test_open_months_are_cut_from_both_sides_and_said():
    bridge = explain(SOLD, PLAN, **ASK, closed_through="2024-03-31")
    agrees(totals(bridge), {"quantity": 200, "price": 320, "gap": 520})
    assert (bridge.start, bridge.end) == (3000.0, 3520.0)
    assert bridge.meta.window == (MONTHS[0], MONTHS[2])
    assert bridge.meta.left_out == ("open_months=3", "after_closed=1")
    assert (
        "open months left out: 3 (base 3.0k CNY); caution: 1 row dated after the last "
        "closed month not used, 330 CNY"
    ) in bridge.explain()
    assert "未结月份不计入，共3个月，基数3,000元" in bridge.explain("zh")
    assert "open" not in set(bridge.effects["effect"])


def test_open_months_can_be_a_row_of_their_own():
    bridge = explain(SOLD, PLAN, **ASK, closed_through="2024-03-31", open_months="show")
    agrees(totals(bridge), {"quantity": 200, "price": 320, "open": 330 - 3000})
    assert bridge.start == 6000.0
    assert bridge.by_origin().set_index("origin")["amount"]["open"] == -2670.0
    assert bridge.headline().startswith("Jan 2024 to Jun 2024")


def test_open_months_and_a_plan_that_was_off_are_rows_beside_the_members_of_a_plain_gap():
    both = {"by": ["product"], "method": "gap", "closed_through": "2024-03-31"}
    revised = PLAN.assign(revenue=PLAN["revenue"] - 10)
    bridge = explain(SOLD, PLAN, **both, open_months="show", revised=revised)
    steps = bridge.to_frame().iloc[1:-1]
    assert steps["effect"].tolist() == ["plan", "difference", "open"]
    assert steps["product"].tolist() == ["", SOLD["product"].iloc[0], ""]
    assert "open months -2,670, A +550, plan -30" in bridge.headline()
    assert "未结月份" in bridge.headline("zh")
    table, merged = bars(bridge, "en", 4)
    assert "open months" in table["label"].tolist()
    assert "open months" not in merged


def test_the_base_of_an_open_month_is_taken_by_the_working_days_that_have_passed():
    table = pd.DataFrame({"period": MONTHS, "planned": 20, "elapsed": [20, 20, 20, 5, 0, 0]})
    ask = {**ASK, "closed_through": "2024-03-31", "open_months": "prorate"}
    bridge = explain(SOLD, PLAN, **ask, calendar=table)
    assert (bridge.start, bridge.end) == (3000.0 + 250, 3850.0)
    assert "calendar" not in set(bridge.effects["effect"])
    assert bridge.meta.left_out == ("open_months=2",)
    days = pd.DataFrame({"date": pd.date_range("2024-04-01", "2024-04-30")})
    days["is_workday"] = days["date"].dt.day_of_week < 5
    dated = SOLD.assign(period=[*MONTHS[:3], pd.Timestamp("2024-04-05")])
    assert explain(dated, PLAN, **ask, calendar=days).start == pytest.approx(3000 + 1000 * 5 / 22)
    assert refusal(lambda: explain(SOLD, PLAN, **ask)) == (
        'open_months="prorate" needs the working days of the open months.\n'
        "  where: explain(calendar=...)\n"
        "  fix:   pass calendar= with the columns period, planned and elapsed (working days)"
    )
    for calendar, what in (
        (days, "Sales of 2024-04 are dated by month only."),
        (days.iloc[:5], "The calendar does not cover 2024-04."),
        (table.iloc[:3], "The calendar has no usable row for 2024-04."),
        (table[["period"]], "The calendar names neither days nor elapsed working days."),
    ):
        assert refusal(lambda c=calendar: explain(SOLD, PLAN, **ask, calendar=c)).startswith(what)


def test_all_months_closed_is_the_same_as_no_closing_date():
    plain, closed = (
        explain(SOLD, PLAN.iloc[:4], **ASK, **more)
        for more in ({}, {"closed_through": "2024-12-31"})
    )
    pd.testing.assert_frame_equal(plain.effects, closed.effects)
    assert plain.explain("zh") == closed.explain("zh")


def test_a_value_missing_in_an_open_month_does_no_harm_and_in_a_closed_one_is_refused():
    late = SOLD.assign(revenue=[1210.0, 990.0, 1320.0, np.nan])
    assert explain(late, PLAN, **ASK, closed_through="2024-03").end == 3520.0
    assert refusal(lambda: explain(late, PLAN.iloc[:4], **ASK)) == (
        "1 of 4 values of 'revenue' in actual are empty or infinite.\n"
        "  where: first rows [3], see .rows\n"
        "  fix:   fill them, or set closed_through= to an earlier month"
    )


def test_last_year_is_cut_a_year_earlier():
    before = PLAN.assign(period=PLAN["period"] - pd.DateOffset(years=1))
    bridge = explain(SOLD, before, **ASK, closed_through="2024-03", names=("last_year", "actual"))
    assert (bridge.start, bridge.end) == (3000.0, 3520.0)


def test_windows_of_different_length_are_not_compared_unless_by_month():
    assert refusal(lambda: explain(SOLD, PLAN, **ASK)) == (
        "base covers 6 months, actual 4 months.\n"
        "  where: base 2024-01 to 2024-06, actual 2024-01 to 2024-04\n"
        "  fix:   compare the same months (closed_through= cuts open ones), or set per_month=True"
    )
    bridge = explain(SOLD, PLAN, **ASK, per_month=True)
    assert (bridge.start, bridge.end) == (1000.0, 3850.0 / 4)
    assert "means of a month" in bridge.explain()
    said = explain(SOLD, PLAN, **ASK, window=("2024-01", "2024-06"))
    assert said.start == 6000.0


SEASON = {
    "en": "other months of the year are compared, so season is part of the difference",
    "zh": "两期月份不同，差额含季节变动",
}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_another_month_of_the_year_as_base_is_said_to_hold_season(lang):
    dated = pd.date_range("2023-01-01", periods=27, freq="MS")
    cells = [(r, p, d) for r in "NS" for p in "AB" for d in dated]
    sales = pd.DataFrame(cells, columns=["region", "product", "period"])
    sales["revenue"] = 100.0 + 10 * sales["period"].dt.month

    def told(kind: str, first: str, last: str) -> list[bool]:
        base = sa.variance.baseline(sales, kind, (first, last))
        actual = sales[sales["period"].between(first, last)]
        names = (kind, "actual")
        return [
            SEASON[lang].lower() in found.explain(lang).lower()
            for found in (
                sa.variance.root_causes(actual, base, dims=["region", "product"], names=names),
                explain(actual, base, by=["region"], names=names),
            )
        ]

    assert told("last_period", "2024-03-01", "2024-03-01") == [True, True]
    assert told("last_period", "2024-02-01", "2024-03-01") == [True, True]
    assert told("last_year", "2024-03-01", "2024-03-01") == [False, False]
    # whole years hold every season, whatever month they begin with
    years = [sales[sales["period"].between(f"{y}-{m}-01", end)] for y, m, end in
             ((2024, "03", "2025-02-01"), (2023, "01", "2023-12-01"))]  # fmt: skip
    assert SEASON[lang] not in explain(*years, by=["region"]).explain(lang)


def test_a_target_of_the_same_months_holds_no_season():
    assert SEASON["en"] not in explain(SOLD, PLAN.iloc[:4], **ASK).explain()


def test_month_by_month_differs_from_end_to_end_and_is_said():
    base = pd.concat([monthly([100, 100]), monthly([50, 150], price=20.0).assign(product="B")])
    actual = pd.concat(
        [monthly([120, 80], price=11.0), monthly([60, 100], price=25.0).assign(product="B")]
    )
    chained, whole = (explain(actual, base, **ASK, chained=c) for c in (True, False))
    each = [
        totals(
            explain(
                actual[actual["period"] == m], base[base["period"] == m], **ASK
            )
        )
        for m in MONTHS[:2]
    ]  # fmt: skip
    sums = {k: each[0][k] + each[1][k] for k in ("quantity", "mix", "price", "gap")}
    agrees(totals(chained), sums)
    assert totals(chained)["mix"] != pytest.approx(totals(whole)["mix"])
    assert "split month by month and summed" in chained.explain()
    assert refusal(lambda: explain(actual.drop(columns="period"), base, **ASK, chained=True)) == (
        "chained=True needs the month of each row; there is no column of dates in actual.\n"
        "  where: explain(period=...)\n"
        '  fix:   keep the column of months, or name it: period="month"'
    )


def test_a_return_can_count_in_the_month_of_the_sale_it_undoes():
    day = pd.Timestamp
    actual = pd.DataFrame(
        {
            "product": "A",
            "period": [MONTHS[0], MONTHS[0], MONTHS[1], MONTHS[1]],
            "quantity": [100, -5, -7, 100],
            "revenue": [1000.0, -50.0, -70.0, 1000.0],
            "original_date": [pd.NaT, day("2023-12-20"), day("2024-01-10"), pd.NaT],
        }
    )
    base = actual.iloc[[0, 3]]
    booked = explain(actual, base, **ASK)
    original = explain(actual, base, **ASK, returns_date="original")
    assert totals(booked)["returns"] == -120.0
    assert totals(original)["returns"] == -70.0
    assert "1 return of sales of other months left out" in original.explain()
    assert refusal(lambda: explain(SOLD, PLAN.iloc[:4], **ASK, returns_date="original")) == (
        'returns_date="original" needs the day of the sale each return undoes; base has no '
        "column 'original_date'.\n"
        "  where: base columns are ['product', 'period', 'quantity', 'revenue']\n"
        "  fix:   add 'original_date', or use returns_date=\"booking\""
    )


def test_a_closing_date_needs_months_and_a_month_that_is_closed():
    bare = SOLD.drop(columns="period")
    assert refusal(lambda: explain(bare, PLAN, **ASK, closed_through="2024-03")) == (
        "closed_through= needs the month of each row; there is no column of dates in actual.\n"
        "  where: explain(period=...)\n"
        '  fix:   keep the column of months, or name it: period="month"'
    )
    assert refusal(lambda: explain(SOLD, PLAN, **ASK, closed_through="2023-12")) == (
        "No month of base and actual is closed by 2023-12.\n"
        "  where: explain(closed_through=...)\n"
        '  fix:   set closed_through= later, or show open months: open_months="show"'
    )


def test_months_written_as_text_are_read_where_they_are_named():
    text = [t.assign(period=t["period"].dt.strftime("%Y-%m")) for t in (SOLD, PLAN)]
    bridge = explain(*text, **ASK, closed_through="2024-03", period="period")
    assert bridge.start == 3000.0
    wrong = text[0].assign(period="first")
    assert refusal(lambda: explain(wrong, text[1], **ASK, period="period")) == (
        "'period' of actual holds no dates.\n"
        "  where: actual['period'], first 'first'\n"
        "  fix:   write days as 2024-03-31 or months as 2024-03"
    )
    gone = SOLD.assign(period=[*MONTHS[:3], pd.NaT])
    assert refusal(lambda: explain(gone, PLAN, **ASK)).startswith(
        "1 of 4 rows of actual have no 'period'."
    )
