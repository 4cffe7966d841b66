"""Rendering every region of the demo company against a plain papermill loop over the same tasks."""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import Row

ROOT = Path(__file__).resolve().parents[1]
PLAIN = """
import sys, warnings
warnings.simplefilter("ignore")
import papermill as pm
from pathlib import Path
for book in sorted(Path("notebooks").glob("[0-9]*.ipynb")):
    for region in ["East", "South", "North", "West", "Key accounts"]:
        name = f"{book.stem}-{region}"
        pm.execute_notebook(book, f"{sys.argv[1]}/{name}.ipynb", progress_bar=False,
                            parameters={"region": region, "out": f"{sys.argv[1]}/{name}"})
"""


def _timed(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - start


def run() -> list[Row]:
    """Time both in turn, in one run: first render, a render where nothing changed, the loop."""
    folder = Path(tempfile.mkdtemp(prefix="bench-render-"))
    ours = [sys.executable, "-m", "salesanalysis", "render", "--data", "demo", "--regions", "all"]
    ours += ["--lang", "en", "--jobs", "2", "--progress", "none", "--out", str(folder / "ours")]
    try:
        first, again = _timed(ours), _timed(ours)
        (folder / "plain").mkdir()
        loop = _timed([sys.executable, "-W", "ignore", "-c", PLAIN, str(folder / "plain")])
    finally:
        shutil.rmtree(folder)
    note = "25 pages, 2 lanes, pages and index included, against papermill one after the other"
    return [
        Row("render of all demo regions", first, loop, target=0.75, note=note),
        Row("render where nothing changed", again, loop, target=0.10, note=note),
    ]
