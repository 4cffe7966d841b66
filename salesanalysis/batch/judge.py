"""What an executed notebook came to: its error, its figures, its warnings, its log."""

import re
import sys
from collections.abc import Mapping
from typing import Any

from salesanalysis.batch import keys
from salesanalysis.batch.mimes import EARLY_EXIT, KEY_FIGURES

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def trouble_of(node: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return section, cell, exception and message of the cell that failed, or None.

    ``sys.exit(0)`` and `stop_notebook` are a wanted end: that cell is marked completed.
    """
    section = ""
    for number, cell in enumerate(node["cells"], 1):
        if cell["cell_type"] == "markdown":
            heads = [x.lstrip("# ") for x in cell["source"].splitlines() if x.startswith("#")]
            section = heads[-1] if heads else section
        state = cell["metadata"].get("papermill", {})
        if state.get("status") != "failed":
            continue
        error = next((o for o in cell.get("outputs", ()) if o["output_type"] == "error"), None)
        if error and error["ename"] == "SystemExit" and error["evalue"] in ("", "0"):
            state.update(status="completed", exception=False)
            node["metadata"].get("papermill", {}).update(exception=None)
            return None
        name, value = (error["ename"], error["evalue"]) if error else ("", "the cell did not end")
        return {
            "section": section,
            "cell": number,
            "exception": name,
            "message": _ANSI.sub("", value),
        }
    return None


def early_exit(node: Mapping[str, Any]) -> str:
    """Return why the notebook ended early on purpose, or ""."""
    for data in _displayed(node):
        if EARLY_EXIT in data:
            return str(data[EARLY_EXIT]["reason"])
    ends = (o for c in node["cells"] for o in c.get("outputs", ()) if o["output_type"] == "error")
    return (
        "sys.exit(0)"
        if any(o["ename"] == "SystemExit" and o["evalue"] in ("", "0") for o in ends)
        else ""
    )


def figures(node: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the key figures of the page, in order."""
    found = [
        f for data in _displayed(node) if KEY_FIGURES in data for f in data[KEY_FIGURES]["figures"]
    ]
    return list({f["name"]: f for f in found}.values())


def _displayed(node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    outputs = (o for c in node["cells"] for o in c.get("outputs", ()))
    return [o["data"] for o in outputs if "data" in o]


def warnings_of(node: Mapping[str, Any]) -> int:
    """Return how many cells wrote to stderr."""
    return sum(
        any(
            o["output_type"] == "stream" and o.get("name") == "stderr" for o in c.get("outputs", ())
        )
        for c in node["cells"]
    )


def log_text(
    node: Mapping[str, Any], job: Mapping[str, Any], status: str, error: Mapping[str, Any] | None
) -> str:
    """Return the log: engine, versions, seconds, printed text and traceback by cell."""
    lines = [
        f"{job['name']} / {job['region']} / {job['lang']}: {status}",
        f"engine: {job['engine']}",
    ]
    lines += [f"{name} {version}" for name, version in keys.versions().items()]
    lines.append(f"command: {sys.executable}")
    for number, cell in enumerate(node["cells"], 1):
        if cell["cell_type"] != "code":
            continue
        state = cell["metadata"].get("papermill", {})
        seconds = state.get("duration")
        took = f"{seconds:.2f} s" if seconds is not None else "-"
        lines.append(f"--- cell {number}: {state.get('status', '-')}, {took}")
        for output in cell.get("outputs", ()):
            lines += _log_lines(output)
    if error:
        lines += ["--- result", f"{error.get('exception', '')} {error['message']}".strip()]
    return "\n".join(lines) + "\n"


def _log_lines(output: Mapping[str, Any]) -> list[str]:
    if output["output_type"] == "stream":
        text = output["text"] if isinstance(output["text"], str) else "".join(output["text"])
        return [f"{output['name']}: {line}" for line in _ANSI.sub("", text).splitlines()]
    if output["output_type"] == "error":
        return [_ANSI.sub("", line) for line in output["traceback"]]
    return []
