"""The data statement: rows and amounts in and out, what was left out, what is suspicious."""

from dataclasses import replace

import pandas as pd
import pytest
from cleaningtables import back, engine, line, table
from figures import assert_good_figure

from salesanalysis import store
from salesanalysis.data import of_frames
from salesanalysis.data.cleaning import RULES, clean, settings
from salesanalysis.data.dataset import Dataset
from salesanalysis.data.kinds import Origin
from salesanalysis.errors import ContractError, ReconciliationError

SALES = pd.DataFrame(
    {
        "order_id": ["1", "2", "3", "4", "5"],
        "date": pd.to_datetime(
            ["2024-01-05", "2024-02-10", "2024-03-10", "2024-03-12", "2024-03-30"]
        ),
        "region": ["East", "", "East", "West", "West"],
        "salesperson": ["NA", "Li", None, "Li", " "],
        "revenue": [100.0, 50.0, 25.0, 12.5, 1000.0],
        "cost": [80.0, None, 30.0, 10.0, 900.0],
    }
)
PEOPLE = pd.DataFrame({"salesperson": ["Li", "NA"], "region": ["East", None]})
#: Two copies, a price of zero that is a copy too, a return with its sale, one without a customer.
DIRTY = [
    *(
        line(f"n{i}", f"2024-01-{i + 1:02}", quantity=float(i + 2), cost=6.0 * (i + 2))
        for i in range(9)
    ),
    *([line("twice", "2024-01-20", quantity=20.0, cost=1.0)] * 3),
    *([line("free", "2024-01-21", unit_price=0.0, cost=0.0)] * 2),
    line("sold", "2024-01-22", quantity=30.0, cost=1.0),
    back("back", "2024-01-25", quantity=30.0),
    line("nobody", "2024-01-30", customer="(none)"),
]


@pytest.fixture(scope="module")
def quality():
    return of_frames({"sales": SALES, "people": PEOPLE}, name="made", as_of="2024-03-20").quality


def dirty(spec, rows=DIRTY, as_of="2024-01-31"):
    """A data set of dirty rows, cleaned."""
    con, frame = engine(), pd.DataFrame(rows)
    for name in ("sales", "sales_kept", "sales_lost", "sales_read"):
        con.raw_sql(f'DROP TABLE IF EXISTS "{name}"')
    wanted = settings(spec, where="cleaning")
    out = clean(con, {"sales": table(con, frame)}, wanted)
    origin = Origin("made.csv", len(frame), float(frame["revenue"].sum()))
    data = Dataset("made", {}, pd.Timestamp(as_of), con, out.sources, {"sales": origin})
    object.__setattr__(data, "cleaning", wanted)
    object.__setattr__(data, "lost", out.lost)
    return data


# -- what was read ----------------------------------------------------------------------------


def test_rows_and_amounts_in_are_rows_and_amounts_seen_and_later(quality) -> None:
    sales = quality.overview.set_index("table").loc["sales"]
    assert sales[["n_in", "n_seen", "n_after", "n_dropped"]].tolist() == [5, 4, 1, 0]
    assert sales[["amount_in", "amount_seen", "amount_after"]].tolist() == [1187.5, 187.5, 1000.0]
    assert (sales["first"], sales["last"]) == (
        pd.Timestamp("2024-01-05"),
        pd.Timestamp("2024-03-12"),
    )


def test_a_value_is_empty_only_beside_a_status_that_says_why(quality) -> None:
    people = quality.overview.set_index("table").loc["people"]
    assert people["status"] == "data_register"
    assert pd.isna(people["amount_in"])
    assert pd.isna(people["first"])


def test_gaps_are_counted_by_column_and_a_person_called_na_is_none(quality) -> None:
    gaps = quality.gaps.set_index(["table", "column"])["n_empty"]
    assert gaps[("sales", "region")] == 1
    assert gaps[("sales", "salesperson")] == 1  # the second one lies after as_of
    assert gaps[("sales", "cost")] == 1
    assert gaps[("people", "region")] == 1
    assert gaps[("sales", "order_id")] == 0


def test_coverage_is_the_share_of_lines_seen_that_have_a_value(quality) -> None:
    filled = quality.gaps.set_index(["table", "column"])["filled_share"]
    assert filled[("sales", "region")] == 0.75
    assert filled[("sales", "order_id")] == 1
    assert filled[("people", "region")] == 0.5


