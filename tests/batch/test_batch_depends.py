"""A page is up to date only while everything it was made from is; regions are looked up first."""

import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from batchroom import batch_file

import salesanalysis as sa
from salesanalysis.batch import depends, keys, plan
from salesanalysis.batch.manifest import Manifest
from salesanalysis.errors import ContractError, ParamError
from salesanalysis.labels import Terms

READER = ["notebooks/reader.ipynb"]


@pytest.fixture
def reader(room, monkeypatch):
    """A project whose notebook reads a source, with plans and mappings of its own."""
    text = Path("notebooks/tiny.ipynb").read_text(encoding="utf-8")
    lines = ['source: str = \\"demo\\"', 'mapping: str = \\"\\"', 'scheme: str = \\"\\"']
    text = text.replace('data: str = \\"demo\\"', "\\n".join(lines))
    Path("notebooks/reader.ipynb").write_text(text, encoding="utf-8")
    shutil.copy("notebooks/locale/zh/tiny.yaml", "notebooks/locale/zh/reader.yaml")
    monkeypatch.setattr(depends, "_REPOSITORY", room / "repository")
    for place in ("params/plans", "params/mappings", "repository/params/plans", "exports"):
        Path(place).mkdir(parents=True)
        (Path(place) / "a.yaml").write_text("1\n", encoding="utf-8")
    for name in ("sales.csv", "mine.yaml", "pay.yaml"):
        Path(name).write_text("1\n", encoding="utf-8")
    return room


@pytest.fixture
def loaded(monkeypatch):
    """What was loaded while planning; every source is a small company."""
    calls = []

    def load(source, mapping=None, *, as_of=None):
        calls.append((source, mapping, as_of))
        terms = Terms({"region": {"East": {"en": "East", "zh": "华东"}}})
        day = pd.Timestamp("2024-03-31")
        return SimpleNamespace(regions=["East", "West"], as_of=day, terms=terms)

    monkeypatch.setattr(sa, "load", load)
    return calls


@pytest.mark.parametrize("kind", ["flat", "batch"])
@pytest.mark.parametrize(
    "file",
    [
        "sales.csv",
        "mine.yaml",
        "pay.yaml",
        "params/plans/a.yaml",
        "params/mappings/a.yaml",
        "repository/params/plans/a.yaml",
    ],
)
def test_a_page_is_out_of_date_when_a_file_it_reads_has_changed(reader, loaded, kind, file) -> None:
    values = {"source": "sales.csv", "mapping": "mine.yaml", "scheme": "pay.yaml"}
    run = batch_file(Path("q.yaml"), {"East": {}}, common=values)
    if kind == "flat":
        run.write_text("".join(f"{k}: {v}\n" for k, v in values.items()) + "region: East\n")
    before = plan(READER, [run]).tasks[0].parts
    assert keys.reason(plan(READER, [run]).tasks[0].parts, before) == ""
    Path(file).write_text("2\n", encoding="utf-8")
    why = keys.reason(plan(READER, [run]).tasks[0].parts, before)
    assert why.startswith("input: ")
    assert why.endswith(file)


@pytest.mark.parametrize("mapping", ["lookups.yaml", "shop"])
def test_a_lookup_beside_the_source_counts_too(reader, loaded, mapping) -> None:
    rules = "tables: {sales: {file: sales.csv, joins: [{file: people.csv, key: id}]}}\n"
    for place in ("lookups.yaml", "repository/params/plans/shop.yaml"):
        Path(place).write_text(rules, encoding="utf-8")
    Path("people.csv").write_text("1\n", encoding="utf-8")
    common = {"source": "sales.csv", "mapping": mapping}
    run = batch_file(Path("q.yaml"), {"East": {}}, common=common)
    before = plan(READER, [run]).tasks[0]
    Path("people.csv").write_text("2\n", encoding="utf-8")
    after = plan(READER, [run]).tasks[0]
    assert keys.reason(after.parts, before.parts) == "input: people.csv"
    assert after.data_key != before.data_key


def test_a_folder_of_exports_counts_file_by_file_and_the_demo_is_no_folder(reader, loaded) -> None:
    Path("demo").mkdir()
    Path("demo/a.csv").write_text("1\n", encoding="utf-8")
    run = batch_file(Path("q.yaml"), {"East": {"source": "exports"}, "West": {}})
    east, west = (set(t.parts["inputs"]) for t in plan(READER, [run]).tasks)
    assert east - west == {"exports/a.yaml"}
    assert "demo/a.csv" not in west


