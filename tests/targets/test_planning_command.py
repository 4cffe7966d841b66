"""``salesanalysis targets`` on a company's own folder: choices, edits typed, what changed, why."""

import sys
from pathlib import Path

import pandas as pd
import pytest
from cardtools import edited
from pumptools import write_shop

sys.path.insert(0, str(Path(__file__).parents[1]))
from clitools import run

import salesanalysis as sa
from salesanalysis.book.planning.beyond import beyond_line
from salesanalysis.book.planning.choices import Choices
from salesanalysis.book.results import Company
from salesanalysis.commands import planfolder
from salesanalysis.errors import ContractError

CHOICES = """\
total: 460000
growth: {method: weighted_years, cap: 0.5}
months: {split: working_days}
people: {relief: hold}
over_assignment: {region: 0.05}
proposals: {table: offers.csv, how: weight, weight: 0.6}
tiers: {uplifts: {base: -0.1, challenge: 0.15}}
smart: {kpi: revenue, weight: 0.5, control_gap: 0}
responsibility:
  - {owner: Zhou, due: 2024-12-31, actions: monthly review}
  - {region: East, actions: two fairs}
requests:
  - {region: East, department: HR, item: one engineer, amount: 100, due: 2024-06-01, status: open}
"""
OFFERS = "region,proposer,value\nEast,Li,200000\nWest,Sun,\nSouth,Feng,60000\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with the data, the choices, and a plan built by them."""
    folder = tmp_path_factory.mktemp("planner")
    write_shop(folder / "shop")
    (folder / "choices.yaml").write_text(CHOICES, encoding="utf-8")
    (folder / "offers.csv").write_text(OFFERS, encoding="utf-8")
    return folder


@pytest.fixture
def there(home, monkeypatch):
    monkeypatch.chdir(home)
    return home


def built(capsys):
    """Return what build said; the plan is made once for all tests."""
    said = Path("said.txt")
    if not said.exists():
        code, out, err = run(
            capsys, "targets", "build", "shop", "--choices", "choices.yaml", "--out", "p"
        )
        assert code == 0, err
        said.write_text(out, encoding="utf-8")
    return said.read_text("utf-8")


def test_build_says_every_part_and_writes_a_table_of_each(there, capsys) -> None:
    out = built(capsys)
    assert "Company: target 460.0k CNY for 2024" in out
    assert "Targets for 2024: base 414.0k CNY, average 460.0k CNY, challenge 529.0k CNY" in out
    assert "2 of 3 units propose 260.0k CNY against " in out
    names = "assigned basis changes edits fairness gaps log plan smart tiers units"
    assert sorted(p.stem for p in Path("p").glob("*.csv")) == names.split()
    plan = pd.read_csv("p/plan.csv")
    assert plan["value"].sum() == 460_000
    units = pd.read_csv("p/units.csv").fillna({"region": "", "product_line": "", "team": ""})
    top, east = units.iloc[0], units[units["level"] == "region"].iloc[0]
    assert (top["owner"], top["due"], top["actions"]) == ("Zhou", "2024-12-31", "monthly review")
    assert (east["owner"], east["actions"], east["n_unmet"]) == ("Li", "two fairs", 1)
    assert top["target_base"] == 414_000
    assert top["target_challenge"] == 529_000
    assert units.loc[units["level"] == "region", "assigned_value"].sum() == 483_000


def test_who_left_in_june_is_asked_until_june_and_the_rest_is_held(there, capsys) -> None:
    built(capsys)
    plan = pd.read_csv("p/plan.csv", parse_dates=["period"])
    zhao = plan[plan["salesperson"] == "Zhao"].groupby("period")["value"].sum()
    assert (zhao[zhao.index < "2024-07-01"] > 0).all()
    assert (zhao[zhao.index >= "2024-07-01"] == 0).all()
    held = plan[plan["salesperson"] == "unassigned"].groupby("period")["value"].sum()
    assert held[held.index < "2024-07-01"].sum() == 0
    assert held.sum() > 0


def test_the_year_ahead_is_planned_on_the_evening_after_the_books_close(there, capsys) -> None:
    # the data end in December: nothing of the year ahead is sold, and nothing need be
    for folder in ("open", "closed"):
        write_shop(Path(folder))
        text = Path(folder, "mapping.yaml").read_text(encoding="utf-8")
        Path(folder, "mapping.yaml").write_text(text.replace("as_of: 2024-03-31\n", ""), "utf-8")
    lines = pd.read_csv("closed/sales.csv", dtype=str)
    lines[lines["date"] < "2024"].to_csv("closed/sales.csv", index=False)

    def build(source, out, *more):
        code, said, _ = run(capsys, "targets", "build", source, "--out", out, *more)
        assert code == 0
        return said, Path(out, "plan.csv").read_text(encoding="utf-8-sig")

    said, ahead = build("closed", "ahead", "--as-of", "2024-01-01")
    assert "--as-of" not in said
    _, with_later_lines = build("open", "seen", "--as-of", "2024-01-01")
    assert ahead == with_later_lines
    said, late = build("closed", "late", "--as-of", "2023-12-31")
    assert "of 2023 are over on 31 Dec 2023: for targets of 2024 add --as-of 2024-01-01." in said
    assert "2024-" not in late


