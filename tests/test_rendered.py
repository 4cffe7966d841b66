"""What a reader gets: the README's commands typed, every page read, in both languages."""

import json
import os
import re
import shlex
import subprocess
import sys
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from browserpage import measured

from salesanalysis import strictyaml
from salesanalysis.data import load

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
NOTEBOOKS = [
    "00_start_here",
    "01_data_quality",
    "02_targets",
    "03_forecast",
    "04_variance",
    "05_incentives",
]
LANGS = ("en", "zh")
#: Latin words a Chinese page may hold: units, file kinds and how programs are called.
#: L is the letter of findings such as L01, P that of percentiles such as P95.
ALLOWED = {"CNY", "USD", "CSV", "FY", "adventureworks", "English", "L", "P"}


def blocks(language: str) -> list[str]:
    """Code blocks of the README in one language."""
    text = (ROOT / "README.md").read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def commands() -> list[str]:
    """The README's shell commands that call our own programs, comments cut."""
    lines = [line.split("  #")[0].strip() for block in blocks("sh") for line in block.splitlines()]
    return [line for line in lines if line.startswith(".venv/bin/")]


def run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Type one command in `folder`."""
    words = [w.replace(".venv/bin", str(BIN), 1) for w in shlex.split(line)]
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, timeout=900)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder as a clone has it, so that nothing is written into the real one."""
    place = tmp_path_factory.mktemp("clone")
    for name in ("notebooks", "params"):
        (place / name).symlink_to(ROOT / name)
    return place


@pytest.fixture(scope="module")
def typed(folder: Path) -> list[tuple[str, subprocess.CompletedProcess[str]]]:
    """Every command of the README that ends by itself, typed in order."""
    typed = (" render", "papermill", " demo ", " check ")
    lines = [line for line in commands() if any(word in line for word in typed)]
    return [(line, run(line, folder)) for line in lines]


@pytest.fixture(scope="module")
def demo(folder: Path, typed: list) -> Path:
    assert typed
    return folder / "outputs" / "demo"


