"""A stored result reads back as itself."""

import json
from pathlib import Path

import pandas as pd
import pytest

from salesanalysis import store
from salesanalysis.errors import ContractError
from salesanalysis.labels import Terms
from salesanalysis.panel import Panel
from salesanalysis.periods import FiscalCalendar


@pytest.fixture
def panel() -> Panel:
    frame = pd.DataFrame(
        {"region": ["东", "NA"], "period": ["2024-01-01", "2024-01-01"], "value": [0.1, 2.0]}
    )
    terms = Terms({"region": {"东": {"en": "East"}}})
    return Panel.of(frame, by=["region"], calendar=FiscalCalendar(7), terms=terms)


def test_a_panel_comes_back_with_its_table_calendar_and_names(tmp_path: Path, panel: Panel) -> None:
    store.write(panel, tmp_path)
    back = store.read(tmp_path)
    pd.testing.assert_frame_equal(back.to_frame(), panel.to_frame())
    assert (back.by, back.calendar, back.closed_through) == (
        panel.by,
        panel.calendar,
        panel.closed_through,
    )
    assert back.terms.show("region", "东", "en") == "East"


def test_the_same_result_is_stored_in_the_same_bytes(tmp_path: Path, panel: Panel) -> None:
    for name in ("a", "b"):
        store.write(panel, tmp_path / name)
    files = sorted(p.name for p in (tmp_path / "a").iterdir())
    assert files == ["frame.parquet", "result.json"]
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_class_of_somebody_else_is_never_built(tmp_path: Path, panel: Panel) -> None:
    store.write(panel, tmp_path)
    tree = json.loads((tmp_path / "result.json").read_text("utf-8"))
    tree["class"] = "subprocess:Popen"
    (tmp_path / "result.json").write_text(json.dumps(tree), "utf-8")
    with pytest.raises(ContractError) as caught:
        store.read(tmp_path)
    assert str(caught.value) == (
        "'subprocess:Popen' is not a result of this package.\n"
        f"  where: {tmp_path / 'result.json'}\n"
        "  fix:   delete the folder and run the batch again"
    )


def test_a_field_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        store.write({"when": {1, 2}}, tmp_path)
    assert str(caught.value) == (
        "A field of kind set cannot be stored.\n"
        "  where: field '.0'\n"
        "  fix:   hold it as a table, text, number, tuple or dict"
    )
