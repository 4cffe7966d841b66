"""Chromium driven over its DevTools protocol: enough to load a page, press keys and look."""

import base64
import json
import re
import shutil
import subprocess
import time
from pathlib import Path
from urllib.request import urlopen

from browserpage import QUIET

#: A browser that finds no host but this machine, and listens.
FLAGS = [
    *QUIET,
    "--disable-dev-shm-usage",
    "--remote-debugging-port=0",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


def found() -> str | None:
    """Where Chromium is, None where it is not."""
    return shutil.which("chromium")


class Chrome:
    """One page of one browser; what it requested is kept."""

    def __init__(self, profile: Path, width: int = 1366, height: int = 768) -> None:
        import websocket

        path = found()
        assert path is not None
        self.process = subprocess.Popen(
            [
                path,
                *FLAGS,
                f"--user-data-dir={profile}",
                f"--window-size={width},{height}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        port_file = profile / "DevToolsActivePort"
        wait(lambda: port_file.is_file() and "\n" in port_file.read_text(), 20)
        port = port_file.read_text().split()[0]
        with urlopen(f"http://127.0.0.1:{port}/json") as answer:
            page = next(p for p in json.load(answer) if p["type"] == "page")
        self.socket = websocket.create_connection(
            page["webSocketDebuggerUrl"], suppress_origin=True, timeout=30
        )
        self.requested: list[str] = []
        self.said: list[str] = []
        self.asked_for: list[int] = []
        self._id = 0
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")
        # a window nobody looks at has no focus, and shows none
        self.send("Emulation.setFocusEmulationEnabled", enabled=True)
        self.size(width, height)

    def send(self, method: str, **params) -> dict:
        self._id += 1
        self.socket.send(json.dumps({"id": self._id, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv())
            self._note(message)
            if message.get("id") == self._id:
                assert "error" not in message, (method, message["error"])
                return message["result"]

    def _note(self, message: dict) -> None:
        params = message.get("params", {})
        if message.get("method") == "Network.requestWillBeSent":
            self.requested.append(params["request"]["url"])
        if message.get("method") == "Network.webSocketCreated":
            self.requested.append(params["url"])
        if message.get("method") == "Page.fileChooserOpened":
            self.asked_for.append(params["backendNodeId"])
        if message.get("method") == "Runtime.exceptionThrown":
            self.said.append(str(params["exceptionDetails"].get("text")))
        if message.get("method") == "Log.entryAdded":
            self.said.append(
                f"{params['entry']['level']}: {params['entry']['text']} {params['entry'].get('url')}"
            )

    def size(self, width: int, height: int) -> None:
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def go(self, url: str) -> None:
        self.send("Page.navigate", url=url)

    def js(self, expression: str):
        result = self.send(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def key(self, key: str, code: int, *, text: str = "", modifiers: int = 0) -> None:
        common = {"key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": modifiers}
        self.send(
            "Input.dispatchKeyEvent", type="keyDown", **common, **({"text": text} if text else {})
        )
        self.send("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text: str) -> None:
        self.send("Input.insertText", text=text)

    def mouse(self, element: str, right: float = 0) -> None:
        """Press an element in its middle; with `right`, drag it by so many pixels."""
        x, y = self.js(
            f"(r => [r.x + r.width / 2, r.y + r.height / 2])({element}.getBoundingClientRect())"
        )
        look = {"y": y, "button": "left", "clickCount": 1}
        self.send("Input.dispatchMouseEvent", type="mousePressed", x=x, **look)
        for part in range(1, 6 if right else 1):
            self.send(
                "Input.dispatchMouseEvent",
                type="mouseMoved",
                x=x + right * part / 5,
                buttons=1,
                **look,
            )
        self.send("Input.dispatchMouseEvent", type="mouseReleased", x=x + right, **look)

    def choose(self, button: str, file: Path) -> None:
        """Press a button that asks for a file, and give it one."""
        self.send("Page.setInterceptFileChooserDialog", enabled=True)
        before = len(self.asked_for)
        self.mouse(button)
        wait(lambda: self.js("1") and len(self.asked_for) > before, 10, "a question for a file")
        self.send("DOM.enable")
        self.send("DOM.setFileInputFiles", files=[str(file)], backendNodeId=self.asked_for[-1])

    def others(self) -> list[str]:
        """Return what was requested from any host but this machine."""
        own = re.compile(r"(blob:)?(http|ws)://127\.0\.0\.1:\d+/|data:")
        return [url for url in self.requested if not own.match(url)]

    def shot(self, path: Path) -> None:
        path.write_bytes(
            base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"])
        )

    def until(self, expression: str, seconds: float = 30):
        """Wait until an expression is true and return it."""
        return wait(lambda: self.js(expression), seconds, expression)

    def close(self) -> None:
        try:
            self.send("Browser.close")
        except Exception:  # the socket goes first
            self.process.terminate()
        self.socket.close()
        self.process.wait(timeout=20)


def wait(look, seconds: float, what: object = ""):
    """Return the first true answer of `look`, looking every tenth of a second."""
    end = time.monotonic() + seconds
    while True:
        answer = look()
        if answer:
            return answer
        assert time.monotonic() < end, f"waited {seconds} s for {what or look}"
        time.sleep(0.1)