@pytest.fixture(scope="module")
def territory(folder: Path, adventureworks: Path) -> Path:
    """Germany of AdventureWorks: nine months of history and a base of 0."""
    line = f".venv/bin/salesanalysis render --data {adventureworks} --regions Germany --lang en,zh"
    done = run(line, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "outputs" / "adventureworks"


@pytest.fixture(
    scope="module", params=["demo", pytest.param("adventureworks", marks=pytest.mark.slow)]
)
def pages(request: pytest.FixtureRequest) -> dict[tuple[str, str], Path]:
    """The pages of one region of each data set, by notebook and language."""
    is_demo = request.param == "demo"
    out = request.getfixturevalue("demo" if is_demo else "territory")
    region = "East" if is_demo else "Germany"
    return {(n, lang): out / n / f"{region}.{lang}.html" for n in NOTEBOOKS for lang in LANGS}


# -- the README's commands ---------------------------------------------------------------------


def test_every_command_of_the_readme_ends_well(typed: list) -> None:
    assert len(typed) >= 5
    for line, done in typed:
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"


def test_the_second_render_skips_what_has_not_changed(typed: list) -> None:
    said = [done.stdout for line, done in typed if "--regions East " in line]
    assert "12 pages: 12 ok" in said[0]
    assert "12 pages: 12 skipped" in said[1]


def test_the_terminal_shows_progress_and_no_warning(typed: list) -> None:
    for line, done in typed:
        if " render" in line:
            strange = [x for x in done.stderr.splitlines() if not re.match(r"\d+/\d+  ok ", x)]
            assert not strange, f"{line}\n{strange}"


@pytest.mark.parametrize("block", blocks("python"), ids=lambda b: b.strip().splitlines()[-1][:40])
def test_every_python_snippet_of_the_readme_runs(block: str, folder: Path) -> None:
    env = {**os.environ, "MPLBACKEND": "Agg"}
    code = "import warnings; warnings.simplefilter('error')\n" + block
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_the_make_targets_of_the_readme_exist() -> None:
    for line in (line.split("  #")[0].split() for b in blocks("sh") for line in b.splitlines()):
        if line[:1] == ["make"]:
            done = subprocess.run(
                ["make", "-n", *line[1:]], cwd=ROOT, capture_output=True, text=True
            )
            assert done.returncode == 0, done.stderr


def test_a_file_nobody_described_ends_in_a_mapping_that_loads(folder: Path) -> None:
    (folder / "export").mkdir()
    export = folder / "export" / "my_export.csv"
    export.write_text(
        "Order No,Order Date,Region,Sales Rep,Product Line,Qty,Net Amount\n"
        "1,2024-01-05,North,NA,Pumps,2,20.50\n2,2024-02-29,South,Li,Valves,1,7.25\n",
        "utf-8",
    )
    out = folder / "export" / "my_export.yaml"
    line = f".venv/bin/salesanalysis map {export} --out {out}"
    done = run(line, folder)
    assert done.returncode == 0, done.stderr
    data = load(export, mapping=out)
    assert data.panel(by=["region"]).total() == 27.75
    assert "NA" in set(data.frame("sales")["salesperson"])


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", sorted((ROOT / "params" / "runs").glob("*.yaml")), ids=lambda p: p.stem
)
def test_every_run_file_runs_and_leaves_its_tables(path: Path, folder: Path) -> None:
    line = f".venv/bin/salesanalysis render notebooks/03_forecast.ipynb --params params/runs/{path.name} --run {path.stem}"
    planned = run(f"{line} --dry-run", folder)
    assert planned.returncode == 0, planned.stdout + planned.stderr
    # of a batch file every region is planned and the last one, with settings of its own, runs
    last = list(strictyaml.read(path).data.get("regions", ()))[-1:]
    done = run(" ".join([line, *(f"--regions {region}" for region in last)]), folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list((folder / "outputs" / path.stem).rglob("tables.xlsx"))


# -- the pages ---------------------------------------------------------------------------------


def notebook(page: Path) -> dict:
    return json.loads(page.with_suffix(".ipynb").read_text("utf-8"))


def key_figures(page: Path) -> dict[str, float | None]:
    """The figures a page carries for the index, by name."""
    kind = "application/vnd.salesanalysis.key-figures+json"
    return {
        row["name"]: row["value"]
        for cell in notebook(page)["cells"]
        for output in cell.get("outputs", [])
        for row in output.get("data", {}).get(kind, {}).get("figures", [])
    }


def test_every_notebook_has_its_page_and_its_tables(pages: dict) -> None:
    for page in pages.values():
        assert page.is_file()
        folder = page.with_suffix("")
        book = openpyxl.load_workbook(folder / "tables.xlsx", read_only=True)
        assert len(list(folder.glob("*.csv"))) == len(book.sheetnames)


def test_no_cell_writes_to_the_error_stream(pages: dict) -> None:
    for page in pages.values():
        for cell in notebook(page)["cells"]:
            for output in cell.get("outputs", []):
                assert output.get("name") != "stderr", (page.name, output)


def test_no_figure_has_lost_a_glyph(pages: dict) -> None:
    for page in pages.values():
        text = page.with_suffix(".ipynb").read_text("utf-8")
        assert "missing from font" not in text
        assert "findfont" not in text


class _References(HTMLParser):
    """Collects what a browser would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            fetched = name in ("src", "srcset", "data", "poster") or (
                tag == "link" and name == "href"
            )
            if fetched and not (value or "").startswith("data:"):
                self.found.append(f"<{tag} {name}={value}>")
        if tag in ("iframe", "object", "embed"):
            self.found.append(f"<{tag}>")


def test_a_page_fetches_nothing(pages: dict) -> None:
    for page in pages.values():
        html = page.read_text("utf-8")
        reader = _References()
        reader.feed(html)
        assert not reader.found
        assert "@import" not in html
        assert not [
            u
            for u in re.findall(r"url\(([^)]{0,40})", html)
            if not u.strip("'\"").startswith("data:")
        ]
        assert "<script" not in html


class _Text(HTMLParser):
    """Collects the words a reader sees."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("style", "script", "code")
        self.words += [value or "" for name, value in attrs if name in ("alt", "title")]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "script", "code")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)


def seen(page: Path) -> str:
    reader = _Text()
    reader.feed(page.read_text("utf-8"))
    return "\n".join(reader.words)


def names_of(source: str) -> set[str]:
    """Latin words in the names of people, products and customers, in orders and files."""
    data = load(source)
    sales = data.frame("sales")
    columns = ("order_id", "salesperson", "product", "customer", "team")
    there = [c for c in columns if c in sales.columns]
    text = " ".join(str(v) for c in there for v in sales[c].dropna().unique())
    text += " " + " ".join(part.file for parts in data.parts.values() for part in parts)
    return set(re.findall(r"[A-Za-z]+", text))


def test_a_chinese_page_holds_no_english_sentence(pages: dict, adventureworks: Path) -> None:
    source = "demo" if "East.zh.html" in str(pages["00_start_here", "zh"]) else str(adventureworks)
    # the demo has Chinese for every name; its product codes are a letter and a number
    names = names_of(source) if source != "demo" else {*"CDPSVKXEABR", "SO"}
    for (_, lang), page in pages.items():
        if lang != "zh":
            continue
        files = set(
            re.findall(r"[A-Za-z]+", " ".join(f.name for f in page.with_suffix("").iterdir()))
        )
        words = set(re.findall(r"[A-Za-z]+", seen(page))) - files
        assert not words - ALLOWED - names, (page.name, sorted(words - ALLOWED - names))


