"""The command line: one-screen errors, exit codes, and no traceback."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from clitools import run

from salesanalysis import cli
from salesanalysis.batch import keys

NOTEBOOKS = Path(__file__).parent / "batch" / "notebooks"


@pytest.fixture
def project(tmp_path, monkeypatch):
    shutil.copytree(NOTEBOOKS, tmp_path / "notebooks")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(keys, "hash_of_library", lambda: "library")
    Path("q.yaml").write_text('batch: 1\nregions: {"North": {}}\n', encoding="utf-8")
    return tmp_path


def test_a_dry_run_prints_the_plan_and_writes_nothing(project, capsys) -> None:
    code, out, _ = run(capsys, "render", "tiny", "--params", "q.yaml", "--dry-run")
    assert (code, out) == (0, "run   tiny/North.en  new\n1 tasks, 1 to run, into outputs/q\n")
    assert not Path("outputs").exists()


def test_a_notebook_named_twice_is_rendered_once(project, capsys) -> None:
    words = ["render", "tiny", "notebooks/tiny.ipynb", "--notebooks", "tiny"]
    code, out, _ = run(capsys, *words, "--params", "q.yaml", "--dry-run")
    assert (code, out) == (0, "run   tiny/North.en  new\n1 tasks, 1 to run, into outputs/q\n")


def test_two_notebooks_of_one_name_are_refused_with_both_paths(project, capsys) -> None:
    Path("other").mkdir()
    shutil.copy("notebooks/tiny.ipynb", "other/tiny.ipynb")
    words = ["render", "tiny", "other/tiny.ipynb", "--params", "q.yaml", "--dry-run"]
    code, _, err = run(capsys, *words)
    assert (code, err) == (
        2,
        "error[duplicate-key]: notebooks/tiny.ipynb has the same name, and their pages would "
        "share a place.\n  where: other/tiny.ipynb\n  fix:   rename one of them\n",
    )


def test_render_ends_with_the_place_of_the_index(project, capsys) -> None:
    code, out, err = run(capsys, "render", "tiny", "--params", "q.yaml")
    assert code == 0, err
    assert out == "1 pages: 1 ok\nindex: outputs/q/index.html\n"
    assert err.startswith("1/1  ok        tiny/North.en")
    assert err.count("\n") == 1
    code, out, _ = run(capsys, "render-index", "outputs/q")
    assert (code, out.splitlines()[-1]) == (0, "outputs/q/index.csv")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (
            ["render", "--params", "q.yaml", "--engine", "warm"],
            "error[no-engine]: The engine 'warm' comes later.\n"
            "  where: --engine\n  fix:   use --engine papermill\n",
        ),
        (
            ["render", "tiny"],
            "error[bad-choice]: One of --data and --params is needed, not both.\n"
            "  where: salesanalysis render\n"
            "  fix:   write --data demo, or --params params/runs/<file>.yaml\n",
        ),
        (
            ["render", "tinny", "--params", "q.yaml"],
            "error[unknown-name]: 'tinny' is not a notebook of notebooks, which has: battery, tiny.\n"
            "  where: --notebooks\n  fix:   did you mean 'tiny'?\n",
        ),
        (
            ["render", "tiny", "--params", "q.yaml", "--lang", "fr"],
            "error[unknown-name]: 'fr' is not a language here; known: en, zh.\n"
            "  where: --lang\n  fix:   use one of: en, zh\n",
        ),
        (
            ["render", "--params", "q.yaml", "--mapping", "m.yaml"],
            "error[bad-choice]: --mapping goes with --data only.\n"
            "  where: salesanalysis render\n"
            "  fix:   write mapping: <file> into the params file\n",
        ),
        (
            ["render", "--params", "q.yaml", "--as-of", "2024-03-31"],
            "error[bad-choice]: --as-of goes with --data only.\n"
            "  where: salesanalysis render\n"
            '  fix:   write as_of: "2024-03-31" into the params file\n',
        ),
        (
            ["render", "--data", "demo", "--run", "mine"],
            "error[bad-choice]: --run goes with --params only.\n"
            "  where: salesanalysis render\n"
            "  fix:   leave it out: the folder is named after the data; --out moves it\n",
        ),
        (
            ["render", "tiny", "--data", "demo", "--as-of", "2024-13-40"],
            "error[bad-value]: '2024-13-40' is not a date.\n"
            "  where: --as-of\n  fix:   write a day such as 2024-03-31\n",
        ),
        (
            ["render-index", "nowhere"],
            "error[no-input]: nowhere holds no manifest: nothing was rendered there.\n"
            "  where: nowhere/manifest.jsonl\n  fix:   name a run folder, such as outputs/demo\n",
        ),
        (
            ["render", "--jobs", "0", "--params", "q.yaml"],
            "error[bad-choice]: argument --jobs: 0 is not 1 or more.\n"
            "  where: salesanalysis render\n  fix:   see salesanalysis render --help\n",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_where_and_fix(project, capsys, argv, said) -> None:
    assert run(capsys, *argv) == (2, "", said)
    assert not Path("outputs").exists()


def test_a_folder_that_cannot_be_written_is_exit_code_3(project, capsys) -> None:
    Path("taken").write_text("", encoding="utf-8")
    code, _, err = run(capsys, "render", "tiny", "--params", "q.yaml", "--out", "taken")
    assert code == 3
    assert err.startswith("error[not-writable]: taken/q/.probe cannot be written: Not a directory.")


def test_lab_makes_chinese_working_copies_and_keeps_somebodys_work(project, capsys) -> None:
    Path("notebooks/battery.ipynb").unlink()
    code, out, err = run(capsys, "lab", "--lang", "zh", "--no-start")
    assert (code, out) == (0, "outputs/lab/zh/tiny.ipynb\n"), err
    node = json.loads(Path("outputs/lab/zh/tiny.ipynb").read_text(encoding="utf-8"))
    assert node["cells"][0]["source"].startswith("# 小报告")
    assert 'lang: str = "zh"' in node["cells"][1]["source"]
    Path("outputs/lab/zh/tiny.ipynb").write_text("my work", encoding="utf-8")
    run(capsys, "lab", "--lang", "zh", "--no-start")
    assert Path("outputs/lab/zh/tiny.ipynb").read_text(encoding="utf-8") == "my work"


def test_map_drafts_a_mapping_and_does_not_overwrite_corrections(project, capsys) -> None:
    Path("export.csv").write_text(
        "Order,Order date,Area,Turnover\n1,2024-01-05,North,10.5\n2,2024-02-05,South,20.0\n",
        encoding="utf-8",
    )
    code, out, err = run(capsys, "map", "export.csv")
    assert code == 0, err
    assert "written: params/mappings/export.yaml" in out
    code, _, err = run(capsys, "map", "export.csv")
    assert (code, err) == (
        2,
        "error[bad-choice]: params/mappings/export.yaml exists and may hold your corrections.\n"
        "  where: salesanalysis map\n"
        "  fix:   choose another file with --out, or overwrite it with --force\n",
    )


def test_python_dash_m_is_the_same_command() -> None:
    out = subprocess.run(
        [sys.executable, "-m", "salesanalysis", "--version"], capture_output=True, text=True
    )
    assert (out.returncode, out.stdout.split()[0]) == (0, "salesanalysis")


def test_an_empty_list_of_regions_is_not_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["render", "--data", "demo", "--regions", ""]) == 2
    assert capsys.readouterr().err == (
        "error[bad-choice]: No region is named.\n"
        "  where: --regions\n"
        "  fix:   write --regions all, or names and globs: A,B,'EU-*'\n"
    )
