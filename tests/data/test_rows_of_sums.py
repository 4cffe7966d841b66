"""Rows of sums in an export are found however they are called, and also where nothing calls them so."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.data.cleaning.totals import called, in_engine
from salesanalysis.data.engine import fetch
from salesanalysis.data.ingest.sumrows import hits
from salesanalysis.data.propose import propose

HEADER = "Order,Day,Area,Remark,Net\n"
LINES = "1,2024-01-05,East,a,10.00\n2,2024-01-06,East,b,20.50\n3,2024-01-07,West,c,30.25\n"
MAPPING = """name: shop
currency: EUR
tables:
  sales:
    file: lines.csv
    columns: {order_id: Order, date: Day, region: Area, revenue: Net}
"""
WORDS = (
    "Total:", "合 计", "合　计", "合计：", "总 计", "本页小计", "本年累计", "Grand Totals (30 records)",
    "Subtotal North", "East subtotal", "TOTAL GENERAL", "Total général", "Sous-total", "Gesamt",
    "Gesamtsumme", "Summe", "Totale", "Totaal", "Toplam", "Итого", "小計", "合計", "総計", "Suma",
    "Razem", "Σ", "** Total **", "合计（40笔）", "Ｔｏｔａｌ",
)  # fmt: skip
NO_WORDS = (
    "Summer", "Total Energies", "Sum41", "SUM001", "TOTAL-123", "设计", "合计科技", "统计", "Totalise Ltd",
    "Gesamtkunde AG", "",
)  # fmt: skip


def load(folder: Path, lines: str, mapping: str = MAPPING, **more):
    (folder / "lines.csv").write_text(HEADER + lines, "utf-8")
    (folder / "shop.yaml").write_text(mapping, "utf-8")
    return sa.load(folder / "lines.csv", folder / "shop.yaml", **more)


def found(data, rule: str) -> list[str]:
    return sorted(data.quality.rows(rule, limit=None)["order_id"])


# -- worked by hand ---------------------------------------------------------------------------


@pytest.mark.parametrize("word", WORDS)
def test_a_row_of_sums_is_found_by_its_word_in_any_language(word: str) -> None:
    assert called(word)


@pytest.mark.parametrize("name", NO_WORDS)
def test_a_name_that_only_resembles_such_a_word_is_none(name: str) -> None:
    assert not called(name)


def test_the_engine_and_the_proposal_call_the_same_texts_sums(con) -> None:
    import ibis
    import pyarrow as pa

    texts = [*WORDS, *NO_WORDS]
    table = ibis.memtable(pa.table({"text": texts}))
    frame = fetch(con, table.mutate(hit=in_engine(table["text"])))
    assert dict(zip(frame["text"], frame["hit"], strict=True)) == {t: t in WORDS for t in texts}


def test_a_word_for_a_sum_is_found_in_a_column_that_nobody_mapped(tmp_path: Path) -> None:
    data = load(tmp_path, LINES + "4,2024-01-31,West,合 计,99.00\n")
    assert found(data, "total_rows") == ["4"]
    dropped = load(
        tmp_path, LINES + "4,2024-01-31,West,合 计,99.00\n", cleaning={"total_rows": "drop"}
    )
    assert dropped.frame("sales")["revenue"].tolist() == [10.0, 20.5, 30.25]


def test_a_subtotal_in_the_order_column_never_counts_as_a_sale_unseen(tmp_path: Path) -> None:
    mapping = MAPPING.replace("    columns:", "    fill_down: [Day, Area]\n    columns:")
    data = load(tmp_path, LINES + "East subtotal,,,,7.00\n", mapping)
    assert found(data, "total_rows") == ["East subtotal"]
    with pytest.raises(sa.errors.ContractError, match="row 4, 'Day' is ''"):
        load(tmp_path, LINES + "East subtotal,,,,7.00\n")


def test_a_row_that_nothing_calls_a_sum_is_found_by_its_amount(tmp_path: Path) -> None:
    data = load(tmp_path, LINES + "X,2024-01-31,West,,60.75\n5,2024-02-01,West,,1.00\n")
    assert found(data, "sum_of_rows") == ["X"]
    said = data.quality.explain().splitlines()
    assert (
        "The amount is the sum of the rows above it: row 4 (61 EUR). Drop sum_of_rows, or leave "
        "the rows out, if they are sums."
    ) in said
    chinese = data.quality.explain("zh").splitlines()
    assert "金额等于上方各行之和：第4行（61欧元）。若确为合计行，请剔除或在映射中略去。" in chinese


def test_sums_of_groups_and_the_sum_of_all_are_found_one_after_the_other() -> None:
    amounts = [1, 2, 3, 6, 10, 20, 30, 60, 66]
    lines = pd.DataFrame(
        {"_row": range(1, 10), "date": pd.Timestamp(0), "revenue": amounts, "_word": 0}
    )
    assert hits(lines)["_row"].tolist() == [4, 8, 9]


def test_a_sum_known_by_its_word_ends_a_group_of_two_lines() -> None:
    amounts = [1, 2, 3, 10, 20, 30, 60]
    lines = pd.DataFrame(
        {"_row": range(1, 8), "date": pd.Timestamp(0), "revenue": amounts, "_word": 0}
    )
    assert hits(lines.assign(_word=[0, 0, 1, 0, 0, 0, 0]))["_row"].tolist() == [7]


def test_two_rows_above_prove_nothing() -> None:
    lines = pd.DataFrame(
        {"_row": [1, 2, 3], "date": pd.Timestamp(0), "revenue": [1, 2, 3], "_word": 0}
    )
    assert hits(lines).empty


def test_every_file_and_every_column_of_months_is_added_up_by_itself() -> None:
    one = {"_row": [1, 2, 3, 4], "revenue": [1, 2, 3, 6], "_word": 0}
    january, february = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-01")
    months = pd.concat([pd.DataFrame({**one, "date": m}) for m in (january, february)])
    assert hits(months)[["_row", "date"]].to_numpy().tolist() == [[4, january], [4, february]]
    files = pd.concat([pd.DataFrame({**one, "date": january, "_file": f}) for f in "ab"])
    assert hits(files)["_file"].tolist() == ["a", "b"]


def test_a_saved_snapshot_still_knows_the_rows_that_are_sums(tmp_path: Path) -> None:
    data = load(tmp_path, LINES + "X,2024-01-31,West,,60.75\nY,2024-01-31,West,Итого,60.75\n")
    data.save(tmp_path / "kept")
    again = sa.load(tmp_path / "kept")
    assert (found(again, "sum_of_rows"), found(again, "total_rows")) == (["X"], ["Y"])


# -- proposals ----------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["Total:", "合 计", "Grand Totals (30 records)", "Итого"])
def test_the_draft_drops_a_row_of_sums_with_a_day_and_says_so(tmp_path: Path, word: str) -> None:
    path = tmp_path / "lines.csv"
    path.write_text(HEADER + LINES + f"{word},2024-01-31,,,60.75\n", "utf-8")
    proposal = propose(path)
    assert (proposal.trial["n_rows"], proposal.trial["n_dropped"]) == (4, 1)
    assert "  total_rows: drop  # 1 line" in proposal.to_yaml()


def test_the_draft_leaves_out_sums_that_stand_in_two_columns(tmp_path: Path) -> None:
    lines = LINES.replace("3,", ",,本月合计,,30.50\n3,") + "合计,,,,60.75\n"
    path = tmp_path / "lines.csv"
    path.write_text(HEADER + lines, "utf-8")
    proposal = propose(path)
    assert (proposal.trial["n_rows"], proposal.trial["amount"]) == (3, 60.75)
    assert (
        'where: {"Area": {"not": ["本月合计"]}, "Order": {"not": ["合计"]}}' in proposal.to_yaml()
    )


def test_the_draft_leaves_out_a_row_that_has_an_amount_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text(
        HEADER + LINES + "4,2024-01-08,West,c,1.00\n5,2024-01-08,West,c,1.00\n,,,,62.75\n", "utf-8"
    )
    proposal = propose(path)
    assert (proposal.trial["n_rows"], proposal.trial["amount"]) == (5, 62.75)
    assert (
        "Order lines: rows without a value in Day and without names: 1, perhaps sums; they are left "
        "out by where"
    ) in proposal.explain().splitlines()


# -- invariants ---------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 10**9), min_size=3, max_size=50), st.data())
def test_a_planted_sum_is_always_found(amounts: list[int], data) -> None:
    at = data.draw(st.integers(3, len(amounts)))
    planted = [*amounts[:at], sum(amounts[:at]), *amounts[at:]]
    lines = pd.DataFrame(
        {
            "_row": range(1, len(planted) + 1),
            "date": pd.Timestamp(0),
            "revenue": planted,
            "_word": 0,
        }
    )
    rows = hits(lines)["_row"].tolist()
    first = next(i for i in range(3, at + 1) if planted[i] == sum(planted[:i]))
    assert rows[0] == first + 1
