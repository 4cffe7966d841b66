"""The desk in JupyterLab itself: a cell run, a slider moved with keys, no host but this machine asked."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest
from browsing import Chrome, found, wait

from salesanalysis.incentives import Plan
from salesanalysis.planner import Desk

ROOT = Path(__file__).resolve().parents[2]
STANDARD = ROOT / "params" / "plans" / "standard.yaml"
TOP = "coefficient.bands[2].value"
HANDLE = "[...document.querySelectorAll('.sa-board .noUi-handle')].at(-1)"
TEXT = "(document.querySelector('.sa-planner .finding') || {}).textContent || ''"
PICTURES = "[...document.querySelectorAll('.sa-planner img')].map(x => x.src)"
CELLS = "document.querySelectorAll('.jp-Notebook .jp-Cell').length"
FIELD = "[...document.querySelectorAll('.sa-board .sa-field input')].at(-1)"


def notebook(source: str) -> str:
    cell = {
        "cell_type": "code", "id": "desk", "metadata": {}, "source": source, "outputs": [],
        "execution_count": None,
    }  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps(
        {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    )


@pytest.fixture
def lab(tmp_path):
    """JupyterLab on a folder with one notebook, with settings of its own."""
    if found() is None:
        pytest.skip("chromium is not there: the desk is not tried in JupyterLab")
    if find_spec("jupyterlab") is None:
        pytest.skip("jupyterlab is not there: the desk is not tried in it")
    work = tmp_path / "work"
    work.mkdir()
    shutil.copy(STANDARD, work / "standard.yaml")
    source = "import salesanalysis as sa\nsa.planner.open('standard.yaml', budget=22e6, draws=300)"
    (work / "desk.ipynb").write_text(notebook(source), encoding="utf-8")
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port = asked.getsockname()[1]
    own = {f"JUPYTER_{n}_DIR": str(tmp_path / n.lower()) for n in ("CONFIG", "DATA", "RUNTIME")}
    own |= {"IPYTHONDIR": str(tmp_path / "ipython"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += [
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
    ]
    command += ["--IdentityProvider.token=desk", f"--ServerApp.root_dir={work}"]
    command += ["--LabApp.news_url=None", "--LabApp.extension_manager=readonly"]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, env={**os.environ, **own}, stdout=log, stderr=log)
        yield port
        server.terminate()
        server.wait(timeout=30)


def answers(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def run(page: Chrome, cell: str) -> bool:
    """Run a cell as a user does; a notebook that is still settling takes no keys."""
    page.mouse(cell)
    page.key("Enter", 13, text="\r", modifiers=8)
    time.sleep(1)
    return page.js("document.querySelector('.jp-InputPrompt').textContent.trim() !== '[ ]:'")


@pytest.mark.browser
@pytest.mark.slow
def test_a_slider_moved_with_keys_in_jupyterlab_moves_numbers_and_pictures(lab, tmp_path) -> None:
    wait(lambda: answers(lab), 60, "JupyterLab")
    page = Chrome(tmp_path / "profile", 1366, 900)
    try:
        page.go(f"http://127.0.0.1:{lab}/lab/tree/desk.ipynb?token=desk")
        cell = "document.querySelector('.jp-Notebook .jp-CodeCell .cm-content')"
        page.until(f"!!{cell}?.offsetParent", 90)
        idle = (
            "document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status === 'idle'"
        )
        page.until(idle, 60)
        wait(lambda: run(page, cell), 30, "the cell")
        page.until(f"({PICTURES}).length >= 3 && !!{HANDLE}?.offsetParent", 90)
        desk = Desk(Plan.from_yaml(STANDARD), draws=300, budget=22e6)
        assert page.js(TEXT) == desk.view().headline("en")

        # arrow keys: 1.2 becomes 1.35, and every picture another one
        before, cells = page.js(PICTURES), page.js(CELLS)
        page.js(f"{HANDLE}.focus()")
        assert page.js(f"{HANDLE}.getAttribute('aria-label')") == "Band 3: coefficient (×)"
        for key, code in (("ArrowRight", 39), ("ArrowRight", 39), ("ArrowUp", 38)):
            page.key(key, code)
        desk.move(TOP, "1.35")
        view = desk.view()
        page.until(f"({TEXT}) === {json.dumps(view.headline('en'))}", 30)
        page.until("document.querySelector('.policy').textContent.includes('1.35')", 30)
        assert all(old != new for old, new in zip(before, page.js(PICTURES), strict=True))

        # d d would delete a cell of the notebook, m make it text: not with a slider in hand
        for _ in range(2):
            page.key("d", 68, text="d")
        page.key("m", 77, text="m")
        assert page.js(CELLS) == cells
        assert page.js(f"document.activeElement === {HANDLE}")

        # typed into the field
        page.js(f"{FIELD}.focus(); {FIELD}.select()")
        page.type("1.5")
        page.key("Enter", 13, text="\r")
        desk.move(TOP, "1.5")
        page.until(f"({TEXT}) === {json.dumps(desk.view().headline('en'))}", 30)
        page.until("document.querySelector('.policy').textContent.includes('1.5')", 30)

        assert page.others() == []
        assert len(page.requested) > 50
        assert [said for said in page.said if "error" in said.lower()] == []
    finally:
        page.shot(tmp_path / "jupyterlab.png")
        page.close()
