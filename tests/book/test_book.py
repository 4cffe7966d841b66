"""The book of the company: one figure for one thing, on every page."""

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from figures import assert_good_figure

import salesanalysis as sa
from salesanalysis import store
from salesanalysis.book import FIGURES, leaf_weights, prepare
from salesanalysis.book.note import Note
from salesanalysis.data import Dataset, load, of_frames
from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan
from salesanalysis.panel import Panel
from salesanalysis.targets import growth


@pytest.fixture(scope="module")
def demo(demo_company):
    return demo_company


@pytest.fixture(scope="module")
def bicycles(adventureworks: Path):
    """AdventureWorks, a maker of bicycles, on the day its data set names."""
    return sa.company(load(adventureworks))


def test_the_worked_example_comes_out_to_the_cent(demo) -> None:
    """Sources: the example of the Chinese sales-management documents."""
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


def months_of_sales(rows: list[tuple], columns: list[str], first: str, last: str) -> pd.DataFrame:
    """One line a month for each row of names and a monthly amount."""
    months = pd.date_range(first, last, freq="MS")
    return pd.DataFrame(
        [
            {**dict(zip(columns, names, strict=True)), "period": m, "value": amount}
            for *names, amount in rows
            for m in months
        ]
    )


LEAF = ["region", "product_line", "salesperson"]


def test_nobody_who_left_before_the_year_is_asked_for_anything() -> None:
    rows = [("N", "P", who, 1.0) for who in ("Li", "Wu", "Gone")]
    panel = Panel.of(months_of_sales(rows, LEAF, "2022-01-01", "2023-12-01"), by=LEAF)
    basis = growth(panel.roll_up(LEAF[:2]), method="constant", rate=0.5, year=2024)
    left = pd.DataFrame({"salesperson": ["Gone"]})
    leaves = leaf_weights(panel, basis, left).set_index("salesperson")
    assert leaves["value"].to_dict() == {"Gone": 0.0, "Li": 27.0, "Wu": 27.0}
    nobody = leaf_weights(panel, basis, pd.DataFrame({"salesperson": ["Gone", "Li", "Wu"]}))
    assert nobody["value"].tolist() == [18.0, 18.0, 18.0], "where nobody stays nothing is lost"


def test_who_moved_on_is_asked_only_where_the_work_is_now(demo) -> None:
    """Zhou Tao moved from South to East in July 2023."""
    plan = demo.plan.to_frame()
    asked = plan[plan["salesperson"] == "Zhou Tao"].groupby("region")["value"].sum()
    assert asked["South"] == 0
    assert asked["East"] > 0
    paid = demo.pay("East", demo.scheme()).to_frame().set_index("salesperson")
    march = plan[(plan["salesperson"] == "Zhou Tao") & (plan["period"] == "2024-03-01")]
    assert paid.loc["Zhou Tao", "quota"] == march["value"].sum()


def test_a_region_keeps_its_share_when_one_of_its_lines_is_new() -> None:
    rows = [("A", "old", "Li", 100.0), ("B", "old", "Wu", 100.0)]
    sales = months_of_sales(rows, LEAF, "2022-01-01", "2023-12-01")
    new = months_of_sales([("A", "new", "Li", 50.0)], LEAF, "2023-07-01", "2023-12-01")
    panel = Panel.of(pd.concat([sales, new]), by=LEAF)
    basis = growth(panel.roll_up(LEAF[:2]), method="constant", rate=0.0, year=2024)
    leaves = leaf_weights(panel, basis)
    by_region = leaves.groupby("region")["value"].sum()
    assert by_region.to_dict() == {"A": 1_500.0, "B": 1_200.0}
    assert by_region.to_dict() == basis.roll_up(["region"]).set_index("region")["value"].to_dict()


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


def test_the_books_card_says_what_the_page_on_the_forecast_says(demo) -> None:
    card = demo.scorecard.to_frame().set_index("node")
    for region in ("East", "North"):
        ends = demo.landing(region).to_frame().iloc[0]
        assert card.loc[region, "probability"] == ends["probability"]
        assert card.loc[region, "middle"] == ends["middle"]
    assert "Expected to close 2024 at 82.7% of 130.0M CNY" in demo.scorecard.explain()