def test_every_source_has_its_control_total(quality) -> None:
    assert quality.sources["n_rows"].tolist() == [5, 2]
    assert quality.sources["amount"].tolist()[0] == 1187.5
    assert pd.isna(quality.sources["amount"].tolist()[1])  # people have no amount


# -- what the rules found ---------------------------------------------------------------------


def test_the_table_has_every_rule_between_what_was_read_and_what_was_kept(quality) -> None:
    frame = quality.to_frame().set_index("rule")
    assert list(frame.index) == ["read", *RULES, "later", "kept"]
    assert frame.loc[["read", "later", "kept"], "n_rows"].tolist() == [5, 1, 4]
    assert frame.loc[["read", "later", "kept"], "amount"].tolist() == [1187.5, 1000.0, 187.5]
    below = frame.loc["below_cost"]
    assert below[["action", "status", "examples"]].tolist() == ["flag", "flagged", "3"]
    assert below[["n_rows", "row_share", "amount", "money_share"]].tolist() == [
        1,
        0.25,
        25.0,
        25 / 187.5,
    ]
    assert frame.loc["zero_price", "status"] == "no_column"
    assert frame.loc["before_hire", "status"] == "no_list"


def test_what_was_dropped_is_counted_by_rule_and_the_rest_is_kept() -> None:
    found = dirty({"duplicates": "drop", "zero_price": "drop", "returned_pairs": "drop"}).quality
    frame = found.to_frame().set_index("rule")
    dropped = frame.loc[["duplicates", "returned_pairs", "zero_price"]]
    assert dropped["n_rows"].tolist() == [3, 2, 2]  # one free line is a copy: lost to that rule
    assert dropped["n_dropped"].tolist() == [3, 2, 1]
    assert dropped["amount_dropped"].tolist() == [400.0, 0.0, 0.0]
    assert frame.loc[["read", "kept"], "n_rows"].tolist() == [17, 11]
    assert frame.loc["read", "amount"] == frame.loc["kept", "amount"] + 400
    assert found.totals["units_read"] == 10_000 * (540 + 600 + 10)
    sales = found.overview.set_index("table").loc["sales"]
    assert sales[["n_in", "n_seen", "n_after", "n_dropped"]].tolist() == [17, 11, 0, 6]


def test_a_report_of_flags_finds_the_same_as_one_of_drops() -> None:
    spec = {"duplicates": "drop", "zero_price": "drop", "missing_customer": "drop"}
    one, two = (dirty(s).quality.rules for s in (spec, {}))
    columns = ["rule", "n_rows", "units", "units_abs"]
    pd.testing.assert_frame_equal(one[columns], two[columns])


def test_the_rows_of_a_rule_have_their_row_in_the_file_even_after_a_drop() -> None:
    found = dirty({"duplicates": "drop"}).quality
    assert found.rows("duplicates")["row"].tolist() == [11, 12, 14]
    assert found.rows("missing_customer")[["row", "order_id"]].to_numpy().tolist() == [
        [17, "nobody"]
    ]
    assert len(found.rows("duplicates", limit=1)) == 1
    assert len(found.rows("duplicates", limit=None)) == 3
    assert found.rows("wrong_sign").empty


def test_more_rows_than_travel_with_the_result_are_read_from_the_data_set() -> None:
    many = [line("a", unit_price=0.0)] * 30
    found = dirty({}, many).quality
    assert len(found.rows("zero_price")) == 20
    assert len(found.rows("zero_price", limit=None)) == 30


def test_seen_from_an_earlier_day_later_lines_are_looked_at_by_no_rule() -> None:
    early = dirty({"duplicates": "drop"}).at("2024-01-20")
    for name in ("cleaning", "lost"):
        object.__setattr__(early, name, getattr(dirty({"duplicates": "drop"}), name))
    frame = early.quality.to_frame().set_index("rule")
    assert frame.loc[["read", "later", "kept"], "n_rows"].tolist() == [17, 5, 10]
    assert frame.loc["duplicates", "n_dropped"] == 2


def test_names_that_are_probably_misspelt_are_proposed() -> None:
    rows = [line(i, f"2024-01-{i + 1:02}") for i in range(8)] + [line(9, product="ｇreen ")]
    found = dirty({}, rows).quality
    assert found.names[["column", "from_name", "to_name"]].to_numpy().tolist() == [
        ["product", "ｇreen ", "Green"]
    ]
    assert (
        '1 name is proposed for renaming, none is changed; most lines: "ｇreen " as "Green".'
        in found.explain()
    )


# -- sentences --------------------------------------------------------------------------------