def test_the_year_ahead_is_offered_on_no_day_that_the_data_do_not_reach(there, capsys) -> None:
    write_shop(Path("october"))
    text = Path("october", "mapping.yaml").read_text(encoding="utf-8")
    Path("october", "mapping.yaml").write_text(text.replace("2024-03-31", "2023-10-31"), "utf-8")
    lines = pd.read_csv("october/sales.csv", dtype=str)
    lines[lines["date"] < "2023-11"].to_csv("october/sales.csv", index=False)
    asked = ("targets", "build", "october")
    code, said, _ = run(capsys, *asked, "--out", "october_plan")
    assert code == 0
    assert (
        "10 of 12 months of 2023 are over on 31 Oct 2023; targets of 2024 can be made with "
        "--as-of 2024-01-01 once the data reach Dec 2023."
    ) in said
    code, _, refused = run(capsys, *asked, "--as-of", "2024-01-01", "--out", "none")
    assert code == 2
    assert "as_of 2024-01-01 lies outside the data" in refused


def test_a_total_within_the_span_of_its_forecast_is_not_remarked_on() -> None:
    shares = pd.DataFrame({"region": ["East", "West"], "value": [3.0, 1.0]})
    draws = pd.DataFrame({"region": "", "draw": range(5), "value": [600.0, 700, 800, 900, 1000]})

    def said(total, lang="en", **how):
        plan = sa.targets.cascade(total, shares, levels=["region"], year=2024)
        return beyond_line(plan, sa.targets.tiers(plan, **how), lang)

    # reached with 80 % and with 20 %: 680 and 920
    assert [said(t, forecast=draws) for t in (680, 800, 920)] == [""] * 3
    assert said(921, forecast=draws).startswith("The plan asks 921 CNY, 1 CNY above the challenge")
    assert (
        said(600, "zh", forecast=draws)
        == "计划下达600元，比预测的保底水平680元（达成概率80%）低80元。"
    )
    assert said(9_000, uplifts={"base": -0.1, "challenge": 0.1}) == ""
    own = {"base": 5, "average": 6, "challenge": 7}
    assert "below the base level of the forecast, 680 CNY" in said(600, forecast=draws, totals=own)
    assert said(9_000, totals=own) == ""


def test_both_sides_agree_by_the_weight_of_the_top(there, capsys) -> None:
    built(capsys)
    gaps = pd.read_csv("p/gaps.csv").set_index("region")
    # East was asked t and offers 200,000; West offers nothing and keeps its own
    plan = pd.read_csv("p/plan.csv").groupby("region")["value"].sum()
    assert plan.sum() == 460_000
    assert gaps.loc["West", "status"] == "missing"
    assert gaps["top_down"].to_dict() == plan.to_dict()


def test_a_workbook_changed_by_hand_becomes_a_new_plan_that_adds_up(there, capsys) -> None:
    built(capsys)
    assert run(capsys, "targets", "card", "p", "--out", "c.xlsx")[0] == 0
    before = pd.read_csv("p/plan.csv")
    first = before.iloc[:12]["value"].tolist()
    changes = {("Months", "F6"): first[1] + 100, ("Months", "H6"): 0, ("Months", "I6"): 5}
    Path("mine.xlsx").write_bytes(edited(Path("c.xlsx").read_bytes(), changes))
    code, out, err = run(
        capsys, "targets", "edit", "p", "mine.xlsx", "--out", "q", "--reason", "fair in February",
        "--author", "Li", "--on", "2024-04-01",
    )  # fmt: skip
    assert code == 0, err
    assert "fair in February (Li): 3 cells" in out
    after = pd.read_csv("q/plan.csv")
    assert after["value"].sum() == 460_000
    assert after.iloc[:12]["value"].tolist()[1:5:2] == [first[1] + 100, 5 - 5]
    assert after.iloc[:12]["value"].sum() == sum(first)
    code, out, _ = run(capsys, "targets", "diff", "p", "q", "--out", "d.csv")
    assert code == 0
    moved = pd.read_csv("d.csv")
    assert moved["change_amount"].sum() == 0
    assert moved["salesperson"].unique().tolist() == [before["salesperson"].iloc[0]]
    assert set(moved["change_reason"]) == {"fair in February (Li)", "rest"}
    assert run(capsys, "targets", "card", "q", "--out", "again.xlsx")[0] == 0
    assert run(capsys, "targets", "check", "again.xlsx", "--plan", "q")[:2] == (
        0, "Nothing was changed\n",
    )  # fmt: skip


