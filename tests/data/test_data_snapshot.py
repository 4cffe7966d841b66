"""A snapshot opens as what was saved: same tables, same bytes, whole or not at all."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.data import of_frames
from salesanalysis.data import snapshot as snapshots
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
        "The snapshot has format 99, but 1 is read here.\n"
        f"  where: {card}\n"
        "  fix:   save it again with this version"
    )
    card.write_text("{", "utf-8")
    with pytest.raises(ContractError, match="is no card of a snapshot"):
        sa.load(tmp_path / "snap")
