"""The review: which months count, what each unit is called, and what the headline says."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure

import salesanalysis as sa
from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar
from salesanalysis.targets import Basis, cascade

TERMS = Terms({"region": {"East": {"zh": "华东"}, "West": {"zh": "西部"}}})


def panel(
    sales: dict, *, first="2024-01-01", closed=None, by=("region",), calendar=None
) -> sa.Panel:
    """Panel from {unit: [sales per month]}."""
    frames = []
    for unit, values in sales.items():
        names = dict(zip(by, unit if isinstance(unit, tuple) else (unit,), strict=True))
        months = pd.date_range(first, periods=len(values), freq="MS")
        frames.append(pd.DataFrame({**names, "period": months, "value": values}))
    context = {"terms": TERMS, "calendar": calendar or FiscalCalendar()}
    return sa.Panel.of(pd.concat(frames), by=list(by), closed_through=closed, **context)


def plan_of(targets: dict, *, calendar=None, year=2024) -> sa.targets.Plan:
    """Plan of equal months from {region: yearly target}."""
    frame = pd.DataFrame({"region": list(targets), "value": [float(v) for v in targets.values()]})
    basis = Basis.of(frame, by=["region"], year=year, calendar=calendar, terms=TERMS)
    return cascade(sum(targets.values()), basis)


def line(card: sa.tracking.Scorecard, node: str) -> dict:
    frame = card.to_frame()
    return frame[frame["node"] == node].iloc[0].to_dict()


# ---- worked by hand


def test_east_reaches_85_percent_of_its_first_quarter() -> None:
    basis = Basis.of(
        pd.DataFrame({"region": ["East"], "value": [1.0]}), by=["region"], year=2024, terms=TERMS
    )
    plan = cascade(52_000_000, basis, months="working_days")
    sales = panel({"East": [4_000_000.0, 3_000_000.0, 3_741_833.35]})
    card = sa.tracking.review(sales, plan)
    assert card.headline() == "East: 85.0% of target in Q1 2024, green"
    assert card.headline("zh") == "华东：2024年第1季度完成目标的85.0%，绿"
    east = line(card, "East")
    assert (east["actual"], east["target"], east["gap"]) == (
        10_741_833.35,
        12_637_451.0,
        -1_895_617.65,
    )


def test_february_alone_is_yellow_at_79_99_percent() -> None:
    plan = plan_of({"East": 12_000_000})
    card = sa.tracking.review(panel({"East": [1e6, 799_900.0]}), plan, span="month")
    assert card.headline() == "East: 79.9% of target in Feb 2024, yellow"


def test_the_company_comes_first_and_is_the_sum_of_its_regions() -> None:
    card = sa.tracking.review(
        panel({"East": [50.0], "West": [90.0]}), plan_of({"East": 1200, "West": 1200}), "2024-01-15"
    )
    assert card.to_frame()["level"].tolist() == ["company", "region", "region"]
    assert card.to_frame()["actual"].tolist() == [140.0, 50.0, 90.0]
    assert card.to_frame()["completion"].tolist() == [0.7, 0.5, 0.9]
    assert card.headline() == "1 of 2 regions below 80% of target in Jan 2024: East 50.0%"
    assert card.headline("zh") == "2024年1月2个区域中有1个低于目标的80%：华东 50.0%"


def test_when_all_are_green_the_headline_says_where_the_company_stands() -> None:
    card = sa.tracking.review(
        panel({"East": [90.0], "West": [120.0]}), plan_of({"East": 1200, "West": 1200})
    )
    assert (
        card.headline() == "All 2 regions reach 80% of target in Jan 2024; Company stands at 105.0%"
    )


def test_only_closed_months_are_compared_on_both_sides() -> None:
    sales = panel({"East": [100.0, 100.0]}, closed="2024-02-01")
    card = sa.tracking.review(sales, plan_of({"East": 1200}), "2024-03-31", span="quarter")
    assert (line(card, "East")["target"], card.n_months) == (200.0, 2)
    assert card.headline() == "East: 100.0% of target in Jan 2024 to Feb 2024, green"


def test_a_month_that_is_not_closed_is_blank_and_not_zero() -> None:
    card = sa.tracking.review(
        panel({"East": [100.0]}), plan_of({"East": 1200}), "2024-02-10", span="month"
    )
    east = line(card, "East")
    assert (east["status"], east["target"]) == ("not_closed", 100.0)
    assert np.isnan(east["actual"])
    assert np.isnan(east["completion"])
    assert card.headline() == "East: no completion for Feb 2024, not closed"
    both = sa.tracking.review(
        panel({"East": [1.0], "West": [1.0]}),
        plan_of({"East": 1200, "West": 1200}),
        "2024-02-10",
        span="month",
    )
    assert both.headline() == "No regions can be compared with a target in Feb 2024: not closed"


def test_sales_without_a_target_are_listed_and_count_in_the_company() -> None:
    card = sa.tracking.review(panel({"East": [90.0], "Lost": [7.0]}), plan_of({"East": 1200}))
    assert line(card, "Lost")["status"] == "no_target"
    assert card.to_frame()["actual"].iloc[0] == 97.0
    assert "Lost: 7 CNY sold, but the plan has no target for it." in card.explain()


def test_a_region_that_sold_nothing_in_a_closed_month_is_red_and_not_missing() -> None:
    card = sa.tracking.review(panel({"East": [90.0]}), plan_of({"East": 1200, "West": 1200}))
    assert (line(card, "West")["actual"], line(card, "West")["status"]) == (0.0, "red")


def test_new_business_is_told_from_a_target_of_zero() -> None:
    months = pd.date_range("2023-01-01", "2024-01-01", freq="MS")
    old = pd.DataFrame({"region": "East", "period": months, "value": 100.0})
    new = pd.DataFrame({"region": "West", "period": months[9:], "value": 50.0})
    gone = pd.DataFrame({"region": "Gone", "period": months, "value": [0.0] * 12 + [5.0]})
    sales = sa.Panel.of(pd.concat([old, new, gone]), by=["region"], terms=TERMS)
    plan = cascade(1200, sa.targets.growth(sales, year=2024))
    card = sa.tracking.review(sales, plan)
    assert line(card, "West")["status"] == "new_business"
    assert line(card, "Gone")["status"] == "zero_target"
    assert "西部：实际50元；新业务没有基数，目标为0。" in card.explain("zh")
    one = sa.tracking.review(sales, plan.select(region="West"))
    assert one.headline() == "West: no completion for Jan 2024, new business"


def test_a_selected_plan_restricts_the_sales_too() -> None:
    sales = panel(
        {("East", "A"): [30.0], ("East", "B"): [90.0], ("West", "A"): [10.0]},
        by=("region", "product_line"),
    )
    frame = sales.nodes().assign(value=100.0)
    plan = cascade(3600, Basis.of(frame, by=["region", "product_line"], year=2024)).select(
        region="East"
    )
    card = sa.tracking.review(sales, plan)
    assert card.to_frame()["node"].tolist() == ["East"]
    assert card.to_frame()["actual"].tolist() == [120.0]
    lines = sa.tracking.review(sales, plan, by=["product_line"])
    assert lines.to_frame()["node"].tolist() == ["East", "A", "B"]
    assert lines.headline() == "1 of 2 product lines below 80% of target in Jan 2024: A 30.0%"
    both = sa.tracking.review(sales, plan, by=["region", "product_line"])
    assert both.to_frame()["node"].tolist() == ["East", "East / A", "East / B"]


def test_a_card_can_be_cut_to_one_region() -> None:
    card = sa.tracking.review(
        panel({"East": [50.0], "West": [90.0]}), plan_of({"East": 1200, "West": 1200})
    )
    assert card.select(region="West").headline() == "West: 90.0% of target in Jan 2024, green"


def test_the_line_of_the_others_counts_only_those_it_compares() -> None:
    sales = {f"R{i}": [50.0 + i] for i in range(6)} | {"X": [7.0], "Y": [8.0]}
    card = sa.tracking.review(panel(sales), plan_of({f"R{i}": 1200 for i in range(6)}))
    rows = card.worst_first(4)
    assert rows["node"].tolist() == ["R0", "R1", "R2", ""]
    other = rows.iloc[-1]
    # R3, R4 and R5; X and Y sold 15 without a target
    assert other[["actual", "target", "n_units", "n_left"]].tolist() == [162.0, 300.0, 3, 2]
    assert [f"{other['completion']:.3f}", other["status"]] == ["0.540", "red"]
    only = card.worst_first(7).iloc[-1]
    assert only[["actual", "status", "n_units", "n_left"]].tolist() == [15.0, "no_target", 2, 0]
    assert np.isnan(only["target"])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_picture_says_how_many_of_the_others_have_no_target(lang) -> None:
    names = [f"R{i:02d}" for i in range(14)]
    card = sa.tracking.review(
        panel({n: [50.0] for n in names} | {"X": [7.0], "Y": [8.0]}),
        plan_of(dict.fromkeys(names, 1200)),
    )
    ax = card.plot(lang=lang)
    assert_good_figure(ax)
    name = {"en": "Other (4)\n2 not compared", "zh": "其他（4项）\n另有2项不可比"}[lang]
    assert ax.get_yticklabels()[-1].get_text() == name


def test_before_the_first_closed_month_of_the_plan_year_every_line_is_open() -> None:
    data = panel({"East": [90.0] * 2, "West": [80.0] * 2}, first="2023-11-01")
    plan = plan_of({"East": 6e6, "West": 6e6})
    card = sa.tracking.review(data, plan)
    assert card.to_frame()["node"].tolist() == ["", "East", "West"]
    assert set(card.to_frame()["status"]) == {"not_closed"}
    assert card.to_frame()[["actual", "target", "gap", "completion"]].isna().all(axis=None)
    assert card.n_months == 0
    assert card.headline() == "No month of 2024 is closed yet: nothing to compare with the targets"
    assert card.headline("zh") == "2024年还没有已关账的月份，暂无可与目标比较的数字"
    east = sa.tracking.review(data, plan.select(region="East"))
    for one in (east, card.select(region="East")):
        assert one.headline() == (
            "East: no month of 2024 is closed yet, so nothing to compare with the target"
        )
        assert one.headline("zh") == "华东：2024年还没有已关账的月份，暂无可与目标比较的数字"
        assert_good_figure(one.plot(lang="zh"))
    for lang in ("en", "zh"):
        ax = card.plot(lang=lang)
        assert_good_figure(ax)
        word = {"en": "not closed", "zh": "未关账"}[lang]
        assert [t.get_text() for t in ax.texts] == [word] * 3
        assert len(card.table(lang).shown()) == 3
        assert "nan" not in card.explain(lang)
    for span in ("month", "quarter", "year"):
        assert sa.tracking.review(data, plan, span=span).headline() == card.headline()


def test_before_a_fiscal_year_the_headline_names_it() -> None:
    july = FiscalCalendar(7)
    sales = panel({"East": [90.0] * 12}, first="2018-07-01", calendar=july)
    card = sa.tracking.review(sales, plan_of({"East": 1200}, calendar=july, year=2020))
    assert "no month of FY2020 is closed yet" in card.headline()


def test_fiscal_years_and_quarters_follow_the_calendar() -> None:
    july = FiscalCalendar(7)
    sales = panel({"East": [90.0] * 9}, first="2019-07-01", calendar=july)
    plan = plan_of({"East": 1200}, calendar=july, year=2020)
    assert sa.tracking.review(sales, plan).headline() == (
        "East: 90.0% of target in Jul 2019 to Mar 2020, green"
    )
    assert (
        sa.tracking.review(sales, plan, span="quarter").headline("zh")
        == "华东：2020财年第3季度完成目标的90.0%，绿"
    )
    year = replace(sales, closed_through=pd.Timestamp("2020-06-01"))
    assert (
        sa.tracking.review(year, plan, span="year").headline()
        == "East: 67.5% of target in FY2020, yellow"
    )


def test_anything_with_a_panel_method_and_a_plain_table_of_targets_will_do() -> None:
    class Data:
        def panel(self, by):
            assert list(by) == ["region"]
            return panel({"East": [90.0]})

    targets = pd.DataFrame(
        {"region": ["East"], "period": pd.to_datetime(["2024-01-01"]), "value": [100.0]}
    )
    assert (
        sa.tracking.review(Data(), targets).headline() == "East: 90.0% of target in Jan 2024, green"
    )


# ---- invariants


def test_order_of_rows_changes_nothing() -> None:
    sales = panel({f"R{i}": [float(i * 10), 5.0] for i in range(8)})
    plan = plan_of({f"R{i}": 600 for i in range(8)})
    a = sa.tracking.review(sales, plan).to_frame()
    b = sa.tracking.review(sales, plan.to_frame().sample(frac=1, random_state=3)).to_frame()
    pd.testing.assert_frame_equal(a, b)


def test_both_languages_tell_the_same_numbers() -> None:
    card = sa.tracking.review(
        panel({"East": [50.0], "West": [90.0]}), plan_of({"East": 1200, "West": 1200})
    )
    percents = [re.findall(r"[\d.]+%", card.explain(lang)) for lang in ("en", "zh")]
    assert sorted(percents[0]) == sorted(percents[1])
    assert not re.search(r"[A-Za-z]{3,}", card.explain("zh"))


# ---- figures


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("n", [1, 5, 20])
def test_the_picture_is_legible_with_few_and_many_units(n, lang) -> None:
    sales = panel({f"R{i:02d}": [float(40 + 5 * i)] for i in range(n)})
    card = sa.tracking.review(sales, plan_of({f"R{i:02d}": 1200 for i in range(n + (n > 1))}))
    ax = card.plot(lang=lang)
    assert_good_figure(ax)
    assert len(ax.get_yticklabels()) == {1: 1, 5: 7, 20: 12}[n]
    if n == 20:
        assert (
            ax.get_yticklabels()[-1].get_text() == {"en": "Other (11)", "zh": "其他（11项）"}[lang]
        )


def test_bars_are_completions_with_colour_and_word() -> None:
    card = sa.tracking.review(
        panel({"East": [50.0], "West": [90.0]}), plan_of({"East": 1200, "West": 1200})
    )
    ax = card.plot()
    assert [bar.get_width() for bar in ax.patches] == [0.7, 0.5, 0.9]
    assert [t.get_text() for t in ax.texts] == ["70.0% yellow", "50.0% red", "90.0% green"]


# ---- refusals


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


SALES, PLAN = panel({"East": [90.0]}), plan_of({"East": 1200})


def test_an_unknown_span_is_named_with_the_nearest() -> None:
    assert refusal(lambda: sa.tracking.review(SALES, PLAN, span="qarter")) == (
        "'qarter' is not a span here; known: ytd, quarter, month, year.\n"
        "  where: review(span=...)\n"
        "  fix:   write 'quarter'"
    )


def test_a_period_outside_the_plan_is_refused() -> None:
    assert refusal(lambda: sa.tracking.review(SALES, PLAN, "2025-01-31")) == (
        "The plan says nothing about Jan 2025: it covers Jan 2024 to Dec 2024.\n"
        "  where: review(period=...)\n"
        "  fix:   pass the plan of that year, or a period inside this one"
    )


def test_a_level_the_plan_does_not_have_is_refused() -> None:
    assert refusal(lambda: sa.tracking.review(SALES, PLAN, by=["team"])) == (
        "plan has no column 'team'.\n"
        "  where: plan columns are ['region', 'period', 'value', 'status']\n"
        "  fix:   add 'team'"
    )
    assert refusal(lambda: sa.tracking.review(SALES, PLAN, by="region")) == (
        "by must be a list of at least one level, got 'region'.\n"
        "  where: review(by=...)\n"
        '  fix:   write by=["region"]'
    )


def test_an_empty_plan_and_an_unknown_region_of_the_card_are_refused() -> None:
    assert refusal(lambda: sa.tracking.review(SALES, PLAN.to_frame().iloc[:0])) == (
        "plan has no rows.\n  where: plan\n  fix:   pass the result of cascade()"
    )
    card = sa.tracking.review(SALES, PLAN)
    assert refusal(lambda: card.select(region="Esat")) == (
        "'Esat' is not a region here; known: East.\n  where: Scorecard.select\n  fix:   write 'East'"
    )


def test_a_card_whose_regions_do_not_add_up_does_not_exist() -> None:
    card = sa.tracking.review(
        panel({"East": [50.0], "West": [90.0]}), plan_of({"East": 1200, "West": 1200})
    )
    frame = card.to_frame()
    frame.loc[1, "actual"] += 10
    with pytest.raises(ReconciliationError) as caught:
        replace(card, frame=frame)
    assert str(caught.value) == (
        "actual of units leave -10.00 of +140.00 unexplained.\n"
        "  where: sum of 2 parts against their total\n"
        "  fix:   this is a defect or a tampered table: please report it with the input"
    )
