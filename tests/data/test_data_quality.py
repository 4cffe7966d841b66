"""The data statement: rows and amounts in and out, gaps by name, the month that is not over."""

from dataclasses import replace

import pandas as pd
import pytest
from figures import assert_good_figure

from salesanalysis.data import of_frames
from salesanalysis.errors import ReconciliationError

SALES = pd.DataFrame(
    {
        "order_id": ["1", "2", "3", "4", "5"],
        "date": pd.to_datetime(
            ["2024-01-05", "2024-02-10", "2024-03-10", "2024-03-12", "2024-03-30"]
        ),
        "region": ["East", "", "East", "West", "West"],
        "salesperson": ["NA", "Li", None, "Li", " "],
        "revenue": [100.0, 50.0, 25.0, 12.5, 1000.0],
        "cost": [80.0, None, 20.0, 10.0, 900.0],
    }
)
PEOPLE = pd.DataFrame({"salesperson": ["Li", "NA"], "region": ["East", None]})


@pytest.fixture
def quality():
    return of_frames({"sales": SALES, "people": PEOPLE}, name="made", as_of="2024-03-20").quality


def test_rows_and_amounts_in_are_rows_and_amounts_seen_and_later(quality) -> None:
    sales = quality.to_frame().set_index("table").loc["sales"]
    assert sales[["n_in", "n_seen", "n_after"]].tolist() == [5, 4, 1]
    assert sales[["amount_in", "amount_seen", "amount_after"]].tolist() == [1187.5, 187.5, 1000.0]
    assert (sales["first"], sales["last"]) == (
        pd.Timestamp("2024-01-05"),
        pd.Timestamp("2024-03-12"),
    )


def test_a_value_is_empty_only_beside_a_status_that_says_why(quality) -> None:
    people = quality.to_frame().set_index("table").loc["people"]
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


def test_it_reads_in_english(quality) -> None:
    assert quality.explain() == (
        "4 order lines worth 188 CNY from 5 Jan 2024 to 12 Mar 2024; no line was lost\n"
        "5 lines were read without a mapping.\n"
        "1 lines (1.0k CNY) lie after 20 Mar 2024: kept as truth, not used.\n"
        "Mar 2024 is not over, so it is in no table by month; closed through Feb 2024.\n"
        "1 lines have no Cost.\n"
        "1 lines have no Region; they are kept under (none).\n"
        "1 lines have no Salesperson; they are kept under (none)."
    )


def test_it_reads_in_chinese_without_an_english_word(quality) -> None:
    text = quality.explain("zh")
    assert text.splitlines()[0] == "2024年1月5日至2024年3月12日共4条订单明细，188元，无一丢失"
    assert not any(c.isascii() and c.isalpha() for c in text)


def test_data_without_a_gap_say_so() -> None:
    whole = SALES.head(1)[["order_id", "date", "region", "revenue"]]
    data = of_frames({"sales": whole}, name="made", as_of="2024-01-31")
    assert data.quality.explain().splitlines()[-1] == "No line lacks a name or a value."
    assert data.quality.to_frame()["status"].tolist() == ["data_complete"]


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
    assert quality.to_frame()["n_rounded"].tolist() == [1]
    assert "1 values had more than four decimals and were rounded." in quality.explain()


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


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_picture_shows_closed_months_as_a_line_and_the_open_one_as_a_point(
    quality, lang: str
) -> None:
    ax = quality.plot(lang=lang)
    closed, opened, seen = ax.get_lines()
    assert closed.get_ydata().tolist() == [100.0, 50.0]
    assert opened.get_ydata().tolist() == [37.5]
    assert len(seen.get_xdata()) == 2
    assert ax.get_title(loc="left").replace("\n", "").replace(" ", "") == quality.headline(
        lang
    ).replace(" ", "")
    assert_good_figure(ax)


def test_every_heading_and_status_of_the_table_has_both_languages(quality) -> None:
    for lang in ("en", "zh"):
        shown = quality.table(lang).shown()
        assert not [c for c in shown if c in quality.overview.columns]
        assert "data_" not in shown.to_string()
    assert quality.table("zh").shown().iloc[0, 0] == "订单明细"
