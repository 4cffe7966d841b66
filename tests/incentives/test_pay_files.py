"""Files as people have them: other headings, times of day, columns nobody asked for, teams."""

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from paytools import PLANS

from salesanalysis import cli

PEOPLE = "姓名,任务额,团队,上级,入职日期,工号\n李娜,100000,一组,王伟,2024-03-01,7\n王伟,100000,一组,,,8\n"
DEALS = (
    "销售员,订单号,日期,金额\n李娜,A-1,2024/3/5 09:30,60000\n李娜,A-1,2024/3/5 09:30,60000\n"
    "王伟,A-2,2024年3月31日,1000.00\n王伟,A-3,2024-04-01 00:00:01,5\n"
)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text(PEOPLE, "utf-8")
    Path("deals.csv").write_text(DEALS, "utf-8")
    text = (PLANS / "coefficient.yaml").read_text("utf-8")
    ramp = 'exclude_with_report, ramp: {shares: ["0.5"], of: [quota]}'
    Path("ramp.yaml").write_text(text.replace("exclude_with_report", ramp), "utf-8")
    return tmp_path


def pay(*more: str, plan: str = "ramp.yaml", lang: str = "zh") -> int:
    return cli.main(
        ["pay", "--plan", str(plan), "--people", "people.csv", "--deals", "deals.csv",
         "--period", "2024-03", "--lang", lang, "--out", "out", *more]
    )  # fmt: skip


def page(name: str, lang: str = "zh") -> str:
    return next(Path("out").rglob(f"*{name}.{lang}.html")).read_text("utf-8")


def test_people_are_headed_by_their_names_and_dates_have_times(desk, capsys) -> None:
    assert pay("--dedupe") == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-4:-1] == [
        "不在计发期内的交易：1笔。",
        "剔除的重复行：1行。",
        "人员表中本方案不读取的列：工号。",
    ]
    paid = pd.read_csv("out/register.csv", encoding="utf-8-sig").set_index("salesperson")
    # 60,000 of half a quota: 60,000 x 4 % x 1.2; 1,000 x 4 % x 0.8
    assert paid["pay"].to_dict() == {"李娜": 2880.0, "王伟": 32.0}
    assert "任务额100,000元按在岗天数或新人爬坡折算为50,000元。" in page("李娜")


def test_a_month_that_is_not_closed_is_not_written(desk, capsys) -> None:
    assert pay("--dedupe", "--closed-through", "2024-02") == 2
    assert capsys.readouterr().err.splitlines() == [
        "error[bad-value]: 2024-03 is not closed: the last closed month is 2024-02.",
        "  where: closed_through",
        "  fix:   close 2024-03 first, or pay a period up to 2024-02",
    ]
    assert not Path("out").exists()


def test_deals_that_stand_twice_are_refused_where_nobody_asks_to_drop_them(desk, capsys) -> None:
    assert pay() == 2
    assert "keep one of each with dedupe=True" in capsys.readouterr().err


def test_deals_without_a_measure_are_told_its_name_alone(desk, capsys) -> None:
    assert pay("--dedupe", plan=PLANS / "multi-level.yaml") == 2
    assert capsys.readouterr().err.splitlines()[2] == "  fix:   add 'sales'; add 'margin'"


def test_a_quota_that_no_edge_reads_is_the_same_in_the_head_and_in_the_table(desk) -> None:
    assert pay("--dedupe", plan=PLANS / "graduated.yaml", lang="en") == 0
    text = page("李娜", "en")
    head = text[text.index("<table") : text.index("</table>")]
    table = text[text.index("</table>") :]
    assert head.count("100,000 CNY") == 1
    assert '<td class="n">60,000 CNY</td><td class="n">100,000 CNY</td>' in table


def test_a_manager_sees_whose_credit_is_paid_on_and_a_team_what_it_shares(desk) -> None:
    assert pay("--dedupe", plan=PLANS / "team.yaml", lang="both") == 0
    manager = page("王伟")
    assert "所辖人员的计奖业绩（1人）" in manager
    assert '<td>李娜</td><td class="n">60,000.00</td>' in manager
    assert "团队奖金池：团队合计610元，其中本人10元。" in manager  # 1 % of 61,000, 1,000 of it
    assert "Team pool: the team shares 610 CNY, 600 CNY of it is yours." in page("李娜", "en")
    assert "所辖人员的计奖业绩" not in page("李娜")
    book = openpyxl.load_workbook(next(Path("out").rglob("*王伟.xlsx")))
    cells = [[c for c in row if c is not None] for row in book["Deals"].iter_rows(values_only=True)]
    at = cells.index(["Credit of the people led (1)"])
    assert cells[at + 1 : at + 3] == [["李娜", "60,000.00"], ["Total", "60,000.00"]]


def test_a_manager_who_is_not_among_the_people_is_named_and_never_passed_over(desk, capsys) -> None:
    Path("people.csv").write_text(PEOPLE.replace("一组,,,8", "一组,赵敏,,8"), "utf-8")
    assert pay("--dedupe", plan=PLANS / "team.yaml") == 0
    assert "以下主管不在人员表中，未计管理提成：赵敏。" in capsys.readouterr().out
    assert pay("--dedupe") == 0  # a plan without an override asks for no manager
    assert "赵敏" not in capsys.readouterr().out
