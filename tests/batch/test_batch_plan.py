"""Planning: light, strict, and every problem of every file at once."""

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from batchroom import batch_file

from salesanalysis.atomic import write_atomic
from salesanalysis.batch import plan
from salesanalysis.batch.manifest import Manifest, read_history
from salesanalysis.batch.slug import slug
from salesanalysis.errors import ParamError, RenderError

TINY = ["notebooks/tiny.ipynb"]


def test_planning_loads_neither_pandas_nor_papermill() -> None:
    heavy = "{'pandas', 'numpy', 'papermill', 'nbformat', 'matplotlib', 'jinja2', 'IPython'}"
    code = f"import sys, salesanalysis.batch.planning; print(sorted({heavy} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    # texts of pandas 2 are settled when the package is imported
    settled = ["numpy", "pandas"] if version("pandas") < "3" else []
    assert out.stdout.strip() == str(settled)


def test_regions_are_chosen_by_name_and_by_glob(room) -> None:
    file = batch_file(room / "q.yaml", {"EU-N": {}, "EU-S": {}, "US": {}})
    assert list(plan(TINY, [file], regions=["EU-*"]).reasons) == ["tiny/EU-N.en", "tiny/EU-S.en"]
    assert len(plan(TINY, [file], regions=["all"]).tasks) == 3


def test_a_flat_file_is_one_task_called_by_its_region(room) -> None:
    Path("one.yaml").write_text("region: 华东\nhorizon: 6\n", encoding="utf-8")
    tasks = plan(TINY, ["one.yaml"]).tasks
    assert [(t.id, dict(t.params)) for t in tasks] == [
        ("tiny/华东.en", {"region": "华东", "horizon": 6, "lang": "en"})
    ]


def test_a_file_that_names_no_region_is_called_by_the_default_it_will_show(room) -> None:
    Path("k.yaml").write_text("horizon: 6\n", encoding="utf-8")
    default = next(
        cell["source"]
        for cell in json.loads(Path(TINY[0]).read_text("utf-8"))["cells"]
        if "parameters" in cell["metadata"].get("tags", [])
    )
    task = plan(TINY, ["k.yaml"]).tasks[0]
    assert task.region != "k"
    assert f'region: str = "{task.region}"' in "".join(default)


@pytest.mark.parametrize(
    "name", ["a/b", "CON", "华东/KA", "x" * 300, "😀", "a:b", ".hidden", "nul.txt"]
)
def test_any_name_a_company_uses_gets_a_safe_file_name_of_its_own(name: str) -> None:
    text = slug(name)
    assert len(text.encode()) <= 120
    assert "/" not in text
    assert text not in ("", ".", "..")
    assert not text.startswith(".")
    assert text.split("-")[0].lower() != text.lower() or name == text


def test_a_torn_last_line_is_ignored_reported_and_never_joined(tmp_path) -> None:
    book = Manifest(tmp_path)
    book.write("end", task="a", status="ok")
    book.close()
    with (tmp_path / "manifest.jsonl").open("ab") as file:
        file.write(b'{"kind":"end","task":"b","sta')
    history = read_history(tmp_path)
    assert list(history.last()) == ["a"]
    assert history.notices == [
        f"{tmp_path / 'manifest.jsonl'}: the last line is torn and was ignored"
    ]
    book = Manifest(tmp_path)
    book.write("start", task="c")
    book.close()
    assert {t: e["status"] for t, e in read_history(tmp_path).last().items()} == {
        "a": "ok",
        "c": "interrupted",
    }


def test_a_write_that_fails_leaves_the_old_file_and_no_scrap(tmp_path) -> None:
    target = tmp_path / "page.html"
    write_atomic(target, "old")
    with pytest.raises(TypeError):
        write_atomic(target, 5)  # type: ignore[arg-type]
    assert target.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["page.html"]


def refusal(*args, **kwargs) -> str:
    with pytest.raises(ParamError) as caught:
        plan(*args, **kwargs)
    assert not Path("outputs").exists()
    return str(caught.value)


def test_a_misspelt_region_is_named_with_the_nearest(room) -> None:
    file = batch_file(room / "q.yaml", {"NORTH": {}, "SOUTH": {}})
    assert refusal(TINY, [file], regions=["NRTH"]) == (
        f"'NRTH' is not a region of {file}, which has 2: NORTH, SOUTH.\n"
        "  where: --regions\n"
        "  fix:   did you mean 'NORTH'?"
    )


