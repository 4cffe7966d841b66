"""A snapshot opens as what was saved: same tables, same bytes, whole or not at all."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import salesanalysis as sa
from salesanalysis.data import of_frames
from salesanalysis.data import snapshot as snapshots
from salesanalysis.data.engine import quiet
from salesanalysis.data.kinds import Origin
from salesanalysis.data.verify.declared import Check
from salesanalysis.errors import ContractError, RenderError
from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar

SALES = pd.DataFrame(
    {
        "order_id": ["1", "2", "3", "4"],
        "date": pd.to_datetime(["2024-01-05", "2024-02-29", "2024-02-29", "2024-04-30"]),
        "region": ["East", "NA", "", "East"],
        "salesperson": ["None", "NULL", "Li", "Li"],
        "revenue": [0.10, 20.20, 1.25, 7.0],
    }
)
PEOPLE = pd.DataFrame({"salesperson": ["Li"], "region": ["East"], "share": [0.5]})


def made(sales: pd.DataFrame = SALES):
    return of_frames(
        {"sales": sales, "people": PEOPLE},
        name="made",
        titles={"en": "Made", "zh": "样例"},
        as_of="2024-03-31",
        currency="USD",
        calendar=FiscalCalendar(7),
        terms=Terms({"region": {"East": {"zh": "华东"}}}),
        regions=("NA", "East"),
    )


def fingerprint(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


def test_a_snapshot_opens_as_what_was_saved(tmp_path: Path) -> None:
    data = made()
    assert data.save(tmp_path / "snap") == tmp_path / "snap"
    opened = sa.load(tmp_path / "snap")
    for name in (
        "name",
        "titles",
        "as_of",
        "currency",
        "calendar",
        "order",
        "mapping",
        "tables",
        "regions",
        "year",
        "closed_through",
        "origins",
    ):
        assert getattr(opened, name) == getattr(data, name), name
    assert opened.terms.to_dict() == data.terms.to_dict()
    for table in data.tables:
        pd.testing.assert_frame_equal(opened.frame(table), data.frame(table))
    a, b = opened.panel(by=["region"]), data.panel(by=["region"])
    pd.testing.assert_frame_equal(a.to_frame(), b.to_frame())
    pd.testing.assert_frame_equal(opened.quality.to_frame(), data.quality.to_frame())


def test_the_truth_after_as_of_is_saved_too(tmp_path: Path) -> None:
    made().save(tmp_path / "snap")
    assert sa.load(tmp_path / "snap").panel().total() == pytest.approx(21.55)
    assert sa.load(tmp_path / "snap", as_of="2024-04-30").panel().total() == pytest.approx(28.55)


def test_equal_data_give_equal_bytes_whatever_the_order_of_their_rows(tmp_path: Path) -> None:
    made().save(tmp_path / "a")
    order = np.random.default_rng(5).permutation(len(SALES))
    made(SALES.iloc[order].reset_index(drop=True)).save(tmp_path / "b")
    sa.load(tmp_path / "a").save(tmp_path / "c")
    assert fingerprint(tmp_path / "a") == fingerprint(tmp_path / "b") == fingerprint(tmp_path / "c")
    assert set(fingerprint(tmp_path / "a")) == {"dataset.json", "sales.parquet", "people.parquet"}


def test_a_snapshot_is_replaced_by_the_next_one_and_nothing_is_left_beside_it(
    tmp_path: Path,
) -> None:
    made().save(tmp_path / "snap")
    made(SALES.drop(index=1)).save(tmp_path / "snap")
    assert len(sa.load(tmp_path / "snap", as_of="2024-04-30").frame("sales")) == 3
    assert [p.name for p in tmp_path.iterdir()] == ["snap"]


def test_a_snapshot_that_fails_half_way_leaves_the_old_one(tmp_path: Path, monkeypatch) -> None:
    made().save(tmp_path / "snap")
    before = fingerprint(tmp_path / "snap")

    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(snapshots, "_card", broken)
    with pytest.raises(RenderError) as caught:
        made().save(tmp_path / "snap")
    assert caught.value.code == "not-writable"
    assert fingerprint(tmp_path / "snap") == before
    assert [p.name for p in tmp_path.iterdir()] == ["snap"]


def test_a_folder_of_something_else_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        made().save(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} is there already and is no snapshot.\n"
        f"  where: {tmp_path}\n"
        "  fix:   choose another folder: this one would be overwritten"
    )


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(RenderError) as caught:
        made().save(tmp_path / "file" / "snap")
    assert str(caught.value) == (
        f"{tmp_path}/file/snap cannot be written: File exists.\n"
        f"  where: {tmp_path}/file\n"
        "  fix:   choose a folder you may write to, or free some space"
    )


def test_a_snapshot_of_another_format_and_one_without_a_table_are_refused(tmp_path: Path) -> None:
    made().save(tmp_path / "snap")
    (tmp_path / "snap" / "people.parquet").unlink()
    with pytest.raises(ContractError, match=r"people\.parquet does not exist"):
        sa.load(tmp_path / "snap")
    card = tmp_path / "snap" / "dataset.json"
    card.write_text(json.dumps({**json.loads(card.read_text("utf-8")), "format": 99}), "utf-8")
    with pytest.raises(ContractError) as caught:
        sa.load(tmp_path / "snap")
    assert str(caught.value) == (
        "The snapshot has format 99, but 2 is read here.\n"
        f"  where: {card}\n"
        "  fix:   open it with the version of salesanalysis that wrote it"
    )
    card.write_text(json.dumps({**json.loads(card.read_text("utf-8")), "format": 1}), "utf-8")
    with pytest.raises(ContractError) as caught:
        sa.load(tmp_path / "snap")
    assert str(caught.value) == (
        "The snapshot has format 1, but 2 is read here.\n"
        f"  where: {card}\n"
        "  fix:   load the files it was made from and save them again"
    )
    card.write_text("{", "utf-8")
    with pytest.raises(ContractError, match="is no card of a snapshot"):
        sa.load(tmp_path / "snap")


def many(n: int) -> pd.DataFrame:
    """Return lines in no order, more than a piece of a file holds."""
    rng = np.random.default_rng(11)
    return pd.DataFrame(
        {
            "order_id": rng.permutation(n).astype(str),
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 90, n), unit="D"),
            "region": rng.choice(["北", "Süd", "a", "B"], n),
            "revenue": rng.integers(-500, 100_000, n) / 100,
        }
    )


def test_rows_are_written_in_their_order_in_pieces_of_one_size(tmp_path: Path) -> None:
    lines = many(300_000)
    made(lines).save(tmp_path / "snap")
    file = pq.ParquetFile(tmp_path / "snap" / "sales.parquet")
    sizes = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
    assert sizes == [122_880, 122_880, 54_240]
    assert file.schema_arrow.metadata is None
    found = file.read(columns=["date", "order_id"]).to_pandas(date_as_object=False)
    ordered = lines[["date", "order_id"]].sort_values(["date", "order_id"], ignore_index=True)
    assert found["order_id"].tolist() == ordered["order_id"].tolist()


def test_no_table_is_held_in_memory_while_it_is_saved(tmp_path: Path, monkeypatch) -> None:
    def whole(*_: object, **__: object) -> None:
        raise AssertionError("the whole table was fetched")

    data = made(many(1_000))
    monkeypatch.setattr(data.con, "to_pyarrow", whole)
    data.save(tmp_path / "snap")
    assert pq.read_metadata(tmp_path / "snap" / "sales.parquet").num_rows == 1_000


def test_a_table_of_a_database_gives_the_same_bytes_as_one_of_our_own(tmp_path: Path) -> None:
    data = made(many(5_000))
    data.save(tmp_path / "near")
    there = ibis.duckdb.connect()
    there.con.register("arriving", data.con.to_pyarrow(data.whole("sales")))
    there.raw_sql("CREATE TABLE lines AS SELECT * FROM arriving ORDER BY revenue")
    with quiet():
        far = replace(data, sources={**data.sources, "sales": there.table("lines")})
    far.save(tmp_path / "far")
    assert fingerprint(tmp_path / "far") == fingerprint(tmp_path / "near")
    far.save(tmp_path / "far")
    assert fingerprint(tmp_path / "far") == fingerprint(tmp_path / "near")


def test_what_was_left_out_and_the_rules_are_kept(tmp_path: Path) -> None:
    data = of_frames(
        {"sales": pd.concat([SALES, SALES.head(1)])},
        name="made",
        cleaning={"duplicates": "drop", "max_loss": {"rows": 0.5}},
    )
    data.save(tmp_path / "snap")
    assert (tmp_path / "snap" / "lost.parquet").is_file()
    opened = sa.load(tmp_path / "snap")
    assert opened.cleaning == data.cleaning
    assert opened.parts == data.parts
    row = opened.con.to_pyarrow(opened.lost).to_pylist()[0]
    assert (row["rule"], row["order_id"]) == ("duplicates", "1")
    pd.testing.assert_frame_equal(opened.quality.to_frame(), data.quality.to_frame())
    assert opened.quality.explain() == data.quality.explain()
    opened.save(tmp_path / "again")
    assert fingerprint(tmp_path / "again") == fingerprint(tmp_path / "snap")


def test_comparisons_are_kept_with_the_files_of_the_other_side(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    ledger = "region,period,revenue\nEast,2024-01-01,0.10\nNA,2024-02-01,20.20\n"
    (tmp_path / "in" / "ledger.csv").write_text(ledger, "utf-8")
    check = Check("ledger", "ledger.csv", {}, {"by": ["region", "period"]})
    data = replace(made(), checks=(check,), folder=str(tmp_path / "in"))
    data.save(tmp_path / "snap")
    said = data.statement()
    (tmp_path / "in" / "ledger.csv").unlink()
    opened = sa.load(tmp_path / "snap")
    assert opened.checks == (check,)
    assert opened.statement() == said
    opened.save(tmp_path / "again")
    assert (tmp_path / "again" / "checked" / "ledger.csv").read_text("utf-8") == ledger


def test_a_data_set_that_lost_nothing_has_no_file_of_lost_lines(tmp_path: Path) -> None:
    made().save(tmp_path / "snap")
    assert not (tmp_path / "snap" / "lost.parquet").exists()
    assert json.loads((tmp_path / "snap" / "dataset.json").read_text("utf-8"))["lost"] is False


def test_no_password_goes_into_a_snapshot(tmp_path: Path) -> None:
    data = made()
    secret = "postgresql://anna:geheim99@db.example/shop?sslpassword=geheim99"
    origin = Origin(secret, 4, 28.55)
    leaky = replace(data, origins={**data.origins, "sales": origin}, mapping=secret)
    leaky.save(tmp_path / "snap")
    texts = [p.read_bytes() for p in (tmp_path / "snap").iterdir()]
    assert not any(b"geheim99" in text for text in texts)
    assert any(b"postgresql://anna@db.example/shop" in text for text in texts)
