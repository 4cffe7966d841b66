"""Several metrics, totals by several dimensions, days and weeks: typed in a file of choices."""

import io

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.book.planning.choices import Choices
from salesanalysis.book.planning.ground import Ground
from salesanalysis.book.planning.margins import with_margins
from salesanalysis.book.planning.measures import metric_card, metric_months
from salesanalysis.errors import ContractError, ParamError
from salesanalysis.panel import Panel
from salesanalysis.targets import Basis, cascade


def cells(weights=None):
    names = [(r, p) for r in ("East", "North", "South") for p in "ABC"]
    table = pd.DataFrame(names, columns=["region", "product_line"])
    return table.assign(value=1.0 if weights is None else weights)


def ground(total=1_000, pins=None, weights=None):
    basis = Basis.of(cells(weights), by=["region", "product_line"], year=2024)
    sold = pd.DataFrame({"region": "East", "period": pd.to_datetime(["2023-01-01"]), "value": 1.0})
    pins = pd.DataFrame() if pins is None else pins
    return Ground(basis, Panel.of(sold, by=["region"]), str(total), "1", "equal", pins=pins)


SPEC = """
margins:
  table:
    - {region: East, value: 400}
    - {region: North, value: 300}
    - {region: South, value: 300}
    - {product_line: A, value: 300}
    - {product_line: B, value: 500}
    - {product_line: C, value: 200}
"""


def sums(plan, key):
    return plan.frame.groupby(key)["value"].sum().astype("int64").to_dict()


def test_a_year_of_ten_million_is_met_by_region_and_by_product_at_once() -> None:
    # 1,000 (ten thousands of yuan): section 14 of the worked example, the one fit of a flat base
    plan = with_margins(ground(), Choices.parse(SPEC), is_given=True).plan()
    wide = plan.frame.pivot_table(
        index="product_line", columns="region", values="value", aggfunc="sum"
    )
    assert wide[["North", "East", "South"]].to_numpy().tolist() == [
        [90, 120, 90], [150, 200, 150], [60, 80, 60],
    ]  # fmt: skip


def test_pins_keep_their_value_and_every_total_still_stands() -> None:
    pins = pd.DataFrame(
        {"region": ["East", "North"], "product_line": ["A", ""], "value": [77, 280]}
    )
    text = """
margins:
  table:
    - {product_line: A, value: 300}
    - {product_line: B, value: 500}
    - {product_line: C, value: 200}
"""
    plan = with_margins(ground(pins=pins), Choices.parse(text), is_given=True).plan()
    assert sums(plan, "product_line") == {"A": 300, "B": 500, "C": 200}
    assert sums(plan, "region")["North"] == 280
    east = plan.frame[(plan.frame["region"] == "East") & (plan.frame["product_line"] == "A")]
    assert east["value"].sum() == 77


def test_the_first_dimension_is_the_total_where_nobody_gave_one() -> None:
    found = with_margins(ground(5), Choices.parse(SPEC), is_given=False)
    assert found.total == "1000"
    assert found.plan().total == 1000


@pytest.mark.parametrize(
    ("text", "given", "said"),
    [
        (
            "margins: {table: [{region: East, value: 400}, {region: North, value: 300}, "
            "{region: South, value: 299}]}",
            True,
            "The totals by region add up to 999, the plan is for 1,000.\n"
            "  where: choices.yaml: margins\n  fix:   make them agree, or leave out total",
        ),
        (
            "margins: {table: [{value: 400}]}",
            True,
            "Every total needs a level column that is filled, and a value.\n"
            "  where: choices.yaml: margins.table, columns ['value']\n"
            "  fix:   write rows such as {product_line: Drives, value: 3000000}",
        ),
        (
            "margins: {table: [{region: East, value: 1000}]}",
            True,
            "margins[0] has no total for 2 of its groups: North, South.\n"
            "  where: margins[0], keys ['region']\n"
            "  fix:   give a total, 0 where nothing is wanted",
        ),
    ],
)
def test_totals_that_cannot_be_met_are_refused(text, given, said) -> None:
    with pytest.raises(ContractError) as error:
        with_margins(ground(), Choices.parse(text), is_given=given)
    assert str(error.value) == said


