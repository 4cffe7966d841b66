"""Working days apart from what a day brings."""

import numpy as np
import pandas as pd
import pytest
from drivertools import CASES, by_effect
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.errors import ContractError

some = settings(max_examples=6)
explain_days = sa.variance.explain_days


def frame(**amounts: float) -> pd.DataFrame:
    return pd.DataFrame({"region": list(amounts), "revenue": list(amounts.values())})


def days_of(
    first: str, last: str, off: tuple[str, ...] = (), made_up: tuple[str, ...] = ()
) -> pd.DataFrame:
    days = pd.DataFrame({"date": pd.date_range(first, last)})
    free = days["date"].isin(pd.to_datetime(list(off)))
    extra = days["date"].isin(pd.to_datetime(list(made_up)))
    return days.assign(is_workday=((days["date"].dt.day_of_week < 5) & ~free) | extra)


# worked by hand


def test_february_with_one_day_more_is_calendar_and_no_growth():
    then, now = frame(East=2800.0), frame(East=2900.0)
    bridge = explain_days(now, then, by=["region"], calendar=(28, 29))
    assert by_effect(bridge) == pytest.approx({"calendar": 100, "run_rate": 0})
    assert "Working days 29 against 28 (+3.6%)." in bridge.explain()


def test_a_make_up_saturday_and_a_holiday_are_read_from_the_table():
    table = days_of(
        "2024-02-01", "2024-02-29", off=("2024-02-12", "2024-02-13"), made_up=("2024-02-04",)
    )
    assert sa.variance.count_days(table, "2024-02-01", "2024-02-29") == 21 - 2 + 1


def test_the_months_of_both_tables_are_counted_from_one_table_of_days():
    table = days_of("2023-02-01", "2024-02-29")
    then = frame(East=2000.0).assign(period=pd.Timestamp("2023-02-01"))
    now = frame(East=2100.0).assign(period=pd.Timestamp("2024-02-01"))
    bridge = explain_days(now, then, by=["region"], calendar=table)
    assert bridge.meta.detail("days") == "20.0|21.0"
    assert by_effect(bridge) == pytest.approx({"calendar": 100, "run_rate": 0})
    entry = sa.variance.explain(
        now, then, by=["region"], calendar=table, names=("last_year", "actual")
    )
    assert entry.explain("zh") == bridge.explain("zh")


def test_regions_may_work_by_calendars_of_their_own():
    calendar = pd.DataFrame({"region": ["East", "West"], "base": [20, 22], "actual": [22, 20]})
    bridge = explain_days(
        frame(East=110.0, West=100.0),
        frame(East=100.0, West=110.0),
        by=["region"],
        calendar=calendar,
    )
    parts = {r: by_effect(bridge.drill({"region": r})) for r in ("East", "West")}
    assert parts["East"] == pytest.approx({"calendar": 10, "run_rate": 0})
    assert parts["West"] == pytest.approx({"calendar": -10, "run_rate": 0})


def test_a_month_without_a_working_day_is_all_calendar():
    bridge = explain_days(frame(East=0.0, W=50.0), frame(East=100.0, W=50.0), by=["region"],
                          calendar=pd.DataFrame({"region": ["East", "W"], "base": [20, 20], "actual": [0, 20]}))  # fmt: skip
    assert by_effect(bridge) == pytest.approx({"calendar": -100, "run_rate": 0})


def test_weekdays_weigh_what_they_brought():
    days = days_of("2024-01-01", "2024-01-28")
    worth = np.array([200.0, 100, 100, 100, 100, 0, 0])
    sold = days.assign(revenue=worth[days["date"].dt.day_of_week])
    weights = sa.variance.weekday_weights(sold[days["is_workday"]], days)
    assert weights[:5] == pytest.approx(np.array([200, 100, 100, 100, 100]) / 120)
    assert np.isnan(weights[5:]).all()
    counted = sa.variance.count_days(days, "2024-01-01", "2024-01-28", weights=weights)
    assert counted == pytest.approx(20)  # their mean is 1
    five_mondays = days_of("2024-01-01", "2024-01-29")
    assert sa.variance.count_days(five_mondays, "2024-01-29", "2024-01-29", weights=weights) == (
        pytest.approx(200 / 120)
    )


# invariants


@some
@given(st.integers(0, 10_000))
def test_days_and_sales_per_day_close_and_change_sign_when_time_runs_backwards(seed):
    rng = np.random.default_rng(seed)
    a, b = (
        frame(**{n: float(v) for n, v in zip("ABC", rng.uniform(10, 99, 3), strict=True)})
        for _ in "01"
    )
    w = tuple(rng.integers(1, 25, 2).tolist())
    there = explain_days(a, b, by=["region"], calendar=w)
    back = explain_days(b, a, by=["region"], calendar=w[::-1])
    assert there.effects["amount"].sum() == pytest.approx(there.gap)
    assert by_effect(there) == pytest.approx({k: -v for k, v in by_effect(back).items()})
    pair = sa.variance.shapley_product(
        [[w[0]] * 3, b["revenue"] / w[0]], [[w[1]] * 3, a["revenue"] / w[1]]
    ).sum(axis=1)
    assert list(by_effect(there).values()) == pytest.approx(pair.tolist())


