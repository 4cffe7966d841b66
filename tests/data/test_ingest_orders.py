"""Dates of two exports in one column: refused, and no honest column is."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shoptools import days, error, load, put

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


def test_a_column_in_no_order_is_read(tmp_path) -> None:
    rng = np.random.default_rng(1)
    every = [date(2024, 1, 1) + timedelta(days=int(n)) for n in rng.integers(0, 366, 400)]
    read = days(load(put(tmp_path, table(written(every, "%d.%m.%Y")))))
    assert read == sorted(f"{d:%Y-%m-%d}" for d in every)
    assert MONTHS == 3