def test_an_english_page_holds_no_chinese(pages: dict) -> None:
    for (_, lang), page in pages.items():
        if lang == "en":
            assert not re.findall(r"[一-鿿]+", seen(page).replace("中文", "")), page.name


def test_a_figure_shown_in_two_notebooks_is_the_same_figure(pages: dict) -> None:
    first = key_figures(pages["00_start_here", "en"])
    assert len(first) == 8
    shown = 0
    for page in pages.values():
        for name, value in key_figures(page).items():
            assert value == first[name], (page.name, name)
            shown += 1
    assert shown >= 2 * (8 + 4 + 3 + 3 + 1)


def test_the_figures_of_a_page_are_those_of_its_saved_tables(demo: Path) -> None:
    page = demo / "00_start_here" / "East.en.html"
    figures = key_figures(page)
    scores = pd.read_csv(demo / "02_targets" / "East.en" / "scorecard.csv")
    east = scores[scores["region"] == "East"].iloc[0]
    assert east["actual"] == figures["actual_to_date"] == 10_741_833.35
    assert east["target"] == figures["target_to_date"] == 12_637_451
    plan = pd.read_csv(demo / "02_targets" / "East.en" / "plan.csv")
    assert plan["value"].sum() == figures["year_target"] == 52_000_000
    landing = pd.read_csv(demo / "03_forecast" / "East.en" / "landing.csv")
    assert landing["landing"].iloc[0] == figures["landing"]
    gap = pd.read_csv(demo / "04_variance" / "East.en" / "gap.csv")
    parts = gap[gap["status"] != "total"]["amount"]
    assert round(parts.sum(), 2) == round(figures["gap"] or 0, 2) == -1_895_617.65
    register = pd.read_csv(demo / "05_incentives" / "East.en" / "register.csv")
    assert round(register["pay"].sum(), 2) == round(figures["pay_here"] or 0, 2)
    statement = pd.read_csv(demo / "05_incentives" / "East.en" / "statement.csv")
    assert round(statement["paid"].sum(), 2) == register["pay"].max()


@pytest.mark.slow
def test_chapters_of_a_short_territory_carry_figures_or_say_why(territory: Path) -> None:
    texts = {n: seen(territory / n / "Germany.en.html") for n in NOTEBOOKS}
    assert "new business" in texts["02_targets"]
    assert "new business" in texts["04_variance"]
    with_figures = [
        n for n, text in texts.items() if len(re.findall(r"\d[\d,.]*[Mk] USD", text)) >= 2
    ]
    assert len(with_figures) >= 3
    assert not any("nan" in text.lower().split() for text in texts.values())


def test_pages_are_ordered_by_the_loop_in_the_index(demo: Path) -> None:
    html = (demo / "index.en.html").read_text("utf-8")
    places = [html.index(f"{name}/East.en.html") for name in NOTEBOOKS]
    assert all(a < b for a, b in pairwise(places))


def pictures(page: Path) -> list[str]:
    """Base64 text of every picture of a notebook."""
    return [
        output["data"]["image/png"]
        for cell in notebook(page)["cells"]
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]


@pytest.mark.slow
def test_tables_workbooks_and_pictures_are_the_same_bytes_in_another_run(
    demo: Path, folder: Path
) -> None:
    again = run(
        ".venv/bin/salesanalysis render --data demo --regions East --lang zh --jobs 1 "
        "--notebooks 02_targets --out elsewhere",
        folder,
    )
    assert again.returncode == 0, again.stderr
    first = demo / "02_targets" / "East.zh.html"
    second = folder / "elsewhere" / "demo" / "02_targets" / "East.zh.html"
    files = sorted(p.name for p in first.with_suffix("").iterdir())
    assert len(files) >= 5
    for name in files:
        same = [(p.with_suffix("") / name).read_bytes() for p in (first, second)]
        assert same[0] == same[1], name
    assert len(pictures(first)) == 7
    assert pictures(first) == pictures(second)


@pytest.mark.browser
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_page_fits_a_phone_and_a_screen_and_fetches_nothing(
    name: str, demo: Path, tmp_path: Path
) -> None:
    seen = measured(demo / name / "East.zh.html", tmp_path)
    assert sorted(seen) == [400, 1100]
    for width, (_, needs, pictures, drawn, fetched, font) in seen.items():
        assert int(needs) <= width, f"{needs} pixels wide at {width}"
        assert int(pictures) == int(drawn) > 0
        assert (fetched, font) == ("0", "true")


def test_the_pictures_of_the_readme_are_there() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (ROOT / "README.md").read_text("utf-8"))
    assert len(shown) >= 1
    assert all((ROOT / name).read_bytes()[:4] == b"\x89PNG" for name in shown)
