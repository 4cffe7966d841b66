"""The data statement as people see it: its sentences, its pictures, its headings."""

from dataclasses import replace

import pandas as pd
import pytest
from cleaningtables import line
from figures import assert_good_figure
from qualitytables import SALES, dirty, made

from salesanalysis.data import of_frames
from salesanalysis.data.cleaning import RULES
from salesanalysis.errors import ContractError


@pytest.fixture(scope="module")
def quality():
    return made()


# -- sentences --------------------------------------------------------------------------------


def test_months_between_without_any_line_are_named() -> None:
    def told(*dates: str, lang: str = "en") -> list[str]:
        days = pd.to_datetime(list(dates))
        sales = pd.DataFrame({"order_id": list(dates), "date": days, "region": "N", "revenue": 1.0})
        said = of_frames({"sales": sales}, name="made").quality.explain(lang).splitlines()
        return [s for s in said if "without a single order line" in s or "没有任何订单明细" in s]

    assert told("2024-01-31", "2024-02-29") == []
    assert told("2023-11-05", "2024-03-31") == [
        "Months without a single order line: 3 of 5 (Dec 2023, Jan 2024, Feb 2024). "
        "Was nothing sold, or is a file missing?"
    ]
    assert told("2023-11-05", "2024-01-31", lang="zh") == [
        "3个月中有1个月没有任何订单明细：2023年12月。请确认是没有销售，还是漏了文件。"
    ]
    assert told("2023-01-05", "2024-01-31")[0].startswith(
        "Months without a single order line: 11 of 13 (Feb 2023, Mar 2023, Apr 2023, May 2023, "
        "Jun 2023, Jul 2023, …). Was"
    )


def test_it_reads_in_english(quality) -> None:
    assert quality.explain() == (
        "4 order lines worth 188 CNY from 5 Jan 2024 to 12 Mar 2024; none dropped by a rule; suspicious: "
        "without a region, 1 line (50 CNY); other kinds: 3\n"
        "5 lines were read without a mapping.\n"
        "Lines after 20 Mar 2024: 1 (1.0k CNY), kept as truth, not used.\n"
        "Shares are of the amounts up to 20 Mar 2024 without their signs: 188 CNY.\n"
        "Without a region: 1 line, 50 CNY (26.7% of the amounts); counted, none left out for it.\n"
        "Month that is not over: 2 lines, 38 CNY (20.0% of the amounts); counted, none left out for it.\n"
        "Its last line is of 12 Mar 2024.\n"
        "Sold below cost: 1 line, 25 CNY (13.3% of the amounts); counted, none left out for it.\n"
        "Without a salesperson: 1 line, 25 CNY (13.3% of the amounts); counted, none left out for it.\n"
        "Region that nobody declared: 1 line, 13 CNY (6.7% of the amounts); counted, none left out for it.\n"
        "Mar 2024 is not over, so it is in no table by month; closed through Feb 2024.\n"
        "1 line has no Cost.\n"
        "1 line has no Region; they are kept under (none).\n"
        "1 line has no Salesperson; they are kept under (none).\n"
        "Not checked, because the table has no such column: Returns with their sale, Returns without "
        "a sale, Without a customer, Without a product, Price of zero, Price below zero, Quantity and "
        "amount of opposite sign, Amount is not quantity times price.\n"
        "Not checked, because there is nothing to compare with: Before the salesperson was hired, "
        "After the salesperson left."
    )


def test_it_reads_in_chinese_without_an_english_word(quality) -> None:
    text = quality.explain("zh")
    assert text.splitlines()[0] == (
        "2024年1月5日至2024年3月12日共4条订单明细，188元；无剔除；可疑：缺少区域1条（50元），另有3类"
    )
    assert not any(c.isascii() and c.isalpha() for c in text)


def test_the_headline_shows_the_amount_of_the_sentence_and_of_the_table_below_it() -> None:
    rows = [line("sold"), line("back", quantity=-3.0, customer="(none)", is_return=False)]
    quality = dirty({}, [*rows, line("more", quantity=5.0, customer="(none)")]).quality
    found = quality.to_frame().set_index("rule").loc["missing_customer"]
    assert (found["amount"], found["amount_abs"]) == (20.0, 80.0)
    assert "without a customer, 2 lines (20 CNY)" in quality.headline()
    assert "Without a customer: 2 lines, 20 CNY (88.9% of the amounts)" in quality.explain()
    assert "up to 31 Jan 2024 without their signs: 90 CNY." in quality.explain()


def test_shares_of_plain_amounts_need_no_word() -> None:
    rows = [line("sold"), line("more", "2024-01-31", customer="(none)")]
    assert "without their signs" not in dirty({}, rows).quality.explain()


def test_a_share_under_a_tenth_of_a_percent_is_not_said_to_be_none() -> None:
    rows = [line("sold", quantity=9_999.0), line("more", customer="(none)", quantity=1.0)]
    quality = dirty({"outliers": "skip"}, rows).quality
    assert "Without a customer: 1 line, 10 CNY (<0.1% of the amounts)" in quality.explain()
    assert "（占金额<0.1%）" in quality.explain("zh")


def test_a_month_that_stops_early_is_told_how_to_be_closed() -> None:
    def told(as_of: str, lang: str = "en") -> list[str]:
        rows = [line("sold", "2024-01-05"), line("more", "2024-02-28")]
        said = dirty({}, rows, as_of).quality.explain(lang).splitlines()
        return [s for s in said if "as_of" in s]

    assert told("2024-02-28") == ["If the month is over, say so in the mapping: as_of: 2024-02-29."]
    assert told("2024-02-28", "zh") == ["若该月已结束，请在映射中写明as_of: 2024-02-29。"]
    assert told("2024-02-29") == []