def test_months_between_without_any_line_are_named() -> None:
    def told(*dates: str, lang: str = "en") -> list[str]:
        days = pd.to_datetime(list(dates))
        sales = pd.DataFrame({"order_id": list(dates), "date": days, "region": "N", "revenue": 1.0})
        said = of_frames({"sales": sales}, name="made").quality.explain(lang).splitlines()
        return [s for s in said if "hold no order line" in s or "没有任何订单明细" in s]

    assert told("2024-01-31", "2024-02-29") == []
    assert told("2023-11-05", "2024-03-31") == [
        "3 of 5 months hold no order line at all: Dec 2023, Jan 2024, Feb 2024. "
        "Was nothing sold, or is a file missing?"
    ]
    assert told("2023-11-05", "2024-01-31", lang="zh") == [
        "3个月中有1个月没有任何订单明细：2023年12月。请确认是没有销售，还是漏了文件。"
    ]
    assert told("2023-01-05", "2024-01-31")[0].startswith(
        "11 of 13 months hold no order line at all: Feb 2023, Mar 2023, Apr 2023, May 2023, "
        "Jun 2023, Jul 2023, …. Was"
    )


def test_it_reads_in_english(quality) -> None:
    assert quality.explain() == (
        "4 order lines worth 188 CNY from 5 Jan 2024 to 12 Mar 2024; none dropped by a rule; suspicious: "
        "without a region, 1 line (50 CNY); other kinds: 3\n"
        "5 lines were read without a mapping.\n"
        "1 line (1.0k CNY) lie after 20 Mar 2024: kept as truth, not used.\n"
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


def test_what_was_left_out_is_said_first_with_its_amount() -> None:
    text = dirty(
        {"duplicates": "drop", "returned_pairs": "drop", "below_cost": "skip"}
    ).quality.explain()
    lines = text.splitlines()
    assert lines[0].endswith(
        "5 left out (400 CNY); suspicious: without a customer, 1 line (10 CNY); other kinds: 1"
    )
    assert lines[2:5] == [
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


# -- it cannot lie ----------------------------------------------------------------------------


def test_a_statement_that_lost_a_row_or_a_cent_refuses_to_exist(quality) -> None:
    rows = quality.overview.assign(n_seen=quality.overview["n_seen"] - 1)
    with pytest.raises(ReconciliationError) as caught:
        replace(quality, overview=rows)
    assert str(caught.value) == (
        "sales lost rows: 5 read, 3 + 1 kept.\n"
        "  where: data.quality\n"
        "  fix:   this is a defect: please report it with the file"
    )
    cents = quality.overview.assign(amount_seen=quality.overview["amount_seen"] - 0.01)
    with pytest.raises(ReconciliationError, match=r"Amounts read leave \+0.01"):
        replace(quality, overview=cents)


def test_a_ten_thousandth_of_a_yuan_that_no_rule_has_refuses_to_exist(quality) -> None:
    with pytest.raises(ReconciliationError) as caught:
        replace(quality, totals={**quality.totals, "units_kept": quality.totals["units_kept"] - 1})
    assert str(caught.value) == (
        "Of 11,875,000 read, 10,000,000 later, 0 dropped and 1,874,999 kept leave +1.\n"
        "  where: data.quality, ten-thousandths of the currency unit\n"
        "  fix:   this is a defect: please report it with the file"
    )


def test_rows_that_vanish_after_they_were_counted_are_noticed() -> None:
    data = dirty({"duplicates": "drop"})
    object.__setattr__(data, "lost", None)
    with pytest.raises(ReconciliationError, match="sales lost rows: 17 read"):
        _ = data.quality


def test_rows_of_an_unknown_rule_or_beyond_a_saved_result_are_refused(tmp_path) -> None:
    found = dirty({}, [line("a", unit_price=0.0)] * 30).quality
    with pytest.raises(ContractError, match="'zero_prices' is not a rule here"):
        found.rows("zero_prices")
    store.write(found, tmp_path / "q")
    again = store.read(tmp_path / "q")
    pd.testing.assert_frame_equal(again.to_frame(), found.to_frame())
    assert again.explain("zh") == found.explain("zh")
    assert len(again.rows("zero_price")) == 20
    with pytest.raises(ContractError) as caught:
        again.rows("zero_price", limit=None)
    assert str(caught.value) == (
        "A saved result carries 20 of the 30 lines of zero_price.\n"
        "  where: rows('zero_price', limit=None)\n"
        "  fix:   ask data.quality of the data set itself, or for fewer rows"
    )


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
