"""The real app in a real browser: a slider moved by keyboard, numbers and picture checked."""

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest
from browsing import Chrome, found, wait
from psutil import Process

from salesanalysis.cli import main
from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan
from salesanalysis.planner import Desk, html
from salesanalysis.planner.app import Served, arguments, notebook, serve
from salesanalysis.planner.painter import Painter

ROOT = Path(__file__).resolve().parents[2]
STANDARD = ROOT / "params" / "plans" / "standard.yaml"
TOP = "coefficient.bands[2].value"
#: The slider of the coefficient is the last of the plan's fifteen.
HANDLE = "[...document.querySelectorAll('.sa-board .noUi-handle')].at(-1)"
READY = "document.querySelectorAll('.sa-planner img').length >= 3 && !!document.querySelector('.noUi-handle')?.offsetParent"
TEXT = "(document.querySelector('.sa-planner .finding') || {}).textContent || ''"
#: The field of a number by its place on the board.
FIELD = "document.querySelectorAll('.sa-board .sa-field input')[{}]"
REFUSED = "[...document.querySelectorAll('.sa-board .bad')].map(x => x.textContent).join(' ')"
SAID = "(document.querySelector('.sa-planner [aria-live]') || {}).textContent || ''"
ROOM = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
#: Buttons and labels whose words are cut off.
CUT = "[...document.querySelectorAll('.sa-planner button, .sa-planner .widget-label')].filter(x => x.offsetParent && x.offsetWidth > 1 && x.scrollWidth > x.clientWidth + 1).map(x => x.textContent)"
#: Figures of the first page that reach beyond its edge.
BEYOND = "[...document.querySelectorAll('.figures td')].filter(x => x.getBoundingClientRect().right > x.closest('.widget-tab-contents').getBoundingClientRect().right - 10).map(x => x.textContent)"
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


def press(page: Chrome, words: str) -> None:
    """Press a button of the desk with the mouse."""
    page.mouse(
        f"[...document.querySelectorAll('.sa-planner button')].find(b => b.textContent === '{words}')"
    )


def typed(page: Chrome, place: int, text: str) -> None:
    """Type a number into a field of the board."""
    field = FIELD.format(place)
    page.js(f"{field}.focus(); {field}.select()")
    page.type(text)
    page.key("Enter", 13, text="\r")


@pytest.mark.browser
def test_a_slider_moved_by_keyboard_moves_cost_and_picture_and_asks_no_other_host(  # noqa: PLR0915
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
        # the picture is the one of these costs, byte for byte
        shown = page.js(PICTURE)
        assert shown != before
        assert html.image(Painter().png("cost", view, "en"), "").endswith(f'src="{shown}">')
        cells = page.js("[...document.querySelectorAll('.figures td.n')].map(x => x.textContent)")
        assert cells[:2] == [
            view.money(view.before.expected, "en"),
            view.money(view.now.expected, "en"),
        ]

        # typed: an edge past its neighbour is refused in place, the figures stay
        typed(page, 2, "90")
        page.until(f"({REFUSED}).includes('90 is not below the next one, 80.')", 20)
        assert page.js(TEXT) == view.headline("en")

        # below and above what a rate can be: refused, and the field keeps what was typed
        typed(page, 2, "50")
        for value in ("-5", "0", "150"):
            typed(page, 1, value)
            page.until(f"({REFUSED}).includes('A rate lies') === {json.dumps(value != '0')}", 20)
        time.sleep(0.5)
        assert page.js(f"{FIELD.format(1)}.value") == "150"
        assert "A rate lies between 0 and 100%" in page.js(REFUSED)
        # neither a point read into 1,2 nor a number between two steps of the slider moved to one
        for value, kept in (("1,2", "1,2"), ("2.25", "2.25")):
            typed(page, 1, value)
            page.until(f"({REFUSED}).includes('is no number') === {json.dumps(',' in kept)}", 20)
            time.sleep(0.5)
            assert page.js(f"{FIELD.format(1)}.value") == kept
        page.until("document.querySelector('.policy').textContent.includes('2.25%')", 20)
        typed(page, 1, "2")
        page.until(f"({TEXT}) === {json.dumps(view.headline('en'))}", 20)

        # the same slider dragged to its end with the mouse
        page.mouse(HANDLE, right=200)
        page.until(f"{FIELD.format(14)}.value === '3'", 20)
        desk.move(TOP, "3")
        page.until(f"({TEXT}) === {json.dumps(desk.view().headline('en'))}", 20)
        press(page, "Undo")
        page.until(f"({TEXT}) === {json.dumps(view.headline('en'))}", 20)

        # Chinese, live
        press(page, "中文")
        page.until(f"({TEXT}) === {json.dumps(view.headline('zh'))}", 30)

        # not saved over the file there is; what is said takes no room from the page
        press(page, "保存")
        page.until(f"({SAID}).includes('standard.yaml已存在')", 20)
        assert Plan.from_yaml(plans / "standard.yaml") == Plan.from_yaml(STANDARD)
        for width in (1366, 1280, 1000):
            page.size(width, 768)
            time.sleep(0.3)
            assert page.js(ROOM) == [width, 768]
            assert page.js(CUT) == []
            assert page.js(BEYOND) == []

        assert page.js("document.querySelector('.sa-planner').lang") == "zh"

        # a file of one's own, sent with the upload button: a broken one is refused
        (tmp_path / "broken.yaml").write_text("schema: 1\nplan: [\n", encoding="utf-8")
        own = Plan.from_yaml(STANDARD).edited({TOP: "1.4"}).to_yaml()
        (tmp_path / "own.yaml").write_text(own, encoding="utf-8")
        upload = "document.querySelector('.sa-planner .widget-upload')"
        page.choose(upload, tmp_path / "broken.yaml")
        page.until(f"({SAID}).includes('broken.yaml is not YAML')", 20)
        page.choose(upload, tmp_path / "own.yaml")
        page.until(f"({SAID}).includes('已载入：own.yaml')", 30)
        assert page.js(f"{FIELD.format(14)}.value") == "1.4"
        icons = f"[...{upload}.parentElement.querySelectorAll('button i')].map(i => i.ariaHidden)"
        page.until(f"({icons}).join() === 'true'", 5)

        # loaded again: a kernel of its own, and the one of the page that was left is ended
        page.go(address)
        page.until(READY, 60)
        assert page.js("document.documentElement.lang") == "en"
        wait(lambda: len(Process(server.pid).children()) == 1, 20, "the kernel of the page left")

        assert page.others() == []
        assert len(page.requested) > 10
        # Voila's own question to end the kernel of the page left is refused; ours was not
        ended = "voila/api/shutdown"
        assert [x for x in page.said if "error" in x.lower() and ended not in x] == []
    finally:
        page.shot(tmp_path / "desk.png")
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
        (["--draws", "0"], "0 drawn years are none."),
    ],
)
def test_what_cannot_be_opened_is_said_before_a_browser_opens(arguments, said, capsys) -> None:
    assert main(["planner", *arguments]) == 2
    assert said in capsys.readouterr().err
