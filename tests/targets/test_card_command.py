"""``salesanalysis targets``: a plan built, its card, its edits, what changed, what is mistyped."""

import sys
from pathlib import Path

import pandas as pd
import pytest
from cardtools import edited, small_card, small_plan

import salesanalysis as sa
from salesanalysis import store

sys.path.insert(0, str(Path(__file__).parents[1]))
from clitools import run


@pytest.fixture
def plans(tmp_path, monkeypatch):
    """Two plans of four people, as folders that build has written."""
    monkeypatch.chdir(tmp_path)
    pins = pd.DataFrame({"region": ["East"], "salesperson": ["Li"], "value": [600]})
    for name, plan in (("old", small_plan()), ("new", small_plan(pins=pins))):
        made = sa.targets.version(plan)
        store.write(made, Path(name) / "plan")
        store.write(sa.targets.card(made), Path(name) / "card")
    return tmp_path


def test_a_plan_is_built_from_the_demo_and_a_frozen_one_is_left_alone(
    tmp_path, monkeypatch, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, "targets", "build", "demo", "--out", "p", "--status", "frozen")
    assert code == 0, err
    assert out.splitlines()[0].endswith(" for 2024: 130.0M CNY, frozen")
    high = (
        "The plan asks 130.0M CNY, 19.5M CNY above the challenge level of the forecast, 110.5M CNY"
    )
    assert high in out
    assert pd.read_csv("p/plan.csv")["value"].sum() == 130_000_000
    code, _, err = run(capsys, "targets", "build", "demo", "--out", "p")
    assert (code, err) == (
        2,
        "error[bad-choice]: The plan in p is frozen.\n"
        "  where: salesanalysis targets build --out\n"
        "  fix:   write into another folder, and compare the two with targets diff\n",
    )
    code, out, _ = run(capsys, "targets", "card", "p", "--region", "East", "--out", "e.xlsx")
    assert out.startswith("East: 52.0M CNY in 2024 after 37.4M CNY in 2023, +39.0%; chance of")
    code, out, _ = run(capsys, "targets", "card", "p", "--person", "Li Wei", "--out", "w.xlsx")
    assert (code, out.splitlines()[-1]) == (0, "w.xlsx")
    code, out, _ = run(capsys, "targets", "card", "p", "--out", "c.xlsx", "--lang", "zh")
    assert out.startswith("公司：2023年完成1.0亿元，2024年目标1.3亿元，增长要求+30.0%")
    assert run(capsys, "targets", "check", "c.xlsx", "--plan", "p")[:2] == (
        0, "Nothing was changed\n",
    )  # fmt: skip


def test_a_card_is_written_and_its_edits_are_read_back(plans, capsys) -> None:
    assert run(capsys, "targets", "card", "old", "--out", "card.xlsx")[0] == 0
    Path("mine.xlsx").write_bytes(edited(Path("card.xlsx").read_bytes(), {("Months", "C6"): 99}))
    code, out, _ = run(
        capsys, "targets", "check", "mine.xlsx", "--plan", "old", "--out", "edits.csv"
    )
    assert code == 1
    assert out.splitlines()[0] == "1 month was changed"
    assert pd.read_csv("edits.csv")["new_amount"].tolist() == [99.0]
    Path("bad.xlsx").write_bytes(edited(Path("card.xlsx").read_bytes(), {("Months", "O6"): 1}))
    code, _, err = run(capsys, "targets", "check", "bad.xlsx", "--plan", "old")
    assert code == 2
    assert err.startswith(
        "error[bad-value]: Cell Months!O6 may not be changed: it was '=SUM(C6:N6)'"
    )


def test_a_difference_says_who_gained_and_who_lost(plans, capsys) -> None:
    code, out, _ = run(capsys, "targets", "diff", "old", "new", "--out", "d.csv")
    assert code == 0
    assert out.splitlines()[1].startswith("Asked more (1): East / Li +67 CNY")
    assert pd.read_csv("d.csv")["change_amount"].sum() == 0
    code, out, _ = run(capsys, "targets", "diff", "old", "old", "--lang", "zh")
    assert out == "两份计划完全相同\n"