def test_what_was_left_out_is_said_first_with_its_amount() -> None:
    text = dirty(
        {"duplicates": "drop", "returned_pairs": "drop", "below_cost": "skip"}
    ).quality.explain()
    lines = text.splitlines()
    assert lines[0].endswith(
        "5 left out (400 CNY); suspicious: without a customer, 1 line (10 CNY); other kinds: 1"
    )
    assert lines[2:6] == [
        "Shares are of the amounts up to 31 Jan 2024 without their signs: 1.8k CNY.",
        "Returns with their sale: 2 lines, 0 CNY (34.3% of the amounts); left out: 2 lines, 0 CNY.",
        "Each of these returns has its sale: same customer, product, price and quantity, on the same "
        "day or before; 2 orders are touched.",
        "Exact copies: 3 lines, 400 CNY (22.9% of the amounts); left out: 3 lines, 400 CNY.",
    ]
    assert lines[-2] == "Not checked, because there is nothing to compare with: " + ", ".join(
        [
            "Salesperson not among the people", "Region that nobody declared",
            "Before the salesperson was hired", "After the salesperson left",
        ]
    ) + "."  # fmt: skip
    assert lines[-1] == "Not asked for: Sold below cost."


def test_data_without_a_fault_say_so() -> None:
    whole = SALES.head(1)[["order_id", "date", "region", "revenue"]]
    data = of_frames({"sales": whole.assign(date=pd.Timestamp("2024-01-31"))}, name="made")
    assert data.quality.headline().endswith("; none dropped by a rule; nothing suspicious")
    assert "No line lacks a name or a value." in data.quality.explain()
    assert data.quality.overview["status"].tolist() == ["data_complete"]


def test_copies_are_weaker_evidence_where_the_file_has_no_order_numbers() -> None:
    data = dirty({}, [line(1), line(2)])
    object.__setattr__(data, "numbered_orders", True)
    assert "Exact copies: 1 line" in data.quality.explain()
    assert "a copy is weaker evidence here" in data.quality.explain()


def test_amounts_finer_than_four_decimals_are_counted(tmp_path) -> None:
    import salesanalysis as sa

    (tmp_path / "a.csv").write_text(
        "o,d,r,v\n1,2024-01-31,East,1.00004\n2,2024-01-31,East,1.0000\n"
    )
    (tmp_path / "m.yaml").write_text(
        "name: a\ntables:\n  sales:\n    file: a.csv\n"
        "    columns: {order_id: o, date: d, region: r, revenue: v}\n"
    )
    quality = sa.load(tmp_path / "a.csv", mapping=tmp_path / "m.yaml").quality
    assert quality.overview["n_rounded"].tolist() == [1]
    assert "1 value had more than four decimals and were rounded." in quality.explain()


# -- pictures ---------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_picture_leads_from_what_was_read_to_what_is_kept_and_what_is_suspicious(lang) -> None:
    found = dirty({"duplicates": "drop", "returned_pairs": "drop", "zero_price": "drop"}).quality
    ax = found.plot(lang=lang)
    bars = ax.patches
    sizes = [round(bar.get_width()) for bar in bars]
    # read; copies, pairs, free lines; kept; what is suspicious in it
    assert sizes[:5] == [1750, 400, 600, 0, 750]
    assert bars[1].get_x() + bars[1].get_width() == pytest.approx(bars[0].get_width())
    assert bars[2].get_x() == pytest.approx(bars[4].get_width())
    assert_good_figure(ax)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_picture_of_months_shows_closed_ones_as_a_line_and_the_open_one_as_a_point(
    quality, lang: str
) -> None:
    ax = quality.plot(lang=lang, kind="months")
    closed, opened, seen = ax.get_lines()
    assert closed.get_ydata().tolist() == [100.0, 50.0]
    assert opened.get_ydata().tolist() == [37.5]
    assert len(seen.get_xdata()) == 2
    assert ax.get_title(loc="left").replace("\n", "").replace(" ", "") == quality.headline(
        lang
    ).replace(" ", "")
    assert_good_figure(ax)


def test_at_most_twelve_bars_are_drawn_and_the_rest_is_counted(quality) -> None:
    rules = quality.rules.assign(
        n_rows=1, units_abs=range(1, len(RULES) + 1), status="flagged", units_expected=1, n_orders=1
    )
    many = replace(quality, rules=rules)
    ax = many.plot()
    assert len(ax.patches) == 12
    assert ax.get_yticklabels()[-1].get_text() == f"Other ({len(RULES) - 9})"
    assert_good_figure(ax)


def test_a_picture_nobody_knows_is_refused(quality) -> None:
    with pytest.raises(
        ContractError, match="'month' is not a kind of picture here; known: loss, months"
    ):
        quality.plot(kind="month")


def test_every_heading_and_value_of_the_tables_has_both_languages(quality) -> None:
    for lang in ("en", "zh"):
        shown = quality.table(lang).shown()
        assert not [c for c in shown if c in quality.to_frame().columns]
        assert not shown.apply(lambda c: c.str.contains("_")).any(axis=None)
    zh = quality.table("zh").shown()
    assert zh.iloc[0, 0] == "读入明细"
    assert not zh.drop(columns="示例").apply(lambda c: c.str.contains("[A-Za-z]")).any(axis=None)
