"""What we write so that no spreadsheet runs it is read again as it was."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.data.engine import connect, fetch
from salesanalysis.data.propose import propose
from salesanalysis.data.sources import Place, open_table
from salesanalysis.errors import ContractError
from salesanalysis.report import save

NAMES = ["=SUM", "-Foo", "@home", "'=1", "'s-Hertogenbosch", "+86 138", "'quoted'", "Acme;=1"]
RULE = """\
name: again
tables:
  sales:
    file: lines.csv{escaped}
    columns: {{order_id: order_id, date: date, region: region, revenue: revenue}}
"""


def exported(room: Path, names: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "order_id": [str(i) for i in range(len(names))],
            "date": pd.to_datetime(["2024-01-05"] * len(names)),
            "region": names,
            "revenue": [-1.5] * len(names),
        }
    )
    save(room, lines=frame)
    return frame


def loaded(room: Path, escaped: str) -> list[str]:
    (room / "mapping.yaml").write_text(RULE.format(escaped=escaped), encoding="utf-8")
    frame = sa.load(room).frame("sales")
    return frame.sort_values("order_id")["region"].tolist()


def test_our_own_table_loads_as_it_was_written(tmp_path: Path) -> None:
    exported(tmp_path, NAMES)
    assert "'=SUM" in (tmp_path / "lines.csv").read_text("utf-8-sig")
    assert loaded(tmp_path, "\n    escaped: true") == NAMES


def test_apostrophes_of_other_people_stay(tmp_path: Path) -> None:
    exported(tmp_path, NAMES)
    there = loaded(tmp_path, "")
    assert there[:2] == ["'=SUM", "'-Foo"]
    assert there[4] == "'s-Hertogenbosch"


def test_a_heading_that_was_made_safe_gets_its_name_back(tmp_path: Path) -> None:
    save(tmp_path, lines=pd.DataFrame({"=net": [1], "'day": [2]}))
    place = Place(path=tmp_path / "lines.csv", escaped=True)
    opened = open_table(connect(), place, tmp_path)
    assert opened.theirs == ["=net", "'day"]


def test_escaped_is_true_or_false(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        loaded(tmp_path, "\n    escaped: ours")
    assert str(caught.value) == (
        "tables.sales.escaped must be true or false, got 'ours'.\n"
        f"  where: {tmp_path / 'mapping.yaml'}:5: tables.sales.escaped\n"
        "  fix:   write true or false"
    )


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.text(st.sampled_from("'=+-@ a1;\t\n\u200b＝"), min_size=1), min_size=1, max_size=20)
)
def test_any_text_comes_back_from_our_own_table(tmp_path_factory, texts) -> None:
    room = tmp_path_factory.mktemp("again")
    save(room, lines=pd.DataFrame({"n": range(len(texts)), "text": texts}))
    con = connect()
    opened = open_table(con, Place(path=room / "lines.csv", escaped=True), room)
    again = fetch(con, opened.table)["text"].tolist()
    # our own reader of one cell agrees with the engine's of a column
    assert [t.rstrip("\r") for t in again] == texts


def test_map_notices_apostrophes_as_our_own_tables_write_them(tmp_path: Path) -> None:
    exported(tmp_path, NAMES)
    (tmp_path / "tables.xlsx").unlink()
    proposal = propose(tmp_path)
    said = (
        "an apostrophe stands before text a spreadsheet would run, in cells of region, as our own "
        "tables are written; it is taken off"
    )
    assert f"    escaped: true\n    # {said}\n" in proposal.to_yaml()
    assert said in proposal.explain()
    (tmp_path / "mapping.yaml").write_text(proposal.to_yaml(), encoding="utf-8")
    assert sorted(sa.load(tmp_path).frame("sales")["region"]) == sorted(NAMES)