def test_mistyped_targets_of_a_csv_end_with_one(plans, capsys) -> None:
    Path("t.csv").write_text(
        "salesperson,month,target\n"
        + "".join(f"NA,2024-{m:02d}-01,{'5,000' if m == 4 else 500 + m}\n".replace(
            "5,000", '"5,000"') for m in range(1, 9)),
        encoding="utf-8",
    )  # fmt: skip
    code, out, _ = run(
        capsys, "targets", "check", "t.csv", "--period", "month", "--value", "target"
    )
    assert code == 1
    assert out.splitlines()[:2] == [
        "1 of 8 targets look mistyped",
        "NA, Apr 2024: 5.0k CNY where 504 CNY is expected; factor of ten; probably meant: 500 CNY.",
    ]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (
            ["card", "nowhere", "--out", "x.xlsx"],
            "error[no-input]: nowhere holds no plan.\n  where: nowhere/plan\n"
            "  fix:   write one: salesanalysis targets build demo --out nowhere\n",
        ),
        (
            ["card", "old", "--out", "x.pdf"],
            "error[bad-choice]: x.pdf does not end with .xlsx.\n"
            "  where: --out\n  fix:   write x.pdf.xlsx\n",
        ),
        (
            ["card", "old", "--out", "x.xlsx", "--person", "Lee"],
            "error[unknown-name]: The card has no salesperson 'Lee'.\n"
            "  where: TargetCard.select\n  fix:   use one of: =1+1, Li, Wang, Zhao\n",
        ),
        (
            ["check", "nothing.csv"],
            "error[no-input]: There is no file nothing.csv.\n"
            "  where: salesanalysis targets check\n  fix:   check the path\n",
        ),
        (
            ["check", "old/card/result.json", "--plan", "old"],
            "error[bad-choice]: A workbook goes with --plan, a table of targets without it.\n"
            "  where: salesanalysis targets check\n"
            "  fix:   write --plan <folder> for an .xlsx file, and leave it out for a CSV file\n",
        ),
        (
            ["build", "demo", "--out", "."],
            "error[bad-choice]: . exists and holds no plan.\n"
            "  where: salesanalysis targets build --out\n  fix:   choose a new folder\n",
        ),
        (
            ["dif", "old", "new"],
            "error[bad-choice]: argument STEP: invalid choice: 'dif' "
            "(choose from 'start', 'build', 'card', 'edit', 'diff', 'check').\n"
            "  where: salesanalysis targets\n  fix:   see salesanalysis targets --help\n",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_three_lines(plans, capsys, argv, said) -> None:
    code, out, err = run(capsys, "targets", *argv)
    assert (code, out, err) == (2, "", said)


def test_a_csv_that_is_none_is_refused(plans, capsys) -> None:
    Path("t.csv").write_bytes(b"salesperson,period,value\nLi,soon,12\n")
    assert run(capsys, "targets", "check", "t.csv")[2] == (
        "error[bad-value]: 1 of 1 rows have no month or a target that is no number.\n"
        "  where: t.csv, lines [2], see .rows\n"
        "  fix:   write months as 2024-03-01 and targets as plain numbers\n"
    )
    Path("u.csv").write_bytes("姓名,value\n".encode("gbk"))
    assert run(capsys, "targets", "check", "u.csv")[2].startswith(
        "error[bad-value]: u.csv is no CSV table: UnicodeDecodeError.\n"
    )


def test_the_card_of_a_plan_is_the_same_after_it_was_stored(plans) -> None:
    made = small_card()
    store.write(made, Path("stored"))
    again = store.read(Path("stored"))
    assert sa.targets.workbook(again) == sa.targets.workbook(made)