def test_every_problem_of_every_file_is_listed_at_once(room) -> None:
    Path("q3.yaml").write_text(
        "batch: 1\nregions:\n  NORTH: {horizn: 6}\n  SOUTH: {horizon: 1.5}\n", encoding="utf-8"
    )
    Path("q4.yaml").write_text("region: NO\nhorizon: 012\n", encoding="utf-8")
    assert refusal(TINY, ["q3.yaml", "q4.yaml"]) == (
        "3 problems; nothing ran.\n"
        "  where: 1. q4.yaml:1: region\n"
        "         q4.yaml:2: horizon: q4.yaml has 2 values that readers read differently.\n"
        "         2. q3.yaml:3: regions.NORTH.horizn: unknown parameter; notebook tiny.ipynb has"
        " 'horizon' (int).\n"
        "         3. q3.yaml:4: regions.SOUTH.horizon: 1.5 is float, not int.\n"
        "  fix:   1. 'NO' is a yes/no word to some readers and text to others; quote it: \"NO\"\n"
        "         '012' starts with 0: octal to some readers, decimal or text to others; quote it as \"012\", or write 12\n"
        "         2. did you mean 'horizon'?\n"
        "         3. write a whole number"
    )


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("..", "region '..' would lead out of the output folder."),
        ("", "region '' is an empty name."),
        ("a\x07b", "region 'a\\x07b' holds control characters."),
    ],
)
def test_a_name_that_cannot_be_a_file_is_refused(room, name, what) -> None:
    file = batch_file(room / "q.yaml", {name: {}})
    assert refusal(TINY, [file]).splitlines()[0] == what


def test_two_names_that_share_a_file_are_refused(room) -> None:
    file = batch_file(room / "q.yaml", {"North": {}, "north": {}})
    assert refusal(TINY, [file]) == (
        f"'north' and 'North' ({file}) would share the file name 'north'.\n"
        f"  where: {file}\n"
        "  fix:   rename one of them"
    )


def test_an_input_that_does_not_exist_is_named_with_its_region(room) -> None:
    file = batch_file(room / "q.yaml", {"NO": {}}, inputs=["org/{region}.csv"])
    assert refusal(TINY, [file]) == (
        "org/NO.csv does not exist (region NO).\n"
        f"  where: {file}:1: inputs[0]\n"
        "  fix:   check the path"
    )


def test_a_missing_translation_names_the_cell(room) -> None:
    locale = Path("notebooks/locale/zh/tiny.yaml")
    text = locale.read_text(encoding="utf-8")
    locale.write_text(text[: text.index("data:")], encoding="utf-8")
    file = batch_file(room / "q.yaml", {"N": {}})
    assert refusal(TINY, [file], langs=["en", "zh"]) == (
        "the cell '## 1. Data' has no translation.\n"
        "  where: notebooks/locale/zh/tiny.yaml:1: data (tiny.ipynb)\n"
        '  fix:   add source: "ad3b79f7c6c0" and text: |'
    )


def test_a_stale_translation_is_refused_with_the_hash_to_set(room) -> None:
    book = Path(TINY[0])
    book.write_text(
        book.read_text(encoding="utf-8").replace("## 1. Data", "## 1. Facts"), encoding="utf-8"
    )
    file = batch_file(room / "q.yaml", {"N": {}})
    said = refusal(TINY, [file], langs=["zh"])
    assert (
        said.splitlines()[0] == "the English of '## 1. Facts' has changed since it was translated."
    )


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda n: n.update(nbformat=3), "its format is 3, not 4."),
        (
            lambda n: n["metadata"].pop("kernelspec"),
            "it names no kernel (metadata.kernelspec.name).",
        ),
        (
            lambda n: n["cells"][1]["metadata"].pop("tags"),
            "0 cells are tagged 'parameters', exactly one is needed.",
        ),
        (
            lambda n: n["cells"][1].update(source="start = date.today()"),
            "'start = date.today()' has no type.",
        ),
    ],
)
def test_a_notebook_that_cannot_be_rendered_is_refused(room, change, what) -> None:
    book = Path(TINY[0])
    node = json.loads(book.read_text(encoding="utf-8"))
    change(node)
    book.write_text(json.dumps(node), encoding="utf-8")
    file = batch_file(room / "q.yaml", {"N": {}})
    assert what in refusal(TINY, [file])


def test_a_broken_notebook_file_is_refused(room) -> None:
    Path(TINY[0]).write_text("{", encoding="utf-8")
    file = batch_file(room / "q.yaml", {"N": {}})
    assert refusal(TINY, [file]).splitlines()[0] == "it is not JSON."


def test_a_folder_that_takes_no_file_stops_the_run(room) -> None:
    from salesanalysis.batch import render

    file = batch_file(room / "q.yaml", {"N": {}})
    Path("taken").write_text("a file", encoding="utf-8")
    with pytest.raises(RenderError) as caught:
        render(plan(TINY, [file], out="taken"))
    assert str(caught.value) == (
        "taken/q/.probe cannot be written: Not a directory.\n"
        "  where: taken/q\n"
        "  fix:   choose a folder you may write to, or free some space"
    )
