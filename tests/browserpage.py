"""A page seen in a real browser: how wide it gets, its pictures, what it fetched, its font."""

import re
import shutil
import subprocess
from html import escape
from pathlib import Path

import pytest

#: A browser that asks nobody for anything.
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: The same, finding no host.
FLAGS = [*QUIET, "--host-resolver-rules=MAP * ~NOTFOUND"]
#: Tells the page around how wide it was given, how wide it is, its pictures and what it fetched.
PROBE = """<script>addEventListener("load", function () {
var fetched = performance.getEntriesByType("resource").filter(x => !x.name.startsWith("data:"))
var drawn = [].filter.call(document.images, x => x.complete && x.naturalWidth > 0)
var facts = [innerWidth, document.documentElement.scrollWidth, document.images.length,
  drawn.length, fetched.length, document.fonts.check('16px "Noto Sans SC subset"')]
parent.document.body.setAttribute("data-w" + innerWidth, facts.join(" "))})</script>"""


def chromium() -> str:
    """Return the browser; skips, saying so, where it is absent."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("chromium is not there: the page is not looked at in a browser")
    return found


def measured(page: Path, room: Path, widths: tuple[int, ...] = (400, 1100)) -> dict[int, list[str]]:
    """Open a page in frames of several widths; return what `PROBE` says of each."""
    browser = chromium()
    probed = escape(page.read_text("utf-8").replace("</body>", f"{PROBE}</body>"))
    # a browser window has a least width of its own; a frame has not
    frames = "".join(
        f'<iframe width="{w}" height="1200" style="border:0" srcdoc="{probed}"></iframe>'
        for w in widths
    )
    around = room / "frames.html"
    around.write_text(f"<meta charset=utf-8><body>{frames}</body>", encoding="utf-8")
    out = subprocess.run(
        [
            browser,
            *FLAGS,
            f"--user-data-dir={room / 'profile'}",
            f"--screenshot={room / 'frames.png'}",
            "--window-size=1540,1240",
            "--dump-dom",
            around.absolute().as_uri(),
        ],
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    assert (room / "frames.png").stat().st_size > 50_000
    return {int(w): facts.split() for w, facts in re.findall(r'data-w(\d+)="([^"]*)"', out.stdout)}