def test_a_changed_plan_or_mapping_makes_a_new_snapshot_wherever_it_stands(reader) -> None:
    before = depends.data_key("demo", None, None)
    assert depends.data_key("demo", "", "") == before
    Path("params/runs").mkdir()
    Path("params/runs/q.yaml").write_text("region: East\n", encoding="utf-8")
    assert depends.data_key("demo", None, None) == before
    seen = {before}
    for file in ("params/plans/a.yaml", "repository/params/plans/a.yaml"):
        Path(file).write_text("2\n", encoding="utf-8")
        seen.add(depends.data_key("demo", None, None))
    assert len(seen) == 3


def test_the_plans_of_a_linked_repository_are_counted_once(reader) -> None:
    Path("repository/params/plans/a.yaml").unlink()
    Path("repository/params/plans").rmdir()
    Path("repository/params").rmdir()
    Path("repository/params").symlink_to(Path("params").resolve())
    assert depends.shipped() == ("params/plans", "params/mappings")


def refusal(*args, **kwargs) -> str:
    with pytest.raises(ParamError) as caught:
        plan(*args, **kwargs)
    assert not Path("outputs").exists()
    return str(caught.value)


def test_a_region_the_data_do_not_have_is_refused_with_the_nearest_before_anything_runs(
    reader,
) -> None:
    Path("one.yaml").write_text("source: demo\nregion: Esat\n", encoding="utf-8")
    assert refusal(READER, ["one.yaml"]) == (
        "'Esat' is not a region of the data, which have 5: East, South, North, West, Key accounts.\n"
        "  where: one.yaml:2: region\n"
        "  fix:   did you mean 'East'?"
    )


def test_every_wrong_region_is_listed_and_one_that_only_the_notebook_names_too(
    reader, loaded
) -> None:
    run = batch_file(Path("q.yaml"), {"East": {}, "Wset": {}, "Mars": {}})
    assert refusal(READER, [run]).splitlines()[:3] == [
        "2 problems; nothing ran.",
        "  where: 1. q.yaml:1: regions.Wset: 'Wset' is not a region of the data, which have 2:"
        " East, West.",
        "         2. q.yaml:1: regions.Mars: 'Mars' is not a region of the data, which have 2:"
        " East, West.",
    ]
    Path("none.yaml").write_text("horizon: 6\n", encoding="utf-8")
    assert "none.yaml: region" in refusal(READER, ["none.yaml"])


def test_data_that_cannot_be_loaded_are_refused_at_the_line_that_names_them(reader) -> None:
    Path("one.yaml").write_text("source: nowhere.csv\nregion: East\n", encoding="utf-8")
    with pytest.raises(ContractError) as told:
        sa.load("nowhere.csv")
    error = told.value
    assert refusal(READER, ["one.yaml"]) == (
        f"{error.what}\n  where: one.yaml:1: source ({error.where})\n  fix:   {error.fix}"
    )


def test_data_are_loaded_once_for_a_plan_and_not_again_after_a_run(reader, loaded) -> None:
    days = {"West": {"as_of": "2024-02-29"}}
    run = batch_file(Path("q.yaml"), {"East": {}, **days}, common={"source": "sales.csv"})
    made = plan(READER, [run], langs=["en", "zh"])
    assert loaded == [("sales.csv", None, "2024-03-31"), ("sales.csv", None, "2024-02-29")]
    book = Manifest(made.folder)
    book.write("run_start", about=made.about)
    book.close()
    again = plan(READER, [run], langs=["en", "zh"])
    assert len(loaded) == 2
    assert [t.data_key for t in again.tasks] == [t.data_key for t in made.tasks]
    Path("sales.csv").write_text("2\n", encoding="utf-8")
    plan(READER, [run])
    assert len(loaded) == 4


def test_pages_of_a_params_file_call_regions_by_their_names(reader, loaded) -> None:
    made = plan(READER, [batch_file(Path("q.yaml"), {"East": {}})])
    assert made.about["regions"]["East"] == {"en": "East", "zh": "华东"}


def test_planning_an_unchanged_batch_loads_no_data(reader, loaded) -> None:
    run = batch_file(Path("q.yaml"), {"East": {}})
    made = plan(READER, [run])
    # the same keys in another process, which has no stub
    about = dict(made.about)
    code = (
        "import sys; from salesanalysis.batch import depends, keys, plan\n"
        "keys.hash_of_library = lambda: 'library'\n"
        f"depends._REPOSITORY = depends.Path({str(depends._REPOSITORY)!r})\n"
        f"print(len(plan({READER}, ['q.yaml']).tasks), 'pandas' in sys.modules)"
    )
    book = Manifest(made.folder)
    book.write("run_start", about=about)
    book.close()
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    # texts of pandas 2 are settled when the package is imported
    settled = pd.__version__ < "3"
    assert (out.stdout.strip(), out.stderr) == (f"1 {settled}", "")