def test_a_saved_book_shows_the_same_figures_as_a_fresh_one(demo, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    demo.data.save(folder)
    prepare(demo.data, folder)
    for name in ("plan", "forecast", "quality", "regional", "confirmation"):
        assert store.is_stored(folder / "book" / name), name
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


def orders(rows: list[tuple], columns: str, **more) -> Dataset:
    """A small company from order lines."""
    lines = pd.DataFrame(rows, columns=columns.split())
    lines["date"] = pd.to_datetime(lines["date"])
    lines["order_id"] = [str(i) for i in range(len(lines))]
    return of_frames({"sales": lines}, name="small", **more)


def test_returns_are_a_bar_of_their_own_in_the_bridge(demo) -> None:
    lines = demo.data.frame("sales")
    lines = lines[(lines["region"] == "East") & lines["is_return"]]
    year, last = (
        lines[(lines["date"] >= f"{y}-01-01") & (lines["date"] < f"{y}-04-01")]["revenue"].sum()
        for y in (2024, 2023)
    )
    effects = demo.bridge("East").by_effect()
    shown = effects.set_index("effect")["amount"]["returns"]
    assert round(shown, 2) == round(year - last, 2) != 0


def test_in_the_middle_of_a_quarter_the_quarter_that_is_over_is_paid(bicycles) -> None:
    for as_of, first in (
        ("2020-02-15", "2019-10"),
        ("2020-03-31", "2020-01"),
        ("2019-11-30", "2019-07"),
    ):
        months = sa.company(bicycles.data.at(as_of)).payroll("Canada").months
        assert [len(months), f"{months[0]:%Y-%m}"] == [3, first]


def test_a_seller_in_two_regions_is_paid_the_same_in_both(bicycles) -> None:
    registers = [bicycles.pay(r, bicycles.scheme()).to_frame() for r in bicycles.data.regions]
    everybody = pd.concat(registers)
    assert everybody["salesperson"].duplicated().any()
    spread = everybody.groupby("salesperson")["pay"].agg(["min", "max"])
    assert (spread["min"] == spread["max"]).all()


def test_in_the_first_month_of_a_year_a_page_says_that_nothing_is_closed(demo) -> None:
    results = sa.company(demo.data.at("2024-01-15"))
    assert results.gap("East").explain() == (
        "No month of 2024 is closed yet: there is nothing to compare."
    )
    assert results.bridge("East").explain("zh") == "2024年尚无已结束的月份，没有可比较的内容。"
    figures = results.key_figures("East")
    assert figures["year_target"] == 52_000_000.0
    assert [figures[n] for n in ("target_to_date", "actual_to_date", "completion")] == [None] * 3
    assert figures["landing"] > 0
    assert len(results.overview("East").to_frame()) == 5


def test_order_lines_without_a_person_are_named_and_paid_to_nobody() -> None:
    months = pd.date_range("2022-01-15", "2024-03-15", freq="MS")
    rows = [(m, "N", "P", who, 100.0) for m in months for who in ("Li", None)]
    data = orders(rows, "date region product_line salesperson revenue", as_of="2024-03-31")
    results = sa.company(data)
    assert results.pay("N", results.scheme()).to_frame()["salesperson"].tolist() == ["Li"]
    assert results.unowned("N").explain() == (
        "1 order line (100 CNY) without a person: nobody is paid for them."
    )


def test_a_table_of_four_columns_fills_the_pages_it_can_and_the_others_say_why() -> None:
    months = pd.date_range("2022-01-01", "2024-03-01", freq="MS")
    rows = [(m, region, 100.0) for m in months for region in ("N", "S")]
    results = sa.company(orders(rows, "date region revenue", as_of="2024-03-31"))
    assert results.plan.total == 2_400.0
    assert results.gap("N").gap == pytest.approx(0.0)
    assert results.bridge("N").gap == 0.0
    sentence = "The data name no salesperson: nobody can be asked or paid by name."
    scheme = results.scheme()
    for result in (results.people("N"), results.pay("N", scheme), results.statement("N", scheme)):
        assert result.explain() == sentence
    assert results.key_figures("N")["pay_here"] is None
    assert len(results.overview("N").to_frame()) == 5


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_chapter_without_figures_draws_its_sentence_where_it_is_asked_to(lang: str) -> None:
    note = Note.of("no_people", "note.no_people")
    assert_good_figure(note.plot(plt.subplots()[1], lang=lang))


def test_a_chapter_without_figures_puts_no_empty_picture_on_a_page() -> None:
    # what pyplot knows of is what a notebook prints
    before = plt.get_fignums()
    drawn = Note.of("no_people", "note.no_people").plot()
    assert plt.get_fignums() == before
    assert drawn.get_title(loc="left") or drawn.get_title()


def test_the_table_of_a_chapter_without_figures_is_in_one_language() -> None:
    note = Note.of("no_people", "note.no_people")
    assert note.table("zh").shown().to_numpy().tolist() == [
        ["数据中没有销售人员", "数据中没有销售人员，无法按人分解或计发。"]
    ]


def test_two_totals_for_one_company_are_refused() -> None:
    rows = {"metric": "sales", "span": "year", "pinned": True, "method": "season", "region": ""}
    months = pd.date_range("2023-01-01", "2024-03-01", freq="MS")
    sales = pd.DataFrame({"date": months, "region": "N", "revenue": 1.0, "order_id": "1"})
    sales["order_id"] = [str(i) for i in range(len(sales))]
    targets = pd.DataFrame([{**rows, "value": v} for v in (100.0, 200.0)])
    targets["period"] = pd.Timestamp("2024-01-01")
    data = of_frames({"sales": sales, "targets": targets}, name="small", as_of="2024-03-31")
    with pytest.raises(ContractError) as caught:
        _ = sa.company(data).plan
    assert str(caught.value) == (
        "The company has 2 sales targets for 2024.\n"
        "  where: table targets of data set small, see .rows\n"
        "  fix:   keep one row per year, or name the unit the others are for"
    )


def test_adventureworks_pays_by_its_own_quarterly_quotas(adventureworks: Path, bicycles) -> None:
    assert [f"{m:%Y-%m}" for m in bicycles.payroll("Southwest").months] == [
        "2020-01",
        "2020-02",
        "2020-03",
    ]
    register = bicycles.pay("Southwest", bicycles.scheme()).to_frame().set_index("salesperson")
    control = pd.read_csv(adventureworks / "control_rep_quarter.csv", dtype={"salesperson_id": str})
    control = control[control["quarter_start"] == "2020-01-01"]
    people = pd.read_csv(adventureworks / "salespeople.csv", dtype=str)
    names = people.set_index("salesperson_id")["name"]
    control["salesperson"] = control["salesperson_id"].map(names)
    expected = control.set_index("salesperson").loc[register.index]
    assert register["quota"].tolist() == expected["quota"].tolist()
    # each deal is paid to the cent, so a quarter may differ by half a cent a deal
    assert (register["actual"] - expected["actual"]).abs().max() < 0.005 * expected["orders"].max()


def test_a_new_territory_is_called_new_business_on_every_page(bicycles) -> None:
    for region in ("Germany", "Australia"):
        figures = bicycles.key_figures(region, ["actual_to_date", "year_target", "completion"])
        assert figures["actual_to_date"] > 0
        assert figures["year_target"] is None
        assert figures["completion"] is None
        score = bicycles.scorecard.to_frame().set_index("region")
        assert score.loc[region, "status"] == "new_business"
        assert bicycles.bridge(region).meta.method == "new_business"


def test_an_unknown_region_is_refused_with_the_nearest(demo) -> None:
    with pytest.raises(ContractError) as caught:
        demo.key_figures("Esat")
    assert str(caught.value) == (
        "'Esat' is not a region here; known: East, South, North, West, Key accounts.\n"
        "  where: data set demo\n"
        "  fix:   write 'East'"
    )


def test_a_plan_of_the_pages_promises_no_balance_that_one_period_would_forget() -> None:
    """Pages pay one period; `plan.run` and `salesanalysis pay` carry balances along."""
    plans = Path(__file__).parents[2] / "params" / "plans"
    for path in (plans / "standard.yaml", plans / "adventureworks.yaml"):
        text = path.read_text("utf-8")
        assert "carried" not in Plan.from_yaml(path).text("en"), path.name
        promised = Plan.from_text(text.replace("negative: zero", "negative: carry"), name="x")
        assert "carried" in promised.text("en"), "the check above would see it"


# -- what the scheme will cost ------------------------------------------------------------------


@pytest.fixture(scope="module")
def ahead(demo):
    return demo.prospect("East", demo.scheme())


def test_a_region_is_paid_on_its_own_futures_month_by_month_and_not_beyond_the_year(
    demo, ahead
) -> None:
    months = pd.date_range("2024-04-01", "2024-12-01", freq="MS")
    assert ahead.periods == list(months)
    drawn = demo.ahead.draws.to_frame()
    drawn = drawn[(drawn["level"] == "region") & (drawn["region"] == "East")]
    asked = demo.plan.frame[demo.plan.frame["region"] == "East"].groupby("period")["value"].sum()
    mean = drawn.groupby("period")["value"].mean().loc[months] / asked.loc[months]
    ours = ahead.attainment().frame.groupby("period")["attainment"].mean()
    pd.testing.assert_series_equal(ours, mean, check_names=False, check_freq=False)


def test_the_line_to_hold_the_cost_against_is_everybody_exactly_at_quota(demo, ahead) -> None:
    scheme = demo.scheme()
    asked = ahead.people[ahead.people["quota"] > 0]["quota"]
    at_quota = sum(float(scheme.payout(f"{q:.2f}", quota=f"{q:.2f}")) for q in asked)
    assert ahead.budget == pytest.approx(9 * at_quota, rel=1e-12)
    assert ahead.cost.to_frame() is not None
    assert 0 < ahead.world.people["quota"].sum() == pytest.approx(asked.sum() * 100)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_cost_and_better_coefficients_have_sentences_and_pictures(ahead, lang) -> None:
    assert len(ahead.explain(lang).splitlines()) > 5
    for part in (ahead.cost, ahead.tornado, ahead.best):
        assert_good_figure(part.plot(lang=lang))


def test_coefficients_proposed_cost_no_more_than_today_and_lie_within_a_fifth(demo, ahead) -> None:
    scheme, best = demo.scheme(), ahead.best
    old, new = (p.knobs().set_index("knob")["value"] for p in (scheme, best.plan))
    moved = old[old != new]
    assert len(moved)
    assert all(name.startswith("coefficient.bands") for name in moved.index)
    assert ((new / old).loc[moved.index] - 1).abs().max() <= 0.2 + 1e-9
    today, then = (
        sa.incentives.simulate(p, ahead.world).draws["pay"].mean() for p in (scheme, best.plan)
    )
    assert then <= today


def test_a_company_paid_by_quarter_has_one_quarter_ahead(bicycles) -> None:
    northwest = bicycles.prospect("Northwest", bicycles.scheme())
    assert northwest.periods == [pd.Timestamp("2020-04-01")]
    assert northwest.world.per_year == 4
    assert len(bicycles.prospect("Germany", bicycles.scheme()).explain("zh")) > 20


def test_after_the_last_month_of_the_plan_year_nothing_lies_ahead(demo) -> None:
    over = sa.company(demo.data.at("2024-12-31"))
    east = over.prospect("East", over.scheme())
    said = "The plan year is over: no pay period lies ahead of it."
    assert (east.explain(), east.cost.explain(), east.best.explain()) == (said,) * 3
