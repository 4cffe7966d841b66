"""`salesanalysis pay`: files people can check by hand, the same bytes twice, nothing half-written."""

import hashlib
import io
import json
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
from paytools import PLANS
from test_pay_worked import CANCELLED, CASH, EXAMPLE, MARCH

from salesanalysis import cli
from salesanalysis.incentives import Plan
from salesanalysis.report.pay.page import page_of, with_font
from salesanalysis.report.pay.paid import Inputs, pay_everybody
from salesanalysis.report.pay.showing import Shown
from salesanalysis.report.pay.workbook import workbook_of

PEOPLE = "销售员,任务额,区域,团队\n=李雷,100000,华东,甲\n韩梅梅,0,华东,甲\n王五,80000,,\n"
DEALS = (
    "Order No,Order Date,Amount,Rep\nA-1,2024-03-05,120000.50,=李雷\n"
    "A-2,2024/3/9,64000,王五\nA-3,2024-04-09,1000,王五\n"
)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text(PEOPLE, "utf-8")
    Path("deals.csv").write_text(DEALS, "utf-8")
    return tmp_path


def pay(*more: str, plan="coefficient", out="out") -> int:
    return cli.main(
        ["pay", "--plan", str(PLANS / f"{plan}.yaml"), "--people", "people.csv", "--deals",
         "deals.csv", "--period", "2024-03", "--lang", "en", "--out", out, *more]
    )  # fmt: skip


def hashes(folder: str) -> dict[str, str]:
    root = Path(folder)
    return {
        p.relative_to(root).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(root.rglob("*"))
        if p.is_file()
    }


def register(folder: str) -> pd.DataFrame:
    return pd.read_csv(Path(folder) / "register.csv", encoding="utf-8-sig")


@pytest.fixture(scope="module")
def march():
    """The worked statement of methods/incentives.md, section 5, as files show it."""
    people = pd.DataFrame([MARCH]).astype(str).assign(role="account_executive", region="East")
    cash = CASH.astype(str).assign(salesperson="Li")
    inputs = Inputs(people, cash, None, CANCELLED.astype(str))
    plan = Plan.from_text(EXAMPLE)
    return plan, pay_everybody(plan, inputs, first="2026-03", last="2026-03")


# ---- worked by hand


def test_everybody_is_paid_with_headings_of_somebody_else(desk, capsys) -> None:
    """120,000.50 x 4 % x 1.2 = 5,760.024; 64,000 x 4 % x 1.0 = 2,560 (exactly 80 % of quota)."""
    assert pay() == 0
    paid = register("out").set_index("salesperson")["pay"]
    assert paid.drop("韩梅梅").to_dict() == {"'=李雷": 5760.02, "王五": 2560.0}
    assert capsys.readouterr().out.splitlines() == [
        "Mar 2024: 8,320.02 CNY in all (people paid: 2)",
        "everybody: 8,320.02 CNY, 4.52% of sales (people: 2).",
        "Region none given: 2,560 CNY, 4.00% of sales (people: 1).",
        "Region 华东: 5,760.02 CNY, 4.80% of sales (people: 1).",
        "Team none given: 2,560 CNY, 4.00% of sales (people: 1).",
        "Team 甲: 5,760.02 CNY, 4.80% of sales (people: 1).",
        "Not paid, as there is no quota: 韩梅梅.",
        "Deals outside the periods paid: 1.",
        "out",
    ]


def test_the_worked_statement_is_printed_line_by_line(march) -> None:
    plan, payday = march
    shown = Shown(plan, payday.slips[0], "en")
    assert [(r.no, r.base, r.rate, r.exact, r.paid) for r in shown.rows()] == [
        ("1", "150,000", "2%", "3,000", "3,000.00"),
        ("2", "90,000", "4%", "3,600", "3,600.00"),
        ("3", "60,000", "6%", "3,600", "3,600.00"),
        ("4", "27,450.14", "10%", "2,745.014", "2,745.02"),
        ("5", "3,000", "75%", "2,250", "2,250.00"),
        ("6", "3,000", "30%", "900", "900.00"),
        ("7", "12,945.014", "+0.2", "2,589.0028", "2,589.00"),
        ("8", "15,534.0168", "-5%", "-776.70084", "-776.70"),
        ("9", "8,000", "-6%", "-480", "-480.00"),
        ("", "", "", "", "17,427.32"),
        ("10", "", "", "-1,250", "-1,250.00"),
        ("", "", "", "", "16,177.32"),
    ]
    assert shown.ahead() == [
        '32,549.86 CNY more of "cash collected" reach the next step: 120% of quota.',
        'The next 10,000 CNY of "cash collected" add 1,140 CNY to what this period earns (gross), '
        "all other things equal.",
    ]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_holds_every_line_the_order_the_plan_and_the_check_code(march, lang) -> None:
    plan, payday = march
    shown = Shown(plan, payday.slips[0], lang)
    page = with_font([page_of(shown)], lang)[0]
    wanted = [cell for row in shown.rows() for cell in (row.rule, row.paid)]
    wanted += [*shown.steps(), *shown.policy(), *shown.ahead()]
    wanted += [payday.slips[0].statement.check_code, plan.digest[:12]]
    text = unescape(page)
    assert [w for w in wanted if w not in text] == []
    assert "<script" not in page
    assert "http" not in page.replace("data:", "")


