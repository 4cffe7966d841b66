"""What the page on the forecast lets a reader type works as it stands, in both languages."""

import re
from pathlib import Path

import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.data import of_frames
from salesanalysis.errors import ContractError

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    ("page", "title", "said"),
    [
        ("forecast.md", "What you can tell it", "too high: 2"),
        ("forecast.zh.md", "您可以告诉它什么", "偏乐观2人"),
    ],
)
def test_the_example_of_choices_runs_and_says_what_it_is_there_for(
    page: str, title: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    section = text.split(f"## {title}", 1)[1]
    code = re.search(r"```python\n(.*?)```", section, re.S)
    assert code is not None
    names: dict[str, object] = {}
    exec(code[1], names)
    out = capsys.readouterr().out
    assert re.search(said, out)
    assert re.search(r"900(\.0)?( CNY|元)", out)
    assert len(names["gap"].gaps) == 2
    assert names["zero"].n_zero == 1
    assert names["short"].since == pd.Timestamp("2021-06-01")
    assert names["year"].horizon == 4


@pytest.mark.parametrize("page", ["forecast.md", "forecast.zh.md"])
def test_the_example_of_a_method_of_your_own_runs(
    page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    code = next(c for c in re.findall(r"```python\n(.*?)```", text, re.S) if "last_quarter" in c)
    names: dict[str, object] = {}
    exec(code, names)
    assert "last_quarter" in capsys.readouterr().out
    assert names["tested"].failures.empty


def test_a_company_says_who_commits_too_high_from_a_table_of_commits() -> None:
    dates = pd.date_range("2022-01-15", "2024-03-15", freq="MS") + pd.Timedelta(days=9)
    lines = pd.concat(
        pd.DataFrame({"date": dates, "region": "N", "salesperson": who, "revenue": 100.0})
        for who in ("Li", "Wang")
    ).assign(order_id=lambda t: [str(i) for i in range(len(t))])
    company = sa.company(of_frames({"sales": lines}, name="small", as_of="2024-03-31"))
    commits = lines[lines["date"] >= "2023-01-01"].assign(
        period=lambda t: t["date"].dt.to_period("M").dt.to_timestamp(),
        value=lambda t: t["salesperson"].map({"Li": 120.0, "Wang": 100.0}),
    )[["salesperson", "period", "value"]]
    report = company.ahead.commits(commits)
    verdicts = report.to_frame().set_index("salesperson")["verdict"].to_dict()
    assert verdicts == {"Li": "optimist", "Wang": "no_lean"}
    assert "Too high: Li +20.0% (15 of 15 months)." in report.explain()
    assert company.ahead.commits().explain().startswith("The data hold no forecasts people made")
    with pytest.raises(ContractError) as caught:
        company.ahead.commits(commits.rename(columns={"salesperson": "rep"}))
    assert str(caught.value) == (
        "No column of the commits names a unit of the sales table: ['rep', 'period', 'value'].\n"
        "  where: company.ahead.commits(table)\n"
        "  fix:   call the column as the sales table does: salesperson, region, product_line"
    )
