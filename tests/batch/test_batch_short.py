"""The short form: the data are loaded once, and a misspelt region costs nothing."""

import json
from pathlib import Path

import pytest

from salesanalysis.batch import keys
from salesanalysis.batch.manifest import Manifest
from salesanalysis.batch.short import short_plan, take
from salesanalysis.errors import ParamError


def test_the_demo_becomes_a_snapshot_and_one_task_for_each_region_and_language(
    room, monkeypatch
) -> None:
    prepared: list[tuple[str, Path]] = []  # what is prepared: tests/book/test_book.py
    monkeypatch.setattr(
        "salesanalysis.batch.short._prepare_company",
        lambda data, folder: prepared.append((data.name, folder)),
    )
    made = short_plan("demo", langs=["en", "zh"], notebooks=["tiny"])
    assert prepared == [("demo", Path("outputs/demo/.data.new"))]
    assert [t.id for t in made.tasks][:2] == ["tiny/East.en", "tiny/East.zh"]
    assert len(made.tasks) == 10
    assert dict(made.tasks[0].params) == {
        "data": "outputs/demo/.data",
        "as_of": "2024-03-31",
        "region": "East",
        "lang": "en",
    }
    assert made.about["regions"]["East"] == {"en": "East", "zh": "华东"}
    # planning again reads the snapshot's list of regions and loads nothing
    monkeypatch.setattr("salesanalysis.data.load", None)
    assert take("demo", mapping=None, as_of=None, out=Path("outputs")).fresh
    again = short_plan("demo", regions=["East"], notebooks=["tiny"])
    assert [t.id for t in again.tasks] == ["tiny/East.en"]
    assert keys.digest(again.tasks[0].parts["inputs"]) == keys.digest(made.tasks[0].parts["inputs"])


def test_a_dry_run_over_data_leaves_nothing_and_tells_what_a_run_would_do(
    room, monkeypatch
) -> None:
    monkeypatch.setattr("salesanalysis.batch.short._prepare_company", lambda *_: None)
    dry = short_plan("demo", notebooks=["tiny"], regions=["East"], save=False)
    assert dry.reasons == {"tiny/East.en": "new"}
    assert not Path("outputs").exists()
    real = short_plan("demo", notebooks=["tiny"], regions=["East"])
    task = real.tasks[0]
    book = Manifest(real.folder)
    book.write("end", task=task.id, status="ok", parts=task.parts)
    book.close()
    files = {p: p.stat().st_mtime_ns for p in Path("outputs").rglob("*")}

    def why(**more) -> dict[str, str]:
        return short_plan("demo", notebooks=["tiny"], regions=["East"], save=False, **more).reasons

    assert why() == {"tiny/East.en": ""}
    assert why(as_of="2024-02-29") == {"tiny/East.en": "params: as_of 2024-03-31 -> 2024-02-29"}
    monkeypatch.setattr(keys, "hash_of_library", lambda: "another")
    assert why() == {"tiny/East.en": "input: outputs/demo/.data/about.json"}
    assert {p: p.stat().st_mtime_ns for p in Path("outputs").rglob("*")} == files


def test_every_task_knows_the_day_and_the_key_of_its_data(room, monkeypatch) -> None:
    monkeypatch.setattr("salesanalysis.batch.short._prepare_company", lambda *_: None)
    made = short_plan("demo", notebooks=["tiny"], as_of="2024-02-29")
    assert {(t.as_of, t.data_key) for t in made.tasks} == {("2024-02-29", made.about["key"])}


def test_a_misspelt_region_is_refused_before_anything_is_written(room) -> None:
    with pytest.raises(ParamError) as caught:
        short_plan("demo", regions=["Esat"], notebooks=["tiny"])
    assert str(caught.value) == (
        "'Esat' is not a region of demo, which has 5: East, South, North, West, Key accounts.\n"
        "  where: --regions\n"
        "  fix:   did you mean 'East'?"
    )
    assert not Path("outputs").exists()


def test_a_notebook_that_would_show_other_data_is_refused(room) -> None:
    book = Path("notebooks/tiny.ipynb")
    node = json.loads(book.read_text(encoding="utf-8"))
    node["cells"][1]["source"] = 'region: str = "East"'
    book.write_text(json.dumps(node), encoding="utf-8")
    with pytest.raises(ParamError) as caught:
        short_plan("demo", notebooks=["tiny"])
    assert str(caught.value) == (
        "the notebook has no parameter 'source': it would not read the data of the run.\n"
        "  where: notebooks/tiny.ipynb\n"
        '  fix:   add source: str = "demo" to its parameters cell, and load from it'
    )