def test_the_sums_of_the_workbook_are_live_and_right(march) -> None:
    from openpyxl import load_workbook

    plan, payday = march
    raw = workbook_of([Shown(plan, payday.slips[0], lang) for lang in ("en", "zh")])
    assert raw == workbook_of([Shown(plan, payday.slips[0], lang) for lang in ("en", "zh")])
    live, shown = (load_workbook(io.BytesIO(raw), data_only=x) for x in (False, True))
    assert live.sheetnames == ["Statement", "Deals", "Plan", "计发单", "交易", "方案"]
    formulas = [c for c in live["Statement"]["F"] if str(c.value).startswith("=")]
    values = [shown["Statement"][c.coordinate].value for c in formulas]
    assert values == [17_427.32, 16_177.32]
    top = formulas[0].row - 9
    assert [c.value for c in formulas] == [
        f"=SUM(F{top}:F{top + 8})",
        f"=F{top + 9}+SUM(F{top + 10}:F{top + 10})",
    ]


def test_a_cancelled_deal_and_an_entry_are_named_where_they_are_taken_back(march) -> None:
    plan, payday = march
    shown = Shown(plan, payday.slips[0], "en")
    assert shown.cancelled() == [["J1", "2026-01-15", "8000.0", "0.06", "1.0"]]
    assert "J1" in page_of(shown)
    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(workbook_of([shown])))["Deals"]
    rows = [[c.value for c in row if c.value is not None] for row in sheet.iter_rows()]
    at = rows.index(["Cancelled deals of earlier periods"])
    assert rows[at + 2] == ["J1", "2026-01-15", "8000.0", "0.06", "1.0"]


def test_a_workbook_of_people_and_a_folder_of_deals_are_read_like_csv(desk) -> None:
    Path("people.csv").write_text(PEOPLE.replace("=", ""), "utf-8")
    Path("deals.csv").write_text(DEALS.replace("=", ""), "utf-8")
    assert pay(out="one") == 0
    pd.read_csv("people.csv").to_excel("people.xlsx", index=False)
    Path("deals").mkdir()
    head, *rows = DEALS.replace("=", "").splitlines()
    for i, row in enumerate(rows):
        Path(f"deals/{i}.csv").write_text(f"{head}\n{row}\n", "gb18030")
    given = ["--people", "people.xlsx", "--deals", "deals"]
    assert pay(*given, out="two") == 0
    assert register("one").equals(register("two"))


def test_several_periods_carry_the_draw_along(tmp_path, monkeypatch) -> None:
    """Draw 6,000: 2,000 earned in January leaves 4,000 owed, 11,000 in February pay it back."""
    monkeypatch.chdir(tmp_path)
    text = (PLANS / "graduated.yaml").read_text("utf-8")
    draw = '{amount: "6000.00", months: 6, recoverable: true, recovery_share: "1.0"}'
    settlement = f"settlement: {{draw: {draw}, leaver: pay_earned}}\n"
    Path("plan.yaml").write_text(text[: text.index("limits:")] + settlement, "utf-8")
    Path("people.csv").write_text("salesperson\nLi\n", "utf-8")
    Path("deals.csv").write_text(
        "order_id,salesperson,date,amount\nA,Li,2024-01-05,66666.67\n"
        "B,Li,2024-02-05,266666.67\n", "utf-8"
    )  # fmt: skip
    code = cli.main(
        ["pay", "--plan", "plan.yaml", "--people", "people.csv", "--deals", "deals.csv",
         "--period", "2024-01", "--through", "2024-02", "--lang", "zh", "--out", "out"]
    )  # fmt: skip
    rows = register("out")[["gross", "pay", "owed"]].to_numpy().tolist()
    assert (code, rows) == (0, [[2000.0, 6000.0, 4000.0], [11_000.0, 7000.0, 0.0]])
    assert "尚待扣回的预支" in Path("out/statements/2024-01/0001_Li.zh.html").read_text("utf-8")


