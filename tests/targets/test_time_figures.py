"""Pictures of targets in time and of the metric card: legible in both languages."""

import pandas as pd
import pytest
from figures import assert_good_figure

import salesanalysis as sa
from salesanalysis.panel import Panel
from salesanalysis.periods import month_range
from salesanalysis.targets.time.workdays import month_days


def made(what: str):
    months = month_range("2021-01", "2023-12")
    if what == "months":
        frame = pd.DataFrame({"period": months, "value": 1e4 * month_days(months).to_numpy()})
        return sa.targets.month_shares(Panel.of(frame, by=[]), year=2024)
    table = pd.DataFrame({"period": month_range("2024-01", "2024-12"), "value": 1e6})
    days = sa.targets.split_days(table, profile=sa.targets.DayProfile(month_end=(1.5, 1.2)))
    if what == "days":
        return days
    if what == "check":
        sold = pd.DataFrame({"date": pd.date_range("2024-03-01", "2024-03-10"), "value": 4e4})
        return days.check(sold, as_of="2024-03-10")
    if what == "quota":
        names = [f"P{i:02d}" for i in range(20)]
        rows = pd.DataFrame({"salesperson": names, "team": ["A", "B"] * 10})
        rows["valid_from"] = pd.date_range("2023-10-01", periods=20, freq="30D")
        full = pd.DataFrame({"salesperson": names, "target": 1_000_000})
        return sa.targets.quota_days(
            rows, full, first="2024-01-01", last="2024-12-31", day_weight="calendar", relief="hold"
        )
    units = pd.DataFrame({"region": [f"R{i:02d}" for i in range(15)], "sales": range(1, 16)})
    asks = {
        "sales": 130_000_000,
        "collection_rate": 0.95,
        "visits": sa.targets.Ask(15, rule="per_head"),
    }
    return sa.targets.metric_card(units, asks, by=["region"], year=2024)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("what", ["months", "days", "check", "quota", "card"])
def test_pictures_are_legible_and_titled_by_their_finding(what, lang) -> None:
    result = made(what)
    ax = result.plot(lang=lang)
    assert_good_figure(ax)
    title = ax.get_title(loc="left").replace("\n", "").replace(" ", "")
    assert title == result.headline(lang).replace(" ", "")


def test_the_calendar_shows_every_day_of_the_year() -> None:
    result = made("days")
    field = result.plot().collections[0].get_array()
    assert field.count() == 366
    assert field.sum() == pytest.approx(12e6)


def test_presence_shows_at_most_twelve_people_and_counts_the_rest() -> None:
    ax = made("quota").plot()
    assert len(ax.get_yticks()) == 12
    assert ax.get_xlabel() == "8 more people are in the table"


def test_the_grid_of_a_card_writes_every_value() -> None:
    ax = made("card").plot()
    texts = [t.get_text() for t in ax.texts]
    assert texts.count("95.0%") == 13
    assert "130.0M CNY" in texts
    assert ax.get_xlabel() == "3 more units are in the table"


@pytest.mark.parametrize("what", ["months", "days", "check", "quota", "card"])
def test_a_saved_result_is_the_same_when_read_back(what, tmp_path) -> None:
    from salesanalysis import store

    result = made(what)
    store.write(result, tmp_path)
    again = store.read(tmp_path)
    pd.testing.assert_frame_equal(again.to_frame(), result.to_frame())
    assert again.explain("zh") == result.explain("zh")
