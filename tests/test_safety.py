"""Nothing we write runs anywhere, nothing we read runs here, and no path leaves its folder."""

import ast
import csv
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from sourcetree import nodes_of
from test_spreadsheet import FORMULAS, starts_a_formula

import salesanalysis
from salesanalysis import store
from salesanalysis.batch import artifact_path
from salesanalysis.batch.choosing import read_notebooks
from salesanalysis.batch.processes import end_tree, is_alive
from salesanalysis.batch.slug import refusal, slug
from salesanalysis.errors import ContractError
from salesanalysis.panel import Panel
from salesanalysis.report import save
from salesanalysis.report.clean import clean_html
from salesanalysis.report.page import PageInfo, page
from salesanalysis.report.tables import sheet_name
from salesanalysis.spreadsheet import plain_text

PACKAGE = Path(salesanalysis.__file__).parent
SOURCES = sorted(PACKAGE.rglob("*.py"))
NAMES = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "=cmd|' /C calc'!A0",
    "../../etc", "a/b", "CON", "&lt;b&gt;", "{region} %s $\\frac{1$", "＝1", "x'y\"z`",
]  # fmt: skip


def test_a_table_of_formulas_is_text_in_csv_workbook_and_page(tmp_path: Path) -> None:
    frame = pd.DataFrame({"=head": FORMULAS, "customer": FORMULAS, "value": -1.5})
    save(tmp_path, table=frame)
    with (tmp_path / "table.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert not any(starts_a_formula(c) for row in rows for c in row[:2])
    assert [[plain_text(c) for c in row[:2]] for row in rows[1:]] == [[f, f] for f in FORMULAS]
    assert {row[2] for row in rows[1:]} == {"-1.5"}
    sheet = openpyxl.load_workbook(tmp_path / "tables.xlsx").active
    cells = [sheet.cell(4 + i, 2) for i in range(len(FORMULAS))]
    assert {c.data_type for c in cells} == {"s"}
    assert all(c.quotePrefix for c in cells)
    assert cells[0].value == "=1+1"
    assert (sheet["A3"].data_type, sheet["A3"].quotePrefix) == ("s", True)
    assert (sheet["C4"].value, sheet["C4"].data_type) == (-1.5, "n")
    for html in (clean_html(frame.to_html()), Panel_html(FORMULAS)):
        assert not [c for c in cells_of(html)[0] if starts_a_formula(c) and c not in {"-1.50", "-1.5"}]  # fmt: skip


def Panel_html(names: list[str]) -> str:  # noqa: N802
    month = pd.Timestamp("2024-01-01")
    rows = pd.DataFrame({"region": names, "period": month, "value": -1.5})
    return clean_html(Panel.of(rows, by=["region"])._repr_html_())


@pytest.mark.parametrize("name", ["../x", "a/b", "a\\b", "=x", ".hidden", "con", "x\0y", "x:y", ""])
def test_a_table_whose_name_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ContractError) as caught:
        save(tmp_path / "out", **{name: pd.DataFrame({"a": [1]})})
    assert str(caught.value) == (
        f"{name!r} cannot be the name of a file.\n"
        f"  where: save({name}=...)\n"
        "  fix:   use letters, digits and _"
    )
    assert list(tmp_path.iterdir()) == []


def test_sheets_have_names_excel_takes_and_no_two_alike(tmp_path: Path) -> None:
    long = "a" * 40
    save(tmp_path, **{long: pd.DataFrame({"a": [1]}), long + "B": pd.DataFrame({"a": [1]})})
    names = openpyxl.load_workbook(tmp_path / "tables.xlsx").sheetnames
    assert names == ["a" * 31, "a" * 27 + " 2"]
    assert sheet_name("x" * 30 + "'y", "en") == "x" * 30 + "_"


def test_one_place_writes_csv_and_three_write_workbooks() -> None:
    """The ugly exports of the demo are ugly on purpose; the target card and the statement have
    formulas of their own and are tested beside them."""
    writers = {"to_csv", "to_excel", "writer", "DictWriter", "Workbook", "to_html"}
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in SOURCES
        for node in nodes_of(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in writers
    }
    assert {f for f in found if not f.startswith("data/demo/")} == {
        "report/pay/workbook.py",
        "report/tables.py",
        "targets/card/workbook.py",
    }


# -- pages --------------------------------------------------------------------------------------


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.tags: list[tuple[str, dict]] = []
        self.open = False

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("td", "th"):
            self.open = True
            self.cells.append("")

    def handle_endtag(self, tag) -> None:
        self.open = self.open and tag not in ("td", "th")

    def handle_data(self, data) -> None:
        if self.open:
            self.cells[-1] += data


def cells_of(html: str) -> tuple[list[str], list[tuple[str, dict]]]:
    reader = _Tags()
    reader.feed(html)
    return reader.cells, reader.tags