def plan_of(values=(52.0, 28.0)):
    shares = pd.DataFrame({"region": ["East", "West"], "value": values, "base": values})
    return cascade(80_000_000, Basis.of(shares, by=["region"], year=2024), months="equal")


ASKS = """
metrics:
  asks:
    - {metric: new_customers, value: 50}
    - {metric: collection_rate, value: 0.95}
    - {metric: visits, value: 15, rule: per_head}
  table:
    - {region: East, n_heads: 2, new_customers: 30}
    - {region: West, n_heads: 1, new_customers: 20}
"""


def test_other_metrics_go_down_beside_the_sales_of_the_plan() -> None:
    card = metric_card(plan_of(), Choices.parse(ASKS))
    assert card is not None
    assert card.wide().loc["East"].tolist() == [52_000_000.0, 30.0, 360.0, 0.95] or (
        card.wide().loc["East"].to_dict()
        == {"sales": 52_000_000.0, "new_customers": 30.0, "collection_rate": 0.95, "visits": 360.0}
    )
    assert set(card.frame["status"]) == {"ok"}
    months = metric_months(card, plan_of())
    both = months.groupby(["metric"])["value"].sum()
    assert both["sales"] == 80_000_000
    assert both["new_customers"] == 50
    assert months["period"].nunique() == 12


def test_a_metric_fixed_by_hand_says_so_and_nothing_is_asked_where_nothing_is_said() -> None:
    text = ASKS + "  pins:\n    - {region: West, metric: new_customers, value: 5}\n"
    card = metric_card(plan_of(), Choices.parse(text))
    assert card is not None
    fixed = card.frame[card.frame["status"] == "pinned"]
    assert fixed[["region", "metric", "value"]].to_numpy().tolist() == [
        ["West", "new_customers", 5.0]
    ]
    assert metric_card(plan_of(), Choices()) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "metrics: {asks: [{metric: sales, value: 5}]}",
            "Sales are asked in the plan already.\n  where: choices.yaml: metrics.asks, rows [0]\n"
            "  fix:   write total: for what sales are asked",
        ),
        (
            "metrics: {by: [team], asks: [{metric: visits, value: 5}]}",
            "'team' is no level of the plan.\n  where: choices.yaml: metrics.by\n"
            "  fix:   use levels of the plan: region",
        ),
        (
            "metrics: {asks: [{metric: visits, value: 5}], table: [{region: Mars, n_heads: 3}]}",
            "The table of the metrics has 1 rows that name no unit.\n"
            "  where: choices.yaml: metrics.table, units by region\n"
            "  fix:   write one row per unit of the plan, under the names it has there",
        ),
    ],
)
def test_metrics_nobody_could_hand_down_are_refused(text, said) -> None:
    with pytest.raises(ContractError) as error:
        metric_card(plan_of(), Choices.parse(text))
    assert str(error.value) == said


def test_a_weekday_too_few_is_told_before_anything_is_loaded() -> None:
    with pytest.raises(ParamError) as error:
        Choices.parse("days: {closed: sundays}")
    assert "closed of days is none of the choices: 'sundays'." in str(error.value)


def test_the_workbook_has_a_sheet_of_the_metrics_with_live_sums() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    card = sa.targets.card(plan_of(), metrics=metric_card(plan_of(), Choices.parse(ASKS)))
    for lang, name in (("en", "Metrics"), ("zh", "指标")):
        content = io.BytesIO(sa.targets.workbook(card, lang=lang))
        rows = list(openpyxl.load_workbook(content)[name].iter_rows(min_row=5, values_only=True))
        east = dict(zip(rows[0], rows[1], strict=True))
        assert 52_000_000 in east.values()
        assert 0.95 in east.values()
        kept = openpyxl.load_workbook(content, data_only=True)[name]
        assert [c for c in next(kept.iter_rows(min_row=8, max_row=8, values_only=True)) if c][1:] == [
            80_000_000, 50, 540,
        ]  # fmt: skip
    assert not len(card.select(region="East").metrics.query("region != 'East'"))
    assert np.isclose(card.select(region="East").total, 52_000_000)
