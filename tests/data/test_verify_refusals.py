"""What a comparison refuses, in full; what a mapping declares; pictures in both languages."""

import re

import pandas as pd
import pytest
from figures import assert_good_figure

from salesanalysis.data.assembling import of_frames
from salesanalysis.data.verify import declared, settings, statement, verify
from salesanalysis.errors import ContractError
from salesanalysis.strictyaml import parse


@pytest.fixture(scope="module")
def data():
    lines = pd.DataFrame(
        {
            "order_id": ["1", "2", "3"],
            "date": pd.to_datetime(["2024-01-05", "2024-01-31", "2024-02-29"]),
            "region": ["East", "West", "East"],
            "revenue": [100.0, 200.0, 80.0],
        }
    )
    return of_frames({"sales": lines}, name="shop")


def ledger(**columns):
    base = {"region": ["East", "West"], "period": ["2024-01"] * 2, "revenue": [100.0, 200.0]}
    return pd.DataFrame(base | columns)


REFUSALS = {
    "column": (
        lambda: {"other": ledger().rename(columns={"region": "regoin"})},
        "finance ledger has no column 'region'.",
        "finance ledger columns are ['regoin', 'period', 'revenue']",
        "rename 'regoin' to 'region'",
    ),
    "level": (
        lambda: {"other": ledger(), "by": ["regoin", "period"]},
        "'regoin' is not a level here; known: region, order_id.",
        "by=...",
        "write 'region'",
    ),
    "value": (
        lambda: {"other": ledger(), "value": "revenu"},
        "'revenu' is not a value here; known: revenue.",
        "value=...",
        "write 'revenue'",
    ),
    "freq": (
        lambda: {"other": ledger(), "freq": "W"},
        "'W' is not a freq here; known: M, Q, Y.",
        "verify(freq=...)",
        "use one of: M, Q, Y",
    ),
    "empty amount": (
        lambda: {"other": ledger(revenue=[1.0, None])},
        "1 of 2 values of 'revenue' in finance ledger are empty or infinite.",
        "column 'revenue', see .rows",
        "write 0 where there is nothing, and leave out figures that are not known",
    ),
    "dates for amounts": (
        lambda: {"other": ledger(revenue=pd.to_datetime(["2024-01-01"] * 2))},
        "'revenue' of finance ledger is no column of numbers: it holds timestamp.",
        "verify(other_value='revenue')",
        "name the column of the amounts with other_value=",
    ),
    "period": (
        lambda: {"other": ledger(period=["2024-01", "January"])},
        "1 of 2 periods of finance ledger cannot be read, such as 'January'.",
        "column 'period', freq='M'",
        "write \"2024-03\", or say how coarse they are: freq='M', 'Q' or 'Y'",
    ),
    "period not asked for": (
        lambda: {"other": ledger(), "by": ["region"]},
        "finance ledger has a column 'period', but by is ['region'].",
        "verify(by=...)",
        "add 'period' to by, or drop the column",
    ),
    "currency in the cells": (
        lambda: {"other": ledger(revenue=["$100.00", "$200.00"])},
        "finance ledger is in USD, our figures are in CNY.",
        "verify(other)",
        "convert one of them with a rate table first",
    ),
    "kind": (
        lambda: {"other": 5},
        "A int cannot be compared with.",
        "verify(other)",
        "give a DataFrame, a file, an Ibis table, a panel or a data set",
    ),
    "renamed": (
        lambda: {"other": ledger(), "values": {"region": {"Esat": "East"}}},
        "'Esat' is not a region here; known: East, West.",
        "verify(values={'region': ...}), names in finance ledger",
        "write 'East'",
    ),
    "columns": (
        lambda: {"other": ledger(), "columns": {"regoin": "x"}},
        "'regoin' is not a column here; known: region, period.",
        "verify(columns=...)",
        "write 'region'",
    ),
    "last": (
        lambda: {"other": ledger(), "last": "2024-03"},
        "last is 2024-03, but shop is closed through 2024-02.",
        "verify(last=...)",
        "end with 2024-02 or earlier",
    ),
    "first": (
        lambda: {"other": ledger(), "first": "soon"},
        "first is 'soon', which is no month.",
        "verify(first=...)",
        'write "2024-03"',
    ),
    "tolerance": (
        lambda: {"other": ledger(), "tolerance": "half"},
        "share must be a number of 0 or more, got 'half'.",
        "verify(tolerance=...)",
        "write 0.005 for half a percent",
    ),
    "tolerance key": (
        lambda: {"other": ledger(), "tolerance": {"shre": 0.1}},
        "'shre' is not a limit here; known: amount, share.",
        "verify(tolerance=...)",
        "write 'share'",
    ),
    "percent as share": (
        lambda: {"other": ledger(), "tolerance": 5},
        "A tolerance of 5.0 (share) and 0.005 (amount) is none.",
        "verify(tolerance=...)",
        'write a share such as 0.005, or {"share": 0.005, "amount": 10}',
    ),
    "source": (
        lambda: {"other": ledger(), "source": {"en": "bank"}},
        "source has no name in 'zh'.",
        "verify(source={'en': 'bank'})",
        'write {"en": "finance ledger", "zh": "财务账"}, or one text for both',
    ),
    "explanation of nothing": (
        lambda: {"other": ledger(), "explanations": [{"region": "Mars", "explanation": "x"}]},
        "No cell is {'region': 'Mars'}.",
        "explanation {'region': 'Mars', 'explanation': 'x'}",
        "name a cell that was compared; see to_frame()",
    ),
    "explanation without a text": (
        lambda: {"other": ledger(), "explanations": [{"region": "East"}]},
        "An explanation has no text.",
        "explanation {'region': 'East'}",
        'add "explanation": "why they differ"',
    ),
    "lines": (
        lambda: {"other": ledger(region=["East", "East"]), "aggregate_lines": False},
        "finance ledger has several lines in 1 cells.",
        "keys ['region', 'period'], see .rows",
        "leave aggregate_lines=True to sum them, or remove the extra lines",
    ),
    "no rows": (
        lambda: {"other": ledger().iloc[:0]},
        "finance ledger has no rows.",
        "finance ledger",
        "check the filter or the file",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_cannot_be_compared_is_refused_with_place_and_fix(data, case):
    given, what, where, fix = REFUSALS[case]
    with pytest.raises(ContractError) as error:
        verify(data, **given())
    assert str(error.value) == f"{what}\n  where: {where}\n  fix:   {fix}"


def test_a_misspelt_status_or_level_is_named_with_the_nearest(data):
    found = verify(data, ledger())
    with pytest.raises(ContractError, match=r"^'match' is not a status here; known: matched, "):
        found.rows("match")
    with pytest.raises(ContractError, match=r"^'Esat' is not a region here; known: East, West\."):
        found.select(region="Esat")
    with pytest.raises(ContractError, match=r"^'team' is not a level here; known: region\."):
        found.select(team="x")


# ---- files and mappings

SECTION = """
verify:
  ledger:
    file: ledger.csv
    by: [region, period]
    columns: {region: 区域, period: 月份}
    other_value: 金额
    values: {region: {华东: East, 华西: West}}
    tolerance: {share: 0.001, amount: 1}
    source: {en: general ledger, zh: 总账}
    confirmed_by: Li Na
"""


def test_a_mapping_declares_a_ledger_and_a_page_prints_its_verdict(data, tmp_path):
    text = (
        "区域;月份;金额\n华东;2024年1月;1.000,50\n华东;2024年1月;-900,00\n华西;2024年1月;200,00\n"
    )
    (tmp_path / "ledger.csv").write_bytes(text.encode("gb18030"))
    doc = parse(SECTION, name="shop.yaml")
    checks = settings(doc, doc.data["verify"], "verify")
    found = declared(data, checks, tmp_path)
    assert statement(data, found) == (
        "Revenue: Agrees with the general ledger within 0.1% or 1.00 CNY: all 2 cells; "
        "largest difference -0.50 CNY (East, Jan 2024)"
    )
    assert statement(data, found, "zh") == (
        "销售额：与总账相符（容差0.1%或1.00元）：2项全部相符；最大差异-0.50元（East，2024年1月）"
    )


def test_a_figure_nobody_else_has_is_called_unverified(data):
    assert statement(data, []) == ("Unverified: no third party figure was given for revenue")
    found = verify(data, ledger())
    assert statement(data, [found], "zh", values=["revenue", "quantity"]) == (
        "销售额：与财务账逐位相符：2项全部相符，共300元；未核对：数量没有第三方数据"
    )


def test_a_verdict_of_another_day_is_not_printed(data):
    earlier = verify(data.at("2024-01-31"), ledger())
    with pytest.raises(ContractError) as error:
        statement(data, [earlier])
    assert str(error.value) == (
        "A comparison was made when 2024-01 was closed; shop is closed through 2024-02.\n"
        "  where: statement(verifications=...)\n"
        "  fix:   compare again with the data as they are seen now"
    )


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("{ledger: {fil: x.csv}}", "unknown key 'fil'; known: by, "),
        ("{ledger: {by: [region]}}", "The check 'ledger' has no 'file'."),
        ("[ledger]", "verify must be keys and values, got ['ledger']."),
        ("{l: {file: a.csv, by: region}}", "by must be a list, got 'region'."),
        ("{l: {file: a.csv, freq: W}}", "'W' is not a freq here; known: M, Q, Y."),
        ("{l: {file: a.csv, tolerance: {share: -1}}}", "share must be a number of 0 or more"),
    ],
)
def test_a_section_with_a_slip_names_file_and_line(section, message):
    doc = parse(f"verify: {section}", name="shop.yaml")
    with pytest.raises(ContractError, match=f"^{re.escape(message)}") as error:
        settings(doc, doc.data["verify"], "verify")
    assert error.value.where.startswith("shop.yaml:1: verify")