# ---- invariants


def test_the_same_input_gives_the_same_bytes_and_the_manifest_names_them(desk) -> None:
    assert pay(out="one") == pay(out="two") == 0
    one = hashes("one")
    assert one == hashes("two")
    listed = json.loads(Path("one/manifest.json").read_text("utf-8"))
    assert listed["files"] == {k: v for k, v in one.items() if k != "manifest.json"}
    assert (listed["total"], listed["people"], listed["not_paid"]) == ("8320.02", 2, 1)


def test_rows_in_another_order_pay_the_same(desk) -> None:
    assert pay(out="one") == 0
    for name in ("people.csv", "deals.csv"):
        head, *rows = Path(name).read_text("utf-8").splitlines()
        Path(name).write_text("\n".join([head, *rows[::-1]]), "utf-8")
    assert pay(out="two") == 0
    one, two = hashes("one"), hashes("two")
    assert [k for k in one if one[k] != two[k]] == [
        "inputs/deals.csv", "inputs/people.csv", "manifest.json"]  # fmt: skip


def test_statements_add_up_to_the_register_and_regions_to_everybody(desk) -> None:
    assert pay("--through", "2024-04") == 0
    cost = pd.read_csv("out/cost.csv", encoding="utf-8-sig")
    sums = cost.groupby(["period", "group"])["pay"].sum().unstack()
    assert (sums["all"] == sums["region"]).all()
    assert (sums["all"] == sums["team"]).all()
    assert cost.loc[cost["group"] == "all", "pay"].sum() == register("out")["pay"].sum()


def test_names_that_a_spreadsheet_would_run_stay_text_everywhere(desk) -> None:
    assert pay() == 0
    for path in Path("out").rglob("*"):
        if path.suffix in (".csv", ".html"):
            text = path.read_text("utf-8-sig")
            assert ",=李雷" not in text
            assert ">=李雷" not in text


def test_markup_in_names_is_shown_and_never_run(desk) -> None:
    Path("people.csv").write_text("salesperson,quota\n<script>x</script>,100000\n", "utf-8")
    Path("deals.csv").write_text(
        "order_id,date,amount,salesperson\n<img>,2024-03-01,5,<script>x</script>\n", "utf-8"
    )
    assert pay() == 0
    page = next(Path("out").rglob("*.html")).read_text("utf-8")
    assert "<script>" not in page
    assert "<img>" not in page


# ---- a period paid again


def test_a_run_against_an_earlier_one_says_who_which_deal_and_how_much(desk, capsys) -> None:
    assert pay(out="old") == 0
    capsys.readouterr()
    Path("deals.csv").write_text(DEALS.replace("64000", "84000"), "utf-8")
    assert pay("--against", "old", out="new") == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-3:-1] == [
        "1 person is touched, the pay of 1 changes, in all +1,472 CNY",
        "王五, Mar 2024: 2,560 CNY becomes 4,032 CNY (+1,472 CNY); deals A-2.",
    ]
    rows = pd.read_csv("new/correction.csv", encoding="utf-8-sig")
    assert rows[["salesperson", "pay_change", "why"]].to_numpy().tolist() == [
        ["王五", 1472.0, "deals A-2"]
    ]


def test_an_appeal_is_written_as_tables_and_pages_and_pays_what_was_recorded(desk, capsys) -> None:
    Path("claims.csv").write_text("order_id,field,claimed\nA-2,amount,84000\n", "utf-8")
    assert pay("--appeal", "claims.csv", "--lang", "both") == 0
    assert "(+1,472 CNY)" in capsys.readouterr().out
    assert register("out").set_index("salesperson")["pay"]["王五"] == 2560.0
    for lang, title in (("en", "Correction of pay"), ("zh", "奖金更正")):
        page = unescape(Path(f"out/correction.{lang}.html").read_text("utf-8"))
        assert f"<h1>{title}</h1>" in page
        assert "+1,472.00" in page
        assert "http" not in page.split("</style>")[1]
    assert refusal(capsys, "--appeal", "claims.csv", "--against", "old", out="three").startswith(
        "error[bad-choice]: --appeal and --against both say what has changed."
    )


def test_a_file_of_older_deals_will_do(desk, capsys) -> None:
    Path("older.csv").write_text(DEALS.replace("64000", "84000"), "utf-8")
    assert pay("--against", "older.csv") == 0
    assert "(-1,472 CNY)" in capsys.readouterr().out