# outside reference


def test_days_times_sales_per_day_agree_with_the_worked_case():
    case = CASES["edge-working-days"]
    x = case["inputs"]
    then, now = (pd.DataFrame({"revenue": [x[f"days{s}"] * x[f"rate{s}"]]}) for s in "01")
    bridge = explain_days(now, then, by=[], calendar=(x["days0"], x["days1"]))
    told = case["expected"]
    assert by_effect(bridge) == pytest.approx(
        {k: told[k] for k in ("calendar", "run_rate")}, abs=1e-9
    )
    assert bridge.gap == pytest.approx(told["total"], abs=1e-9)


# refusals


def said(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def test_a_day_that_is_missing_from_the_table_is_an_error():
    table = days_of("2024-02-01", "2024-02-29")
    table = table[table["date"] != "2024-02-20"]
    assert said(lambda: sa.variance.count_days(table, "2024-02-01", "2024-02-29")) == (
        "1 of 29 days are not in the calendar.\n"
        "  where: calendar, first 2024-02-20\n"
        "  fix:   add a row for every day, working or not"
    )
    then = frame(East=1.0).assign(period=pd.Timestamp("2023-02-01"))
    now = frame(East=1.0).assign(period=pd.Timestamp("2024-02-01"))
    assert said(lambda: explain_days(now, then, by=["region"], calendar=table)) == (
        "28 of 28 days are not in the calendar.\n"
        "  where: calendar, first 2023-02-01\n"
        "  fix:   add a row for every day, working or not"
    )


def test_a_day_that_stands_twice_is_an_error():
    table = days_of("2024-02-01", "2024-02-03")
    twice = pd.concat([table, table.iloc[:1]])
    assert said(lambda: sa.variance.count_days(twice, "2024-02-01", "2024-02-03")) == (
        "2 rows of the calendar share a day or do not say whether it is worked.\n"
        "  where: calendar, first rows [0, 0], see .rows\n"
        "  fix:   give one row per day, with true or false in 'is_workday'"
    )
    assert said(lambda: sa.variance.count_days(table, "2024-02-03", "2024-02-01")) == (
        "The days from 2024-02-03 to 2024-02-01 are none.\n"
        "  where: count_days(first, last)\n"
        "  fix:   give the earlier day first"
    )


def test_sales_on_no_working_day_are_refused():
    assert said(
        lambda: explain_days(frame(East=5.0), frame(East=4.0), by=["region"], calendar=(20, 0))
    ) == (
        "1 of 1 items have sales on 0 working days in actual.\n"
        "  where: explain_days(calendar=...), see .rows\n"
        "  fix:   count the days that were worked, make-up days included"
    )


@pytest.mark.parametrize(
    ("calendar", "told"),
    [
        ((20, -1), "Days are 20 and -1; they must be 0 or more.\n"),
        ((20,), "Days are a pair, base and actual; got 1 values.\n"),
        (
            pd.DataFrame({"region": ["West"], "base": [20], "actual": [20]}),
            "1 of 1 items have no working days.\n",
        ),
        (
            days_of("2024-02-01", "2024-02-03"),
            "A calendar of days needs the months of base and actual.\n",
        ),
    ],
)
def test_days_nobody_could_have_worked_are_refused(calendar, told):
    error = said(
        lambda: explain_days(frame(East=5.0), frame(East=4.0), by=["region"], calendar=calendar)
    )
    assert error.startswith(told)


def test_sales_on_days_off_and_weekdays_without_a_weight_are_refused():
    days = days_of("2024-01-01", "2024-01-14")
    sold = days.assign(revenue=100.0)
    assert said(lambda: sa.variance.weekday_weights(sold, days)) == (
        "400.00 of 1,400.00 were sold on days off.\n"
        "  where: weekday_weights(history, calendar)\n"
        "  fix:   mark the days that were worked as working days"
    )
    weights = [1, 1, 1, 1, 1, np.nan, np.nan]
    saturday = days.assign(is_workday=True)
    assert said(
        lambda: sa.variance.count_days(saturday, "2024-01-01", "2024-01-07", weights=weights)
    ) == (
        "Weights need a value for Monday to Sunday, at least for the days worked.\n"
        "  where: count_days(weights=...)\n"
        "  fix:   estimate them on a history with every working weekday, or leave weights out"
    )
