"""The book of the company: one figure for one thing, on every page."""

from pathlib import Path

import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis import store
from salesanalysis.book import FIGURES, leaf_weights, prepare
from salesanalysis.data import load
from salesanalysis.errors import ContractError
from salesanalysis.panel import Panel
from salesanalysis.targets import growth


@pytest.fixture(scope="module")
def demo():
    return sa.company(load("demo"))


def test_the_worked_example_comes_out_to_the_cent(demo) -> None:
    """Sources: the business documents' example (methods/targets.md 14, tracking.md 15)."""
    plan = demo.plan
    nodes = plan.nodes()
    east = nodes[(nodes["level"] == "region") & (nodes["region"] == "East")].iloc[0]
    assert (plan.total, east["value"]) == (130_000_000.0, 52_000_000.0)
    months = plan.select(region="East").months()["value"].tolist()
    assert months == [
        4_557_769,
        3_729_084,
        4_350_598,
        4_557_769,
        4_350_598,
        3_936_255,
        4_764_940,
        4_557_769,
        4_350_597,
        3_936_255,
        4_350_597,
        4_557_769,
    ]
    figures = demo.key_figures("East", ["actual_to_date", "target_to_date", "gap", "completion"])
    assert figures == {
        "actual_to_date": 10_741_833.35,
        "target_to_date": 12_637_451.0,
        "gap": -1_895_617.65,
        "completion": 0.85,
    }
    score = demo.scorecard.to_frame().set_index("region")
    assert score.loc["East", "status"] == "green"


def test_the_manager_in_the_east_holds_eight_million(demo) -> None:
    people = demo.people("East").to_frame().set_index("salesperson")
    assert people.loc["Li Wei", "target"] == 8_000_000.0
    assert people["target"].sum() == 52_000_000.0


def test_growth_asked_is_thirty_percent_on_last_years_hundred_million(demo) -> None:
    company = demo.plan.nodes().iloc[0]
    assert (company["base"], round(company["ask_growth"], 12)) == (100_000_000.0, 0.3)


def test_nobody_who_left_before_the_year_is_asked_for_anything() -> None:
    months = pd.date_range("2022-01-01", "2023-12-01", freq="MS")
    rows = [
        {"region": "N", "product_line": "P", "salesperson": who, "period": m, "value": 1.0}
        for who in ("Li", "Wu", "Gone")
        for m in months
    ]
    panel = Panel.of(pd.DataFrame(rows), by=["region", "product_line", "salesperson"])
    basis = growth(
        panel.roll_up(["region", "product_line"]), method="constant", rate=0.5, year=2024
    )
    leaves = leaf_weights(panel, basis, gone=["Gone"]).set_index("salesperson")
    assert leaves["value"].to_dict() == {"Gone": 0.0, "Li": 27.0, "Wu": 27.0}
    alone = leaf_weights(panel, basis, gone=["Gone", "Li", "Wu"])
    assert alone["value"].tolist() == [18.0, 18.0, 18.0], "where nobody stays nothing is lost"


def test_every_region_has_every_figure_in_the_demo(demo) -> None:
    for region in demo.data.regions:
        figures = demo.key_figures(region)
        assert list(figures) == list(FIGURES)
        assert all(value is not None for value in figures.values()), (region, figures)


def test_regions_add_up_to_the_company(demo) -> None:
    score = demo.scorecard.to_frame()
    parts = score[score["level"] == "region"]
    assert round(parts["actual"].sum(), 2) == round(score["actual"].iloc[0], 2)
    assert parts["target"].sum() == score["target"].iloc[0]


def test_a_saved_book_shows_the_same_figures_as_a_fresh_one(demo, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    demo.data.save(folder)
    prepare(demo.data, folder)
    assert store.is_stored(folder / "book" / "plan")
    again = sa.company(load(folder))
    for region in ("East", "Key accounts"):
        assert again.key_figures(region) == demo.key_figures(region)
    pd.testing.assert_frame_equal(again.plan.to_frame(), demo.plan.to_frame())
    pd.testing.assert_frame_equal(again.forecast.to_frame(), demo.forecast.to_frame())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_overview_has_one_finding_per_part(demo, lang: str) -> None:
    table = demo.overview("West").table(lang).shown()
    assert table.shape == (5, 3)
    assert (table.iloc[:, 1].str.len() > 10).all()


def test_adventureworks_pays_by_its_own_quarterly_quotas(adventureworks: Path) -> None:
    results = sa.company(load(adventureworks))
    assert [f"{m:%Y-%m}" for m in results.pay_period] == ["2020-01", "2020-02", "2020-03"]
    register = results.pay("Southwest", results.scheme()).to_frame().set_index("salesperson")
    control = pd.read_csv(adventureworks / "control_rep_quarter.csv", dtype={"salesperson_id": str})
    control = control[control["quarter_start"] == "2020-01-01"]
    people = pd.read_csv(adventureworks / "salespeople.csv", dtype=str)
    names = people.set_index("salesperson_id")["name"]
    control["salesperson"] = control["salesperson_id"].map(names)
    expected = control.set_index("salesperson").loc[register.index]
    assert register["quota"].tolist() == expected["quota"].tolist()
    # each deal is paid to the cent, so a quarter may differ by half a cent a deal
    assert (register["actual"] - expected["actual"]).abs().max() < 0.005 * expected["orders"].max()


def test_a_new_territory_is_called_new_business_on_every_page(adventureworks: Path) -> None:
    results = sa.company(load(adventureworks))
    for region in ("Germany", "Australia"):
        figures = results.key_figures(region, ["actual_to_date", "year_target", "completion"])
        assert figures["actual_to_date"] > 0
        assert figures["year_target"] is None
        assert figures["completion"] is None
        score = results.scorecard.to_frame().set_index("region")
        assert score.loc[region, "status"] == "new_business"
        assert results.bridge(region).meta.method == "new_business"


def test_an_unknown_region_is_refused_with_the_nearest(demo) -> None:
    with pytest.raises(ContractError) as caught:
        demo.key_figures("Esat")
    assert str(caught.value) == (
        "'Esat' is not a region here; known: East, South, North, West, Key accounts.\n"
        "  where: data set demo\n"
        "  fix:   write 'East'"
    )
