"""Seconds of a fresh interpreter that imports us beside one that imports pandas."""

import os
import subprocess
import sys
from pathlib import Path
from statistics import median

from benchmarks import Row, side_by_side

ROOT = Path(__file__).resolve().parents[1]
TARGET = 1.2


def run(times: int = 9) -> list[Row | str]:
    """Compare imports in fresh interpreters, in turns, the empty interpreter taken off."""
    empty = median(_spent("pass", times))
    rows: list[Row | str] = []
    for name, code, target in (
        ("import salesanalysis", "import salesanalysis", TARGET),
        ("... and its table classes", "import salesanalysis; salesanalysis.Panel", TARGET),
        ("... and every domain package", f"import salesanalysis as sa; {_every_part()}", None),
    ):
        ours, theirs = side_by_side(_fresh(code), _fresh("import pandas"), times=times)
        note = f"against import pandas, median of {times}, {empty:.2f} s of Python itself taken off"
        rows.append(Row(name, ours - empty, theirs - empty, target=target, note=note))
    return rows


def _every_part() -> str:
    return "; ".join(
        f"sa.{part}" for part in ("targets", "forecast", "variance", "incentives", "tracking")
    )


def _fresh(code: str):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code]
    return lambda: subprocess.run(command, check=True, env=environment, capture_output=True)


def _spent(code: str, times: int) -> list[float]:
    work = _fresh(code)
    return [side_by_side(work, lambda: None, times=1)[0] for _ in range(times)]