def running(html: str) -> list[tuple[str, dict]]:
    """Tags a browser would run something for."""
    return [
        (tag, attrs)
        for tag, attrs in cells_of(html)[1]
        if tag in ("script", "iframe", "object", "embed", "animate")
        or any(name.startswith("on") for name in attrs)
        or (tag == "img" and not str(attrs.get("src", "data:")).startswith(("data:", "thumbs/")))
        or "script:" in str(attrs.get("href", "")).lower().replace("\t", "").replace("\n", "")
    ]


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        ("<<script>x</script>img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
        ('<a href="java\tscript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href="&#106;avascript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href="data:text/html,x">x</a>', "<a>x</a>"),
        ('<a href="East.en.html#a:b">x</a>', '<a href="East.en.html#a:b">x</a>'),
        ('<svg><a><animate attributeName="href" values="javascript:x"/>t</a></svg>',
         "<svg><a>t</a></svg>"),
        ("<td>=1+1</td><td>-12.5</td><td><b>=x</b></td>",
         "<td>'=1+1</td><td>-12.5</td><td>'<b>=x</b></td>"),
        ("<td>'=1</td>", "<td>'=1</td>"),
    ],
)  # fmt: skip
def test_html_of_an_output_runs_nothing(html: str, cleaned: str) -> None:
    assert clean_html(html) == cleaned


def test_a_company_of_hostile_names_has_a_page_that_shows_them_and_runs_nothing() -> None:
    html = Panel_html(NAMES)
    cells = [
        {"cell_type": "markdown", "source": f"# {NAMES[0]}\n\n{NAMES[1]} [x](javascript:alert(1))",
         "metadata": {}},
        {"cell_type": "code", "source": "", "metadata": {}, "outputs": [
            {"output_type": "display_data", "data": {"text/html": html}, "metadata": {}},
            {"output_type": "stream", "name": "stdout", "text": "\n".join(NAMES)},
        ]},
    ]  # fmt: skip
    made = page({"cells": cells}, PageInfo(region=NAMES[0], parameters={"customer": NAMES[1]}))
    assert running(made) == []
    shown, _ = cells_of(made)
    assert NAMES[0] in shown
    assert "'=cmd|' /C calc'!A0" in shown


def test_files_and_index_of_hostile_regions_stay_in_the_run_folder(tmp_path, monkeypatch) -> None:
    from salesanalysis.batch import index
    from salesanalysis.batch.manifest import Manifest

    folder = tmp_path / "outputs" / "run"
    book = Manifest(folder)
    book.write("run_start", about={}, as_of="2024-03-31")
    for name in NAMES:
        task = f"tiny/{slug(name)}.en"
        place = (folder / task).resolve()
        assert place.is_relative_to(folder)
        assert place.parent == folder / "tiny"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.with_name(f"{place.name}.html").touch()
        status = {"status": "failed", "reason": name} if name == NAMES[0] else {"status": "ok"}
        book.write("end", task=task, notebook="tiny", region=name, lang="en", title=name, **status)
    book.close()
    index.write(folder)
    html = (folder / "index.html").read_text(encoding="utf-8")
    assert [tag for tag, _ in running(html)] == ["script"]  # the one that sorts
    cells, tags = cells_of(html)
    assert not [c for c in cells if starts_a_formula(c)]
    links = [a["href"] for tag, a in tags if tag == "a"]
    assert all(not x.startswith(("/", "../", "http")) and "/../" not in x for x in links)
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert not [c for row in rows for c in row if starts_a_formula(c)]


def test_a_region_with_a_line_break_or_a_nul_is_refused() -> None:
    for name in ("a\nb", "a\0b", "", " ", ".."):
        assert refusal(name) is not None


@pytest.mark.parametrize("name", ["CON", "aux.txt", "COM1", "com¹", "a.", "a ", "x" * 300, "=1"])
def test_no_region_gets_a_file_name_windows_refuses(name: str) -> None:
    made = slug(name)
    assert not made.endswith((".", " "))
    assert len(made.encode()) <= 120
    assert made.casefold() not in ("con", "com1", "com¹", "aux.txt")


def test_a_notebook_whose_name_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    source = (Path(__file__).parent / "batch" / "notebooks" / "tiny.ipynb").read_text("utf-8")
    hostile = tmp_path / "...ipynb"
    hostile.write_text(source, encoding="utf-8")
    _, problems = read_notebooks([hostile])
    assert [(p.what, p.fix) for p in problems] == [
        ("its name '..' leads out of the output folder or is one the system keeps.", "rename it")
    ]