def test_a_plan_is_checked_and_ends_with_one_where_somebody_is_asked_too_much(
    there, capsys
) -> None:
    built(capsys)
    code, out, _ = run(capsys, "targets", "check", "p", "--out", "hard.csv")
    assert code == 1
    assert "targets pass all five SMART letters" in out
    assert "are asked more than history or forecast supports" in out
    assert pd.read_csv("hard.csv")["harder"].any()


def test_start_writes_a_file_that_build_reads(there, capsys) -> None:
    assert run(capsys, "targets", "start", "--out", "new.yaml")[0] == 0
    assert Path("new.yaml").read_text("utf-8").startswith("# Every choice of a plan")
    code, _, err = run(capsys, "targets", "start", "--out", "new.yaml")
    assert (code, err) == (
        2,
        "error[bad-choice]: new.yaml exists.\n  where: salesanalysis targets start --out\n"
        "  fix:   choose a new name\n",
    )


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (
            ["edit", "p", "c.csv", "--out", "r"],
            "error[no-input]: There is no file c.csv.\n  where: salesanalysis targets edit\n"
            "  fix:   check the path\n",
        ),
        (
            ["edit", "p", "c.xlsx", "--out", "r"],
            "error[bad-choice]: A workbook does not say reason: --reason is needed.\n"
            '  where: salesanalysis targets edit\n  fix:   write --reason "..."\n',
        ),
        (
            ["edit", "p", "c.xlsx", "--out", "r", "--reason", "a", "--author", "Li"],
            "error[no-input]: Nothing was changed in c.xlsx.\n"
            "  where: salesanalysis targets edit\n"
            "  fix:   change white cells of the months, save, and come back\n",
        ),
        (
            ["edit", "p", "c.xlsx", "--out", "p"],
            "error[bad-choice]: The edited plan would replace the one it was made from.\n"
            "  where: salesanalysis targets edit --out\n"
            "  fix:   write into another folder, so that the two can be compared\n",
        ),
        (
            ["build", "shop", "--choices", "odd.yaml", "--out", "r"],
            "error[unknown-name]: There is no setting 'relif' in section 'people'.\n"
            "  where: odd.yaml:1: people.relif\n  fix:   did you mean 'relief'?\n",
        ),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_loaded(there, capsys, argv, said) -> None:
    built(capsys)
    if not Path("c.xlsx").exists():
        run(capsys, "targets", "card", "p", "--out", "c.xlsx")
    Path("odd.yaml").write_text("people: {relif: hold}\n")
    code, out, err = run(capsys, "targets", *argv)
    assert (code, out, err) == (2, "", said)
    assert not Path("r").exists()


def test_owners_of_units_nobody_plans_are_refused_by_name(there, capsys) -> None:
    Path("bad.yaml").write_text("responsibility: [{region: Eest, owner: Li}]\n")
    code, _, err = run(capsys, "targets", "build", "shop", "--choices", "bad.yaml", "--out", "r")
    assert (code, err) == (
        2,
        "error[unknown-name]: 1 of 1 rows of responsibility name no unit of the plan: Eest.\n"
        "  where: bad.yaml: responsibility, rows [0]\n"
        "  fix:   write names of the plan from the top level down, empty below the unit's own\n",
    )


@pytest.mark.parametrize("named", ["method: weighted_years", "pull: 0.5", "cap: 0.5"])
def test_naming_one_setting_of_growth_does_not_lift_the_others(there, named) -> None:
    data = sa.load("shop")
    asked = Company(data, Choices.parse(f"growth: {{{named}}}")).basis.to_frame()
    pd.testing.assert_frame_equal(asked, Company(data).basis.to_frame())


def test_a_growth_written_by_hand_is_not_capped(there) -> None:
    own = Company(sa.load("shop"), Choices.parse("growth: {method: constant, rate: 0.6}")).basis
    assert set(own.to_frame()["growth"].dropna().round(9)) == {0.6}


def test_a_plan_on_another_growth_is_not_edited_and_its_sales_are_not_blamed(
    there, tmp_path
) -> None:
    data, before = sa.load("shop"), Choices.parse("growth: {pull: 0}")
    old = Company(data, before).asked.version
    planfolder.refuse_other_data(old, Company(data, before), Path("p"))
    with pytest.raises(ContractError) as caught:
        planfolder.refuse_other_data(old, Company(data), Path("p"))
    assert str(caught.value) == (
        "The plan in p rests on another growth: sales of last year are the same, so older sales or "
        "the program have changed since it was built.\n"
        f"  where: plan {old.plan_id}\n"
        "  fix:   build the plan again with its choices, then edit it; a plan of before growth was "
        "pulled keeps its targets with growth: {pull: 0}"
    )
    sales = pd.read_csv("shop/sales.csv")
    sales.loc[sales["date"] == "2023-05-15", "revenue"] *= 2
    sales.to_csv(write_shop(tmp_path / "shop") / "sales.csv", index=False)
    moved = Company(sa.load(tmp_path / "shop"), before)
    with pytest.raises(ContractError, match=r"^The sales behind the plan in p have changed since"):
        planfolder.refuse_other_data(old, moved, Path("p"))
