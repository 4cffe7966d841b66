"""Where units are expected to end: futures counted, landings taken, refusals in full."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure

import salesanalysis as sa
from salesanalysis import store
from salesanalysis.errors import ContractError
from salesanalysis.labels import Terms
from salesanalysis.tracking import review

TERMS = Terms({"region": {"East": {"zh": "华东"}, "West": {"zh": "西部"}}})
YEAR = pd.date_range("2024-01-01", "2024-12-01", freq="MS")
OPEN = YEAR[3:]


def sales(**values: float) -> sa.Panel:
    """Three closed months of 2024, the same amount each."""
    frames = [
        pd.DataFrame({"region": name, "period": YEAR[:3], "value": float(value)})
        for name, value in values.items()
    ]
    return sa.Panel.of(pd.concat(frames), by=["region"], terms=TERMS)


def plan(**targets: float) -> pd.DataFrame:
    """Equal months from yearly targets."""
    frames = [
        pd.DataFrame({"region": name, "period": YEAR, "value": value / 12})
        for name, value in targets.items()
    ]
    return pd.concat(frames, ignore_index=True)


def draws(**monthly: list[float]) -> pd.DataFrame:
    """One amount per draw, the same in each of the nine open months."""
    frames = [
        pd.DataFrame({"draw": range(len(values)), "value": values, "region": name})
        .merge(pd.DataFrame({"period": OPEN}), how="cross")
        .assign(level="region", node=name)
        for name, values in monthly.items()
    ]
    return pd.concat(frames, ignore_index=True)


def line(card: sa.tracking.Scorecard, node: str) -> dict:
    frame = card.to_frame()
    return frame[frame["node"] == node].iloc[0].to_dict()


EVEN = [100.0 + 10 * i for i in range(10)]


# ---- worked by hand


def test_ten_futures_give_the_middle_the_interval_and_the_chance() -> None:
    card = review(sales(East=100), plan(East=1740), forecast=draws(East=EVEN))
    east = line(card, "East")
    # 300 closed; ends 1200, 1290, ..., 2010: median 1605, tenths 1281 and 1929
    assert (east["target_ahead"], east["middle"], east["lo80"], east["hi80"]) == (
        pytest.approx(1740.0), 1605.0, 1281.0, 1929.0,
    )  # fmt: skip
    # 1740 is reached by four of ten, the draw that equals it among them: (1 + 4) / (10 + 2)
    assert east["probability"] == pytest.approx(5 / 12)
    assert (east["expected_share"], east["landing_status"]) == (pytest.approx(1605 / 1740), "open")
    assert card.explain().splitlines()[1] == (
        "East: 300 CNY of 435 CNY, 68.9%, yellow; gap -135 CNY. Expected to close 2024 at 92.2% of "
        "1.7k CNY (80% interval 73.6% to 110.8%); chance of reaching it 42%."
    )
    assert card.explain("zh").splitlines()[1] == (
        "华东：实际300元，目标435元，完成68.9%，黄；差额-135元。预计2024年完成1,740元目标的92.2%"
        "（80%区间73.6%至110.8%）；达成概率42%。"
    )


def test_the_sum_of_two_regions_is_counted_future_by_future() -> None:
    both = review(
        sales(East=100, West=100),
        plan(East=1740, West=1740),
        forecast=draws(East=EVEN, West=EVEN[::-1]),
    )
    company = line(both, "")
    # what one gains the other loses in every future: the company cannot miss or gain
    assert (company["lo80"], company["middle"], company["hi80"]) == (3210.0, 3210.0, 3210.0)
    assert company["probability"] == pytest.approx(1 / 12)
    assert both.select(region="East").to_frame()["probability"].tolist() == [pytest.approx(5 / 12)]


def test_a_unit_below_the_line_is_said_to_end_below_it() -> None:
    card = review(sales(East=100), plan(East=2400), forecast=draws(East=EVEN))
    assert "(80% interval 53.3% to 80.3%), below the 80% line; chance" in card.explain()
    edge = review(sales(East=100), plan(East=2006.25), forecast=draws(East=EVEN))
    assert "below the 80% line" not in edge.explain()


def test_a_chance_is_one_only_where_the_year_is_closed_and_reached_to_the_cent() -> None:
    far = review(sales(East=1000), plan(East=1200), forecast=draws(East=EVEN))
    # 3000 are sold, 1200 asked: months are open, and ten futures cannot tell certainty
    assert line(far, "East")["probability"] == pytest.approx(11 / 12)
    march = pd.DataFrame({"region": "East", "period": YEAR[:3], "value": [100.0, 100.0, 99.99]})
    short = sa.Panel.of(march, by=["region"])
    for panel, chance in ((sales(East=100), 1.0), (short, 0.0)):
        card = review(panel, plan(East=1200), span="quarter", forecast=draws(East=EVEN))
        east = line(card, "East")
        assert (east["probability"], east["landing_status"]) == (chance, "closed")
        assert "Expected" not in card.explain()


def test_a_quarter_ends_with_the_quarter_and_an_open_month_with_itself() -> None:
    may = review(
        sales(East=100), plan(East=1200), "2024-05-01", span="month", forecast=draws(East=EVEN)
    )
    assert line(may, "East")["middle"] == 145.0
    assert line(may, "East")["status"] == "not_closed"
    quarter = review(
        sales(East=100), plan(East=1200), "2024-05-01", span="quarter", forecast=draws(East=EVEN)
    )
    assert line(quarter, "East")["middle"] == 435.0
    assert "Expected to close Q2 2024 at 145.0% of 300 CNY" in quarter.explain()


def test_before_the_year_begins_the_end_is_expected_all_the_same() -> None:
    panel = sa.Panel.of(
        pd.DataFrame({"region": "East", "period": ["2023-12-01"], "value": [5.0]}), by=["region"]
    )
    every = draws(East=EVEN).drop(columns="period").drop_duplicates()
    table = every.merge(pd.DataFrame({"period": YEAR}), how="cross")
    card = review(panel, plan(East=1740), forecast=table)
    east = line(card, "East")
    assert np.isnan(east["target"])
    assert (east["target_ahead"], east["middle"]) == (pytest.approx(1740.0), 1740.0)


def test_without_target_or_history_the_line_says_which() -> None:
    card = review(
        sales(East=100, Lost=0),
        plan(East=1740, New=120),
        forecast=draws(East=EVEN, Lost=[1.0] * 10),
    )
    lost, new = line(card, "Lost"), line(card, "New")
    # expected to sell without having sold this year: listed, and in the company's end
    assert (lost["landing_status"], lost["middle"]) == ("no_target", 9.0)
    assert line(card, "")["middle"] == 1614.0
    assert np.isnan(lost["probability"])
    assert (new["landing_status"], new["status"]) == ("no_history", "red")
    assert np.isnan(new["middle"])
    assert (
        "Lost: 0 CNY sold, but the plan has no target for it. Expected to close 2024 at 9 CNY (80%"
        in (card.explain())
    )
    assert (
        "New: 0 CNY of 30 CNY, 0.0%, red; gap -30 CNY. Nothing is forecast for it."
        in card.explain()
    )


# ---- the same table from elsewhere


@pytest.fixture(scope="module")
def company() -> tuple[sa.Panel, pd.DataFrame, sa.forecast.Forecast]:
    months = pd.date_range("2021-01-01", "2024-03-01", freq="MS")
    rng = np.random.default_rng(4)
    frames = [
        pd.DataFrame({"region": r, "product_line": p, "period": months})
        for r in ("East", "West")
        for p in ("Drives", "Sensors")
    ]
    table = pd.concat(frames, ignore_index=True)
    table["value"] = (
        100 + 20 * np.sin(table["period"].dt.month) + 8 * rng.standard_normal(len(table))
    )
    panel = sa.Panel.of(table, by=["region", "product_line"], terms=TERMS)
    asked = panel.nodes().merge(pd.DataFrame({"period": YEAR}), how="cross").assign(value=101.0)
    return panel, asked, sa.forecast.panel(panel, 9)


def test_draws_read_back_from_parquet_or_a_store_give_the_same_card(company, tmp_path) -> None:
    panel, asked, forecast = company
    made = forecast.draws(n=60)
    fresh = review(panel, asked, forecast=made).to_frame()
    made.to_frame().to_parquet(tmp_path / "draws.parquet")
    store.write(made, tmp_path / "made")
    table = pd.read_parquet(tmp_path / "draws.parquet").sample(frac=1, random_state=1)
    for again in (table, store.read(tmp_path / "made")):
        pd.testing.assert_frame_equal(review(panel, asked, forecast=again).to_frame(), fresh)
    card = review(panel, asked, forecast=made)
    store.write(card, tmp_path / "card")
    pd.testing.assert_frame_equal(store.read(tmp_path / "card").to_frame(), card.to_frame())


def test_levels_the_draws_do_not_name_alone_are_summed_future_by_future(company) -> None:
    panel, asked, forecast = company
    made = forecast.draws(n=60)
    lines = review(panel, asked, by=["product_line"], forecast=made)
    assert lines.to_frame()["node"].tolist() == ["", "Drives", "Sensors"]
    table = made.to_frame()
    leaves = table[table["product_line"] == "Drives"].groupby("draw")["value"].sum()
    drives = panel.select(product_line="Drives").frame
    closed = drives.loc[drives["period"] >= "2024-01-01", "value"].sum()
    assert line(lines, "Drives")["middle"] == pytest.approx(leaves.median() + closed, rel=1e-12)
    # the company is the same whoever is below it
    whole = review(panel, asked, forecast=made)
    assert line(lines, "")["probability"] == line(whole, "")["probability"]


def test_one_regions_card_is_a_slice_of_the_companys(company) -> None:
    panel, asked, forecast = company
    both = review(panel, asked, by=["region", "product_line"], forecast=forecast.draws(n=60))
    east = both.select(region="East")
    alone = review(panel, asked, forecast=forecast.draws(n=60))
    assert east.to_frame()["probability"].iloc[0] == line(alone, "East")["probability"]
    assert east.to_frame()["middle"].iloc[0] == pytest.approx(line(alone, "East")["middle"])


def test_a_forecast_itself_gives_its_own_landings(company) -> None:
    panel, asked, forecast = company
    card = review(panel, asked, forecast=forecast).to_frame().set_index("node")
    targets = asked.groupby("region", as_index=False)["value"].sum()
    total = pd.DataFrame({"region": [""], "value": [targets["value"].sum()]})
    landing = forecast.landing(pd.concat([targets, total]), year=2024).to_frame().set_index("node")
    for node in ("", "East", "West"):
        for column in ("middle", "lo80", "hi80", "probability"):
            assert card.loc[node, column] == landing.loc[node, column], (node, column)
    sliced = review(panel.select(region="East"), asked[asked["region"] == "East"],
                    forecast=forecast.select(region="East")).to_frame()  # fmt: skip
    assert sliced["probability"].iloc[0] == landing.loc["East", "probability"]


# ---- figures and languages


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_picture_shows_the_interval_beside_the_target(company, lang) -> None:
    panel, asked, forecast = company
    card = review(panel, asked, forecast=forecast.draws(n=60))
    ax = card.plot(lang=lang)
    assert_good_figure(ax)
    frame = card.to_frame()
    spans = [
        line.get_xdata()
        for line in ax.lines
        if len(line.get_xdata()) == 2 and line.get_linewidth() > 2
    ]
    assert len(spans) == 3
    np.testing.assert_allclose(
        sorted(tuple(s) for s in spans),
        sorted(
            zip(
                frame["lo80"] / frame["target_ahead"],
                frame["hi80"] / frame["target_ahead"],
                strict=True,
            )
        ),
    )
    assert not re.search(r"[A-Za-z]{3,}", card.explain("zh").replace("CNY", ""))
    names = pd.DataFrame(card.table("zh").shown()).columns
    assert {"全期目标", "预计完成率", "达成概率"} <= set(names)


# ---- refusals


def refusal(**changed: object) -> str:
    given = {"data": sales(East=100), "plan": plan(East=1200), "forecast": draws(East=EVEN)}
    with pytest.raises(ContractError) as caught:
        review(**(given | changed))
    return str(caught.value)


def test_what_is_no_forecast_is_refused() -> None:
    assert refusal(forecast="draws.parquet") == (
        "forecast is a str; it must be a table of draws or a Forecast.\n"
        "  where: review(forecast=...)\n"
        "  fix:   pass forecast.draws(), its table read by pandas.read_parquet, or the forecast"
    )
    assert refusal(forecast=draws(East=EVEN).drop(columns="draw")) == (
        "draws has no column 'draw'.\n"
        "  where: draws columns are ['value', 'region', 'period', 'level', 'node']\n"
        "  fix:   add 'draw'"
    )
    assert refusal(forecast=draws(East=EVEN[:9])) == (
        "9 draws have no 80 % interval; it takes 10.\n"
        "  where: review(forecast=...)\n"
        "  fix:   forecast.draws(n=500)"
    )


def test_draws_of_another_day_or_too_short_ones_are_refused() -> None:
    table = draws(East=EVEN)
    early = table.assign(period=table["period"] - pd.DateOffset(months=1))
    assert refusal(forecast=early) == (
        "The draws begin in Mar 2024, but the data are closed through Mar 2024.\n"
        "  where: review(forecast=...)\n"
        "  fix:   draw from a forecast of the same data"
    )
    assert refusal(forecast=table[table["period"] < "2024-11-01"]) == (
        "The draws say nothing about Nov 2024: they cover Apr 2024 to Oct 2024.\n"
        "  where: review(forecast=...)\n"
        "  fix:   draw every month through Dec 2024: a horizon that reaches it, and monthly figures"
    )
    assert refusal(period="2024-02-01") == (
        "The card looks through Feb 2024, while the forecast knows Mar 2024.\n"
        "  where: review(period=..., forecast=...)\n"
        "  fix:   leave period out, or look from that day: data.at(...) with its own forecast"
    )


def test_draws_with_holes_twice_or_without_numbers_are_refused() -> None:
    table = draws(East=EVEN)
    assert refusal(forecast=table.drop(index=5)) == (
        "The draws have holes: some units lack a draw or a month that others have.\n"
        "  where: review(forecast=...)\n"
        "  fix:   pass the whole table of forecast.draws()"
    )
    assert refusal(forecast=table.assign(value=np.inf)) == (
        "Values of draws are text, empty or infinite.\n"
        "  where: review(forecast=...), column 'value'\n"
        "  fix:   give every unit the same finite draws"
    )
    twice = refusal(forecast=pd.concat([table, table.head(2)], ignore_index=True))
    assert twice.startswith("4 rows of draws are one draw of one node.")


def test_other_units_are_refused_both_ways() -> None:
    assert refusal(data=sales(East=100, West=50)) == (
        "The forecast lacks 1 of 2 units that sold within a year, such as 'West'.\n"
        "  where: review(forecast=...)\n"
        "  fix:   pass the forecast of all of them, or cut the plan: plan.select(...)"
    )
    assert refusal(forecast=draws(East=EVEN, Nord=EVEN)) == (
        "The draws name 1 units the data do not have, such as 'Nord'.\n"
        "  where: review(forecast=...)\n"
        "  fix:   select the same units: forecast.draws().select(...)"
    )
    upper = draws(East=EVEN).assign(level="company", region="")
    assert refusal(forecast=upper) == (
        "The draws have no rows that name region.\n"
        "  where: review(forecast=...), level columns ['region']\n"
        "  fix:   pass the whole table of forecast.draws()"
    )


def test_another_currency_day_or_rhythm_of_a_forecast_is_refused(company) -> None:
    panel, asked, forecast = company
    given = {"data": panel, "plan": asked}
    assert refusal(**given, forecast=replace(forecast.draws(n=20), currency="EUR")) == (
        "The forecast is in EUR, the data in CNY.\n"
        "  where: review(forecast=...)\n"
        "  fix:   forecast the same data"
    )
    late = replace(forecast.draws(n=20), closed_through=pd.Timestamp("2024-02-01"))
    assert refusal(**given, forecast=late) == (
        "The forecast is closed through Feb 2024, the data through Mar 2024.\n"
        "  where: review(forecast=...)\n"
        "  fix:   forecast the same data, seen from the same day"
    )
    assert refusal(**given, forecast=replace(forecast.draws(n=20), step=3)) == (
        "The forecast is of quarters, the plan of months.\n"
        "  where: review(forecast=...)\n"
        "  fix:   forecast the monthly panel"
    )


def test_a_forecast_of_other_figures_or_without_the_level_is_refused(company) -> None:
    panel, asked, forecast = company
    thousand = sa.Panel.of(panel.frame.assign(value=panel.frame["value"] / 1000), by=panel.by)
    said = refusal(data=thousand, plan=asked, forecast=forecast)
    assert re.fullmatch(
        r"The forecast holds [\d,.]+ of 'East' in the closed months, the data [\d.]+\.\n"
        r"  where: review\(forecast=\.\.\.\)\n"
        r"  fix:   forecast the same data",
        said,
    )
    assert refusal(data=panel, plan=asked, by=["product_line"], forecast=forecast) == (
        "The forecast has no node that is one product_line alone.\n"
        "  where: review(forecast=...)\n"
        "  fix:   pass forecast.draws(): its futures are summed to any level"
    )
