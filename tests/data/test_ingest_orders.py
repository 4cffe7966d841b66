"""Dates of two exports in one column: refused, and no honest column is."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shoptools import days, error, load, put

from salesanalysis.data.ingest.mixture import out_of_order
from salesanalysis.data.ingest.orders import MONTHS, RUN


def table(dates: list[str]) -> str:
    return "o,d,r,a\n" + "".join(f"{i},{d},N,1\n" for i, d in enumerate(dates))


def written(days, pattern: str) -> list[str]:
    return [d.strftime(pattern) for d in days]


#: Twelve days of as many months, all below 13, and eight that are none of a month.
LOW = [date(2024, month, day) for month, day in zip(range(1, 13), range(12, 0, -1), strict=True)]
HIGH = [date(2024, month, 13 + month) for month in range(1, 9)]


def test_an_export_with_the_day_first_above_one_with_the_month_first_is_refused(tmp_path) -> None:
    path = put(tmp_path, table(written(LOW, "%d/%m/%Y") + written(HIGH, "%m/%d/%Y")))
    found = error(path)
    assert str(found) == (
        "The first 12 dates of 'd' in f.csv can all be read with day and month changed: row 1 is "
        "2024-12-01 or 2024-01-12.\n"
        f"  where: f.csv; {tmp_path}/m.yaml:4: tables.sales, column 'd'; of the other 8 dates 8 "
        "can only have the month first, so that two exports may have been put together; see .rows\n"
        "  fix:   map the two parts as files of their own, each with its format:; where all dates "
        'have the month first, add to the column in the mapping format: "%m/%d/%Y"'
    )
    assert found.code == "ambiguous"
    assert found.rows["row"].tolist() == list(range(1, 13))
    assert found.rows["changed"].iloc[0] == "2024-01-12"


def test_the_same_below_is_refused_and_a_declared_format_is_believed(tmp_path) -> None:
    lines = table(written(HIGH, "%m/%d/%Y") + written(LOW, "%d/%m/%Y"))
    assert "The last 12 dates of 'd' in f.csv can all be read" in str(error(put(tmp_path, lines)))
    columns = '{order_id: o, date: {column: d, format: "%m/%d/%Y"}, region: r, revenue: a}'
    assert len(days(load(put(tmp_path, lines, columns=columns)))) == 20


def test_each_file_of_a_pattern_is_looked_at_by_itself(tmp_path) -> None:
    put(tmp_path, table(written(HIGH + LOW, "%m/%d/%Y")[:9]), "a1.csv")
    put(tmp_path, table(written(LOW, "%d/%m/%Y") + written(HIGH, "%m/%d/%Y")), "a2.csv")
    put(tmp_path, None, "a*.csv")
    assert "dates of 'd' in a2.csv can all be read" in str(error(tmp_path / "a2.csv"))


@pytest.mark.parametrize("n", [RUN - 1, 1])
def test_fewer_rows_than_ten_are_no_sign(tmp_path, n: int) -> None:
    lines = table(written(LOW[:n], "%m/%d/%Y") + written(HIGH, "%m/%d/%Y"))
    assert len(days(load(put(tmp_path, lines)))) == n + len(HIGH)


@settings(max_examples=4, deadline=None)
@given(start=st.dates(date(2020, 1, 1), date(2025, 12, 31)), step=st.integers(0, 9))
def test_a_column_in_the_order_of_its_days_is_read_whatever_its_first_day(
    tmp_path_factory, start, step
) -> None:
    folder = tmp_path_factory.mktemp("sorted")
    every = [start + timedelta(days=(i * step) // 3) for i in range(200)]
    every += [date(start.year, 1, 31)]
    for pattern in ("%d/%m/%Y", "%m/%d/%Y"):
        read = days(load(put(folder, table(written(every, pattern)))))
        assert read == sorted(f"{d:%Y-%m-%d}" for d in every)


def mixed(every: list[date], take) -> list[str]:
    """Days with the day first, but for those taken, which have the month first where they can."""
    return [
        d.strftime("%m/%d/%Y" if take(i) and d.day < 13 else "%d/%m/%Y")
        for i, d in enumerate(every)
    ]


def test_days_changed_here_and_there_are_refused_by_their_months(tmp_path) -> None:
    every = [date(2024, 1, 1) + timedelta(days=(37 * i) % 180) for i in range(200)]
    found = error(put(tmp_path, table(mixed(every, lambda i: i % 2))))
    assert str(found) == (
        "15 days of 'd' in f.csv look as if day and month had changed places: row 20 is "
        "2024-12-06 or 2024-06-12.\n"
        f"  where: f.csv; {tmp_path}/m.yaml:4: tables.sales, column 'd'; read with the day first "
        "they lie in months of which no day above the 12th is there; changed, they would lie among "
        "the others; see .rows\n"
        "  fix:   export the column in one way, best as 2024-12-31; where all dates have the day "
        'first, add to the column in the mapping format: "%d/%m/%Y"'
    )
    assert found.code == "ambiguous"
    assert len(found.rows) >= 15
    columns = '{order_id: o, date: {column: d, format: "%d/%m/%Y"}, region: r, revenue: a}'
    assert len(days(load(put(tmp_path, table(mixed(every, lambda i: i % 2)), columns=columns))))


def test_days_that_break_the_order_of_a_short_file_are_refused(tmp_path) -> None:
    # as a spreadsheet of the other country leaves them: days it can turn are turned
    every = [date(2024, 1, 9) + timedelta(days=4 * i) for i in range(40)]
    found = error(put(tmp_path, table(mixed(every, lambda i: every[i].day <= 12))))
    assert str(found) == (
        "14 days of 'd' in f.csv look as if day and month had changed places: row 8 is "
        "2024-06-02 or 2024-02-06.\n"
        f"  where: f.csv; {tmp_path}/m.yaml:4: tables.sales, column 'd'; read with the day first "
        "they break the order in which the days above the 12th stand; changed, they would keep it; "
        "see .rows\n"
        "  fix:   export the column in one way, best as 2024-12-31; where all dates have the day "
        'first, add to the column in the mapping format: "%d/%m/%Y"'
    )


@settings(max_examples=25)
@given(st.lists(st.dates(date(2023, 1, 1), date(2025, 12, 31)), min_size=5, max_size=120), st.booleans(),
       st.lists(st.integers(0, 119), max_size=12))  # fmt: skip
def test_no_order_of_honest_days_is_a_mixture(drawn, downwards, moved) -> None:
    rows = sorted(drawn, reverse=downwards)
    for place in moved:
        # some lines are entered late
        rows.append(rows.pop(place % len(rows)))
    assert out_of_order(pd.Series(pd.to_datetime(rows))).empty


def test_days_changed_in_a_whole_year_are_refused_by_their_weekends(tmp_path) -> None:
    every = [date(2023, 1, 1) + timedelta(days=i) for i in range(730)]
    every = [d for d in every if d.weekday() < 5]
    found = str(error(put(tmp_path, table(mixed(every, lambda i: i % 2 == 0)))))
    assert "are Saturdays and Sundays, on which hardly a day above the 12th falls" in found


@pytest.mark.parametrize("first", [True, False])
def test_days_of_a_month_that_began_and_bookings_on_the_first_are_no_sign(tmp_path, first) -> None:
    begun = [date(2024, 1, 15) + timedelta(days=i) for i in range(87)]
    billed = [date(2023, 1, 31), *(date(2023, m, 1) for m in range(1, 13)), date(2023, 12, 31)]
    every = begun if first else billed
    assert len(days(load(put(tmp_path, table(written(every, "%d/%m/%Y")))))) == len(every)


def every_day(first: date, years: int) -> list[date]:
    return [first + timedelta(days=i) for i in range(365 * years)]


def few_orders() -> list[date]:
    """Ten years with three or four orders a month: some months have none after the 12th."""
    rng = np.random.default_rng(4)
    return [d for d in every_day(date(2014, 1, 1), 10) if rng.random() < 0.12]


def billed_early() -> list[date]:
    """Invoices in the first ten days of a month, hardly one later."""
    rng = np.random.default_rng(2)
    odds = (0.65, 0.12)
    return [d for d in every_day(date(2019, 1, 1), 5) if rng.random() < odds[d.day > 12]]


def closed_in_august() -> list[date]:
    return [d for d in every_day(date(2022, 1, 1), 2) if d.month != 8 or d.day < 13]


def subscriptions_on_the_tenth() -> list[date]:
    """Booked on the tenth of each month, Sundays too; everything else on working days."""
    return [d for d in every_day(date(2015, 1, 1), 8) if d.day == 10 or d.weekday() < 5]


@pytest.mark.parametrize(
    "days_of", [few_orders, billed_early, closed_in_august, subscriptions_on_the_tenth]
)
def test_a_business_with_habits_of_its_own_is_no_mixture(tmp_path, days_of) -> None:
    every = days_of()
    every = every[1::2] + every[::2]
    read = days(load(put(tmp_path, table(written(every, "%d/%m/%Y")))))
    assert sorted(read) == sorted(f"{d:%Y-%m-%d}" for d in every)


def test_with_points_the_day_stands_first(tmp_path) -> None:
    every = [*LOW, *HIGH]
    assert len(days(load(put(tmp_path, table(written(every, "%d.%m.%Y")))))) == 20


def test_a_column_in_no_order_is_read(tmp_path) -> None:
    rng = np.random.default_rng(1)
    every = [date(2024, 1, 1) + timedelta(days=int(n)) for n in rng.integers(0, 366, 400)]
    read = days(load(put(tmp_path, table(written(every, "%d.%m.%Y")))))
    assert read == sorted(f"{d:%Y-%m-%d}" for d in every)
    assert MONTHS == 3