# ---- refusals


def refusal(capsys, *more: str, **given: str) -> str:
    assert pay(*more, **given) == 2
    return capsys.readouterr().err


def test_another_plan_is_no_correction(desk, capsys) -> None:
    assert pay(out="old") == 0
    assert refusal(capsys, "--against", "old", plan="standard", out="new") == (
        "error[bad-choice]: old was paid with another plan_digest; a correction compares people "
        "and deals.\n  where: salesanalysis pay --against\n"
        "  fix:   pay the earlier people and deals again with this plan and these registers\n"
    )
    assert not Path("new").exists()


def test_a_folder_changed_by_hand_is_no_earlier_payday(desk, capsys) -> None:
    assert pay(out="old") == 0
    Path("old/inputs/deals.csv").write_text(DEALS.replace("64000", "1"), "utf-8")
    assert "1 files of old are not the ones written: inputs/deals.csv." in refusal(
        capsys, "--against", "old", out="new"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2024-03-05", "03/04/2024",
         "error[bad-value]: Column 'date' of deals.csv is no date in 1 of 3 rows: '03/04/2024'.\n"
         "  where: deals.csv, line 2\n  fix:   write the year first: 2024-03-31\n"),
        ("120000.50", '"120,000.50"',
         "error[bad-value]: 1 of 3 values of 'amount' in deals are texts and no numbers, first "
         "'120,000.50'.\n  where: rows 0, see .rows\n  fix:   remove the thousands separators: "
         'write "1000.50", not "1,000.50"\n'),
        ("A-3,2024-04-09,1000,王五", "合计,,184000.5,王五",
         "error[bad-value]: deals.csv has a row of totals: '合计'.\n  where: deals.csv, line 4\n"
         "  fix:   remove it: it would be paid a second time\n"),
        ("A-2,2024/3/9,64000,王五", "A-2,2024/3/9,64000,王六",
         "error[unknown-name]: 1 of 2 deals belong to somebody not to be paid here: '王六'.\n"
         "  where: deals A-2, see .rows\n"),
        ("Amount,Rep", "Rep,Sales Rep",
         "error[duplicate-key]: deals.csv has 2 columns for 'salesperson': Rep, Sales Rep.\n"
         "  where: deals.csv, line 1\n  fix:   keep one of them\n"),
    ],
)  # fmt: skip
def test_what_could_be_paid_wrongly_is_refused_and_nothing_is_written(
    desk, capsys, old, new, message
) -> None:
    assert old in DEALS
    Path("deals.csv").write_text(DEALS.replace(old, new), "utf-8")
    assert refusal(capsys).startswith(message)
    assert not Path("out").exists()


def test_files_of_somebody_else_are_never_written_over(desk, capsys) -> None:
    Path("out").mkdir()
    Path("out/mine.txt").write_text("mine", "utf-8")
    assert refusal(capsys) == (
        "error[bad-choice]: out exists and holds no payday.\n"
        "  where: salesanalysis pay --out\n  fix:   choose a new folder\n"
    )
    assert Path("out/mine.txt").read_text("utf-8") == "mine"


def test_people_of_another_plan_are_refused_by_name() -> None:
    people = pd.DataFrame([MARCH]).astype(str).assign(role="engineer")
    with pytest.raises(Exception, match="1 of 1 people are not of this plan: role is not"):
        pay_everybody(
            Plan.from_text(EXAMPLE), Inputs(people, CASH.astype(str).assign(salesperson="Li")),
            first="2026-03", last="2026-03",
        )  # fmt: skip


# ---- a plan looked at


def test_check_says_the_plan_and_what_is_doubtful(capsys) -> None:
    code = cli.main(["pay", "--check", str(PLANS / "coefficient.yaml"), "--lang", "en"])
    said = capsys.readouterr().out
    assert code == 1
    assert "Commission on sales. Each rate applies to its own slice" in said
    assert "L01" in said


def test_check_names_every_problem_of_a_bad_plan(tmp_path, capsys) -> None:
    path = tmp_path / "bad.yaml"
    text = (PLANS / "coefficient.yaml").read_text("utf-8")
    path.write_text(text.replace("    mode: marginal\n", "").replace('"0.04"', "0.04"), "utf-8")
    assert cli.main(["pay", "--check", str(path)]) == 2
    err = capsys.readouterr().err
    assert "bad.yaml: 2 problems in the plan." in err
    assert "'mode' is required (marginal or retroactive)" in err
