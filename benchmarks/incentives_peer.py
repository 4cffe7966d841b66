"""The pay kernel beside openfisca-core's marginal scale: five tiers, 2,000,000 attainments.

The peer lives in an environment of its own, so that its packages never meet ours: ``python -m venv
peer``, ``peer/bin/pip install openfisca-core==46.0.1``, then ``INCENTIVES_PEER=peer/bin/python``. Both
pay the same attainments under the same tiers; ``np.searchsorted``, then a + b x, runs in both processes
as the anchor, so that a busy machine slows both sides of each ratio. Times are processor seconds.
"""

import json
import os
import subprocess
from collections.abc import Callable
from statistics import median
from time import process_time

import numpy as np

from benchmarks import Row
from benchmarks.incentives import TIERS, plan_of

VERSION = "46.0.1"
ROWS = 2_000_000
MISSING = (
    "incentives_peer: skipped, INCENTIVES_PEER names no Python that has openfisca-core; in an "
    f"environment of its own: pip install openfisca-core=={VERSION}"
)
#: Both processes run this first: the same attainments, and the anchor.
_SHARED = """
import numpy as np
edges = np.array([float(e) for e, _ in tiers])
rates = np.array([float(r) for _, r in tiers])
starts = np.concatenate([[0.0], np.cumsum(rates[:-1] * np.diff(edges))]) - rates * edges
x = np.random.default_rng(17).lognormal(0.04, 0.17, rows)
def anchor():
    k = np.searchsorted(edges[1:], x, side="right")
    return starts[k] + rates[k] * x
"""
_SCRIPT = """
import json, sys
from time import process_time
from openfisca_core.taxscales import MarginalRateTaxScale
tiers, rows, times = json.loads(sys.argv[1])
exec(sys.argv[2])
scale = MarginalRateTaxScale()
for edge, rate in zip(edges, rates):
    scale.add_bracket(float(edge), float(rate))
spent = {"peer": [], "anchor": []}
anchor()
for _ in range(times):
    for name, work in (("peer", lambda: scale.calc(x)), ("anchor", anchor)):
        began = process_time()
        found = work()
        spent[name].append(process_time() - began)
        if name == "peer":
            total = float(found.sum())
print(json.dumps({**spent, "total": total}))
"""


def run(times: int = 7) -> list[Row | str]:
    """Return the kernel's lead; a sentence where the peer is not there."""
    python = os.environ.get("INCENTIVES_PEER", "")
    told = _peer(python, times) if python else None
    if told is None:
        return [MISSING]
    scope: dict = {"tiers": _tiers(), "rows": ROWS}
    exec(_SHARED, scope)
    work, paid = _ours(scope["x"])
    ours, anchor = _spent(work, times), _spent(scope["anchor"], times)
    off = abs(100 * float(paid.sum()) / told["total"] - 1)
    row = Row(
        "times openfisca-core over times ours, each x np.searchsorted",
        median(told["peer"]) / median(told["anchor"]),
        ours / anchor,
        target=15,
        best="high",
        note=f"openfisca-core {VERSION}, {ROWS:,} rows, both one thread",
        unit="x",
    )
    return [row, f"sum of pay, the peer's less ours: {off:.0e} of it"]


def _tiers() -> list[list[str]]:
    return [t.split(":") for t in TIERS]


def _ours(x: np.ndarray) -> tuple[Callable[[], None], np.ndarray]:
    """Return the kernel over `x`, and where it writes."""
    from salesanalysis.incentives import compile_plan
    from salesanalysis.incentives.compiled.vector import BLOCK, Buffers, heights, rungs

    ladder = compile_plan(plan_of(bands=(("null", "1"),))).ladder
    y, buffers, line = np.empty(x.size), Buffers(), ladder.lines["quota"]

    def work() -> None:
        for start in range(0, x.size, BLOCK):
            part = slice(start, min(start + BLOCK, x.size))
            at = rungs(ladder, x[part], buffers)
            heights(line, at, x[part], y[part], room=buffers.room[: part.stop - start])

    return work, y


def _spent(work: Callable[[], object], times: int) -> float:
    work()
    seconds = []
    for _ in range(times):
        began = process_time()
        work()
        seconds.append(process_time() - began)
    return median(seconds)


def _peer(python: str, times: int) -> dict | None:
    """Run the peer in its own environment; None where it is not there."""
    told = json.dumps([_tiers(), ROWS, times])
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    try:
        done = subprocess.run(
            [python, "-c", _SCRIPT, told, _SHARED],
            capture_output=True, text=True, check=True, env={**os.environ, **threads},
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return None
    return json.loads(done.stdout.splitlines()[-1])
