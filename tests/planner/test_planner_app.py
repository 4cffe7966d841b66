"""The real app in a real browser: a slider moved by keyboard, numbers and picture checked."""

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from browsing import Chrome, found, wait

from salesanalysis.cli import main
from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan
from salesanalysis.planner import Desk
from salesanalysis.planner.app import Served, arguments, notebook, serve

ROOT = Path(__file__).resolve().parents[2]
STANDARD = ROOT / "params" / "plans" / "standard.yaml"
TOP = "coefficient.bands[2].value"
#: The slider of the coefficient is the last of the plan's fifteen.
HANDLE = "[...document.querySelectorAll('.sa-board .noUi-handle')].at(-1)"
READY = "document.querySelectorAll('.sa-planner img').length >= 3 && !!document.querySelector('.noUi-handle')?.offsetParent"
TEXT = "(document.querySelector('.sa-planner .finding') || {}).textContent || ''"
PICTURE = "document.querySelectorAll('.sa-planner img')[1].src"


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


@pytest.fixture
def app(tmp_path):
    """The app on a folder of plans of its own, stopped as a user stops it."""
    if found() is None:
        pytest.skip("chromium is not there: the planner is not tried in a browser")
    plans = tmp_path / "plans"
    plans.mkdir()
    shutil.copy(STANDARD, plans / "standard.yaml")
    command = [sys.executable, "-m", "salesanalysis", "planner", str(plans / "standard.yaml")]
    command += ["--no-browser", "--port", str(free_port()), "--draws", "500", "--budget", "22M"]
    said = (tmp_path / "err").open("w")
    server = subprocess.Popen(
        [*command, "--out", str(tmp_path / "out")], cwd=tmp_path, text=True,
        stdout=subprocess.PIPE, stderr=said,
    )  # fmt: skip
    address = server.stdout.readline().strip()
    yield address, plans, server
    if server.poll() is None:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)
    server.stdout.close()
    said.close()


def answers(address: str) -> bool:
    host, port = re.match(r"http://([\d.]+):(\d+)/", address).groups()
    with socket.socket() as asked:
        return asked.connect_ex((host, int(port))) == 0


@pytest.mark.browser
def test_a_slider_moved_by_keyboard_moves_cost_and_picture_and_asks_no_other_host(
    app, tmp_path
) -> None:
    address, plans, server = app
    wait(lambda: answers(address), 30, "the app")
    with urlopen(address.partition("?")[0]) as without_token:
        assert "/login" in without_token.url
    page = Chrome(tmp_path / "profile")
    try:
        page.go(address)
        page.until(READY, 60)
        desk = Desk(Plan.from_yaml(STANDARD), draws=500, budget=22e6)
        assert page.js(TEXT) == desk.view().headline("en")
        before = page.js(PICTURE)

        # two arrow keys: 1.2 becomes 1.3
        page.js(f"{HANDLE}.focus()")
        page.until(f"getComputedStyle({HANDLE}).outlineStyle === 'solid'", 5)
        for _ in range(2):
            page.key("ArrowRight", 39)
        desk.move(TOP, "1.3")
        view = desk.view()
        page.until(f"({TEXT}) === {json.dumps(view.headline('en'))}", 20)
        # the plan in words comes last
        page.until("document.querySelector('.policy').textContent.includes('1.3')", 20)
        assert page.js(PICTURE) != before
        cells = page.js("[...document.querySelectorAll('.figures td.n')].map(x => x.textContent)")
        assert cells[:2] == [
            view.money(view.before.expected, "en"),
            view.money(view.now.expected, "en"),
        ]

        # typed: an edge past its neighbour is refused in place, the figures stay
        page.js("document.querySelectorAll('.sa-board input[type=number]')[2].focus()")
        page.js("document.querySelectorAll('.sa-board input[type=number]')[2].select()")
        page.type("90")
        page.key("Enter", 13, text="\r")
        page.until(
            "(document.querySelector('.sa-board .bad') || {}).textContent?.includes('0.9')", 20
        )
        assert page.js(TEXT) == view.headline("en")

        # Chinese, live
        page.js(
            "[...document.querySelectorAll('.sa-planner button')].find(b => b.textContent === '中文').click()"
        )
        page.until(f"({TEXT}) === {json.dumps(view.headline('zh'))}", 30)

        # saved under another name, read back
        page.js(
            "[...document.querySelectorAll('.sa-planner button')].find(b => b.textContent === '保存').click()"
        )
        page.until(
            "(document.querySelector('.sa-planner [aria-live]') || {}).textContent?.includes('standard.yaml')",
            20,
        )
        assert Plan.from_yaml(plans / "standard.yaml") == Plan.from_yaml(STANDARD)

        others = [
            u for u in page.requested if not re.match(r"(http|ws)://127\.0\.0\.1:\d+/|data:", u)
        ]
        assert others == []
        assert len(page.requested) > 10
        assert [said for said in page.said if "error" in said.lower()] == []
    finally:
        page.close()
    server.send_signal(signal.SIGTERM)
    assert server.wait(timeout=20) == 0
    assert not answers(address)


def test_nobody_without_the_token_sees_the_desk() -> None:
    given = arguments(Path("planner.ipynb"), 8866, "secret", browser=False)
    assert "--token=secret" in given
    assert "--Voila.ip=127.0.0.1" in given
    assert "--Voila.port_retries=0" in given


def test_the_notebook_of_the_app_opens_the_desk_with_places_said_in_full() -> None:
    made = notebook(Served(Path("p.yaml"), Path("plans"), Path("out"), lang="zh", budget=1e6))
    source = made["cells"][0]["source"]
    compile(source, "cell", "exec")
    here = Path.cwd()
    assert (
        f"sa.planner.open({str(here / 'p.yaml')!r}, None, folder={str(here / 'plans')!r}" in source
    )
    assert "lang='zh', budget=1000000.0" in source


def test_without_voila_the_command_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setattr("salesanalysis.planner.app.find_spec", lambda _: None)
    with pytest.raises(ContractError) as caught:
        serve(Served(Path("p.yaml"), Path(), Path()), say=print)
    assert str(caught.value) == (
        "The planner's app needs Voila, which is not installed.\n"
        "  where: salesanalysis planner\n"
        "  fix:   pip install 'salesanalysis[app]', or use planner.open(...) in JupyterLab"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.yaml"], "nowhere.yaml"),
        (["--data", "nowhere"], "nowhere is not there."),
        (["--budget", "much"], "'much' is no budget."),
    ],
)
def test_what_cannot_be_opened_is_said_before_a_browser_opens(arguments, said, capsys) -> None:
    assert main(["planner", *arguments]) == 2
    assert said in capsys.readouterr().err