@pytest.mark.parametrize("name", ["../../x.csv", "..", "a\\..\\x.csv", "/etc/x.csv"])
def test_an_artefact_stays_in_the_folder_of_its_page(tmp_path, monkeypatch, name: str) -> None:
    monkeypatch.setenv("SALESANALYSIS_ARTEFACTS", str(tmp_path / "files"))
    assert artifact_path(name).parent == tmp_path / "files"
    assert artifact_path(name).name in ("x.csv", "_")


# -- nothing read is run ------------------------------------------------------------------------

_NO_MODULES = {
    "pickle",
    "cPickle",
    "cloudpickle",
    "dill",
    "joblib",
    "shelve",
    "marshal",
    "jsonpickle",
}
_NO_CALLS = {
    "read_pickle", "to_pickle", "eval", "exec", "extractall", "unpack_archive", "system", "popen",
    "unsafe_load", "full_load", "load_all", "read_hdf", "__import__", "runsource",
}  # fmt: skip


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_module_can_run_what_it_reads(path: Path) -> None:
    for node in nodes_of(path):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [a.name for a in node.names] + [getattr(node, "module", None) or ""]
            roots = {n.split(".")[0] for n in names}
            assert not roots & _NO_MODULES
            assert "yaml" not in roots or path.name in {"strictyaml.py", "yamlnodes.py"}
        if isinstance(node, ast.Call):
            called = node.func
            name = getattr(called, "attr", getattr(called, "id", ""))
            assert name not in _NO_CALLS or _is_regex(node)
            owner = getattr(getattr(called, "value", None), "id", "")
            assert (owner, name) not in {("yaml", "load"), ("np", "load"), ("os", "execv")}
            for word in node.keywords:
                on = isinstance(word.value, ast.Constant) and word.value.value is True
                assert not (word.arg in ("shell", "allow_pickle") and on)


def _is_regex(node: ast.Call) -> bool:
    return getattr(getattr(node.func, "value", None), "id", "") == "re"


def test_a_stored_result_builds_nothing_but_results(tmp_path: Path) -> None:
    for name in ("salesanalysis.store:import_module", "salesanalysis.cli:main", "os:system"):
        text = f'{{"!": "result", "class": "{name}", "fields": {{}}}}'
        (tmp_path / "result.json").write_text(text, encoding="utf-8")
        with pytest.raises(ContractError) as caught:
            store.read(tmp_path)
        assert str(caught.value) == (
            f"{name!r} is not a result of this package.\n"
            f"  where: {tmp_path / 'result.json'}\n"
            "  fix:   delete the folder and run the batch again"
        )


# -- Windows, as far as it can be seen from here ------------------------------------------------


def test_every_module_loads_where_the_posix_modules_are_missing() -> None:
    code = """
import sys, importlib, pkgutil, signal, os, asyncio, subprocess, tempfile, shutil, socket
import pandas, numpy, papermill, ibis
for name in ("fcntl", "resource", "pwd", "grp", "termios"):
    sys.modules[name] = None
for name in ("SIGKILL", "SIGHUP"):
    delattr(signal, name)
for name in ("sched_getaffinity", "getuid", "geteuid", "fork", "killpg", "setsid"):
    delattr(os, name)
import salesanalysis
for module in pkgutil.walk_packages(salesanalysis.__path__, "salesanalysis."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_lock_holds_where_there_is_no_fcntl(tmp_path: Path, monkeypatch) -> None:
    from types import SimpleNamespace

    from salesanalysis.batch import lock

    held: list[int] = []

    def locking(handle: int, mode: int, n: int) -> None:
        if held:
            raise OSError(36, "Resource deadlock avoided")
        held.append(handle)

    fake = SimpleNamespace(locking=locking, LK_NBLCK=2)
    monkeypatch.setitem(sys.modules, "msvcrt", fake)
    monkeypatch.setattr(lock, "sys", SimpleNamespace(platform="win32"))
    with (
        lock.locked(tmp_path),
        pytest.raises(lock.OutputLocked, match=r"is in use by process \d+ on "),
        lock.locked(tmp_path),
    ):
        pass


def test_a_process_and_its_children_end_where_there_is_no_proc(tmp_path, monkeypatch) -> None:
    from salesanalysis.batch import processes

    inner = "import time; time.sleep(60)"
    code = (
        "import subprocess, sys, time\n"
        f"print(subprocess.Popen([sys.executable, '-c', {inner!r}]).pid, flush=True)\n"
        "time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as outer:
        child = int(outer.stdout.readline())
        monkeypatch.setattr(processes, "_PROC", tmp_path / "no proc")
        assert is_alive(outer.pid)
        end_tree(outer.pid)
        outer.wait(timeout=10)
    import psutil

    gone = (psutil.NoSuchProcess, psutil.ZombieProcess)
    for _ in range(100):
        try:
            if psutil.Process(child).status() == "zombie":
                return
        except gone:
            return
        time.sleep(0.05)
    pytest.fail("the child lives on")
