"""What is compared with: last year, the window before, the mean person of a team."""

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.errors import ContractError

baseline, explain = sa.variance.baseline, sa.variance.explain


def team() -> pd.DataFrame:
    """Three persons; Xu was active in one month only."""
    rows = [
        ("Li", "2024-01-05", 10, 2, 200.0), ("Li", "2024-02-05", 20, 4, 300.0),
        ("Wu", "2024-01-07", 30, 3, 300.0), ("Wu", "2024-02-07", 30, 3, 600.0),
        ("Xu", "2024-02-09", 40, 10, 900.0),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["salesperson", "date", "leads", "wins", "revenue"])
    return frame.assign(date=pd.to_datetime(frame["date"]))


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def test_the_others_are_pooled_per_active_person_month():
    found = baseline(team(), "peers").set_index(["salesperson", "date"])
    # the others of Li worked 3 person-months: 100 leads, 16 wins, 1,800
    li = found.loc["Li"]
    assert li["leads"].tolist() == pytest.approx([100 / 3] * 2)
    assert li["revenue"].tolist() == pytest.approx([600.0] * 2)
    assert found.loc["Xu"]["revenue"].tolist() == pytest.approx([350.0])


def test_factors_of_the_mean_person_multiply_to_the_mean_exactly():
    found = baseline(team(), "peers", peers="all")
    rates = found["leads"] * (found["wins"] / found["leads"]) * (found["revenue"] / found["wins"])
    assert rates.tolist() == pytest.approx(found["revenue"].tolist())
    # sums over sums: 22 wins of 130 leads, not the mean of five ratios
    assert (found["wins"] / found["leads"]).tolist() == pytest.approx([22 / 130] * 5)


def test_comparing_with_all_shrinks_the_gap_by_the_own_share():
    even = team()[:4]
    gaps = []
    for peers in ("others", "all"):
        base = baseline(even, "peers", peers=peers)
        bridge = explain(even, base, by=["salesperson"], names=("peers", "actual"))
        gaps.append(bridge.drill({"salesperson": "Li"}).gap)
    assert gaps[1] == pytest.approx(gaps[0] * (2 - 1) / 2)


def test_a_person_against_the_team_by_a_driver_tree_says_which_step_differs():
    person = team().query("salesperson == 'Li'")
    base = baseline(team(), "peers").query("salesperson == 'Li'")
    bridge = explain(
        person, base, by=["salesperson"], chain=["leads", "wins", "revenue"],
        names=("peers", "actual"),
    )  # fmt: skip
    assert bridge.gap == pytest.approx(500 - 1200)
    assert bridge.effects["amount"].sum() == pytest.approx(-700)


def test_the_best_quarter_and_named_persons_are_groups_too():
    # one of three persons is the best quarter: Xu sells 900 a month
    top = baseline(team(), "peers", peers="top_quartile")
    assert top["revenue"].tolist() == pytest.approx([900.0] * 5)
    named = baseline(team(), "peers", peers=["Li", "Xu"], period=("2024-02", "2024-02"))
    assert named["revenue"].tolist() == pytest.approx([600.0] * 3)
    split = team().assign(line=["P", "Q", "P", "Q", "Q"])
    by_line = baseline(split, "peers", by=["line"])
    assert by_line.groupby("salesperson")["revenue"].sum()["Xu"] == pytest.approx(350.0)


def test_row_order_and_labels_do_not_change_the_base():
    shuffled = team().sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(baseline(shuffled, "peers"), baseline(team(), "peers"))


def test_last_year_and_last_period_are_the_months_they_say():
    dates = pd.date_range("2022-06-01", "2024-06-01", freq="MS")
    sales = pd.DataFrame({"order_date": dates, "revenue": np.arange(len(dates), dtype=float)})
    first = baseline(sales, "last_year", ("2024-01", "2024-03"))["order_date"]
    assert first.tolist() == list(pd.date_range("2023-01-01", periods=3, freq="MS"))
    before = baseline(sales, "last_period", ("2024-01", "2024-03"))["order_date"]
    assert before.tolist() == list(pd.date_range("2023-10-01", periods=3, freq="MS"))
    assert baseline(sales, "last_period", "2024-01")["order_date"].tolist() == [
        pd.Timestamp("2023-12-01")
    ]


def test_a_base_that_begins_in_the_middle_of_its_window_is_refused():
    sales = team()
    assert refusal(lambda: baseline(sales, "last_period", ("2024-02", "2024-03"))) == (
        "last_period is 2023-12 to 2024-01, but sales begin in 2024-01.\n"
        "  where: baseline(period=...)\n"
        "  fix:   choose a later or shorter period, or report it as new business"
    )


def test_groups_and_persons_that_do_not_exist_are_named():
    assert refusal(lambda: baseline(team(), "peer")) == (
        "'peer' is not a kind here; known: last_year, last_quarter, last_period, peers.\n"
        "  where: baseline(kind=...)\n"
        "  fix:   write 'peers'"
    )
    assert refusal(lambda: baseline(team(), "peers", peers="other")) == (
        "'other' is not a peer group here; known: others, all, top_quartile.\n"
        "  where: baseline(peers=...)\n"
        "  fix:   write 'others'"
    )
    assert refusal(lambda: baseline(team(), "peers", peers=["Lee"])) == (
        "'Lee' is not a salesperson here; known: Li, Wu, Xu.\n"
        "  where: baseline(peers=...)\n"
        "  fix:   use one of: Li, Wu, Xu"
    )
    assert refusal(lambda: baseline(team()[:2], "peers")) == (
        "There are no peers: 1 salesperson was active in these months.\n"
        "  where: baseline(peers=...)\n"
        "  fix:   pass the rows of the whole team, and name at least one peer"
    )
    assert refusal(lambda: baseline(team(), "last_year")) == (
        "last_year needs the months of the actual figures.\n"
        "  where: baseline(period=...)\n"
        '  fix:   give one month or two, such as period=("2024-01", "2024-03")'
    )
    assert refusal(lambda: baseline(team(), "last_year", ("2024-03", "2024-01"))) == (
        "period cannot be ('2024-03', '2024-01').\n"
        "  where: baseline(period=...)\n"
        '  fix:   give one month or two, first before last, such as ("2024-01", "2024-03")'
    )
    assert refusal(lambda: baseline(team().drop(columns="date"), "peers")) == (
        "sales has no column of dates.\n"
        "  where: sales columns are ['salesperson', 'leads', 'wins', 'revenue']\n"
        '  fix:   keep it, or name it: column="order_date"'
    )


def test_both_sides_come_out_of_one_table_whatever_their_names_sort_to():
    rows = pd.DataFrame(
        {"scenario": ["target", "actual"], "region": ["N", "N"], "revenue": [100.0, 90.0]}
    )
    split = sa.variance.split_scenario
    bridge = explain(*split(rows, actual="actual", base="target"), by=["region"])
    assert bridge.gap == -10.0
    assert refusal(lambda: split(rows, actual="actuals", base="target")) == (
        "'actuals' is not a scenario here; known: actual, target.\n"
        "  where: split_scenario\n"
        "  fix:   write 'actual'"
    )
    assert refusal(lambda: split(rows, actual="target", base="target")) == (
        "actual and base are the same scenario 'target'.\n"
        "  where: split_scenario(actual=..., base=...)\n"
        "  fix:   name two scenarios"
    )
    assert refusal(lambda: split(rows.assign(scenario=["a", None]), actual="a", base="b")) == (
        "1 of 2 rows name no 'scenario'.\n"
        "  where: first rows [1], see .rows\n"
        "  fix:   name the scenario of every row"
    )