def test_a_ledger_outside_the_folder_is_not_opened(data, tmp_path):
    doc = parse("verify: {l: {file: ../ledger.csv}}", name="shop.yaml")
    checks = settings(doc, doc.data["verify"], "verify")
    with pytest.raises(ContractError, match="lies outside the data folder"):
        declared(data, checks, tmp_path)


# ---- pictures


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_largest_differences_are_drawn_and_the_rest_is_one_bar(demo_data, lang):
    books = demo_data.panel(by=["region"]).to_frame()
    books.loc[range(0, 200, 10), "value"] += [1_000.0 * i - 7_000 for i in range(20)]
    found = verify(demo_data, books.drop(index=[3]))
    ax = found.plot(lang=lang)
    assert_good_figure(ax)
    assert ax.get_title(loc="left").replace("\n", "").replace(" ", "") == (
        found.headline(lang).replace(" ", "")
    )
    widths = [bar.get_width() for bar in ax.patches[:12]]
    top = found.to_frame()["difference"].head(11)
    assert widths[:11] == top.tolist()
    assert sum(widths) == pytest.approx(found.to_frame()["difference"].sum())
    assert ax.get_yticklabels()[11].get_text() == (
        "Other (9, net)" if lang == "en" else "其他（9项净额）"
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_where_nothing_differs_both_amounts_are_drawn_on_each_other(demo_data, lang):
    ax = verify(demo_data, demo_data.panel(by=["region"])).plot(lang=lang)
    assert_good_figure(ax)
    ours, theirs = (line.get_xdata().tolist() for line in ax.lines)
    assert ours == theirs
    assert len(ours) == 12


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_comparison_without_a_common_cell_still_has_a_picture(data, lang):
    found = verify(data, ledger(region=["Mars", "Venus"]))
    assert found.status == "unverified"
    assert_good_figure(found.plot(lang=lang))
    assert_good_figure(verify(data.at("2024-01-15"), ledger()).plot(lang=lang))
