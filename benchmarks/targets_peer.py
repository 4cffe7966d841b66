"""The cascade beside the open-source peer: 10,000 leaves, no months, the same tree.

The peer (b2b-revenue-forecasting) lives in an environment of its own, so that its packages never
meet ours: ``python -m venv peer``, ``peer/bin/pip install b2b-revenue-forecasting==0.46.0``, then
``TARGETS_PEER=peer/bin/python``. Both run the same tree; plain pandas runs in both processes as the
anchor, so that a busy machine slows both sides of each ratio. The total error is the sum of the
leaves, each rounded to whole yuan, less the total handed down.
"""

import json
import os
import subprocess
from statistics import median

from benchmarks import Row, side_by_side
from benchmarks.targets import LEVELS, TOTAL, leaves

VERSION = "0.46.0"
MISSING = (
    "targets_peer: skipped, TARGETS_PEER names no Python that has b2b-revenue-forecasting; in an "
    f"environment of its own: pip install b2b-revenue-forecasting=={VERSION}"
)
_SCRIPT = """
import contextlib, io, json, sys, time, warnings
import pandas as pd
from b2b_revenue_forecasting.hierarchy import SalesHierarchy
from b2b_revenue_forecasting.quota_cascader import QuotaCascader
warnings.simplefilter("ignore")
table = pd.read_csv(sys.stdin)
levels, total, times = json.loads(sys.argv[1])
names = table[levels].copy()
names.insert(0, "company", "all")
for depth, level in enumerate(levels[1:], start=1):
    names[level] = names[levels[depth - 1]] + "/" + names[level]
names["value"] = table["value"]
def plain():
    part, above = pd.Series(float(total), index=table.index), float(table["value"].sum())
    for depth in range(1, len(levels) + 1):
        sums = table.groupby(levels[:depth])["value"].transform("sum")
        part, above = part * sums / above, sums
    return part
def peer():
    tree = SalesHierarchy()
    tree.from_dataframe(names, ["company", *levels], metrics_cols=["value"])
    return QuotaCascader(tree).cascade_proportional("all", total, metric="value")
spent = {"peer": [], "plain": []}
with contextlib.redirect_stdout(io.StringIO()):
    plain()
    for _ in range(times):
        for name, work in (("peer", peer), ("plain", plain)):
            began = time.perf_counter()
            found = work()
            spent[name].append(time.perf_counter() - began)
            if name == "peer":
                quotas = found
own = pd.Series(quotas)[names[levels[-1]].unique()]
print(json.dumps({**spent, "leaves": len(own), "off": float(own.round().sum() - total),
                  "off_sum": float(own.sum() - total)}))
"""


def run(times: int = 3) -> list[Row | str]:
    """Return speed and total error of both; a sentence where the peer is not there."""
    python = os.environ.get("TARGETS_PEER", "")
    table = leaves()
    told = _peer(python, table.to_csv(index=False), times) if python else None
    if told is None:
        return [MISSING]
    from salesanalysis.targets import Basis, cascade

    def ours() -> object:
        return cascade(TOTAL, Basis.of(table, by=LEVELS, year=2024), months="equal")

    def plain() -> object:
        part, above = float(TOTAL), float(table["value"].sum())
        for depth in range(1, len(LEVELS) + 1):
            sums = table.groupby(LEVELS[:depth])["value"].transform("sum")
            part, above = part * sums / above, sums
        return part

    mine, anchor = side_by_side(ours, plain, times=times)
    theirs = median(told["peer"]) / median(told["plain"])
    plan = ours()
    error = abs(float(plan.frame["value"].sum()) - TOTAL)  # type: ignore[attr-defined]
    return [
        Row(
            "tree and cascade, 10,000 leaves",
            mine / anchor,
            theirs,
            target=1 / 20,
            note=f"peer {VERSION} without months; ours with 12 months, rounded and checked",
            unit="x pandas",
        ),
        f"peer: {median(told['peer']):.2f} s for {told['leaves']:,} leaves, each in its own process; "
        f"total error of rounded leaves {told['off']:+,.0f} (unrounded {told['off_sum']:+.6f}); "
        f"ours {error:,.0f} over {len(plan.frame):,} cells",  # type: ignore[attr-defined]
    ]


def _peer(python: str, table: str, times: int) -> dict | None:
    """Run the peer in its own environment; None where it is not there."""
    told = json.dumps([LEVELS, TOTAL, times])
    try:
        done = subprocess.run(
            [python, "-c", _SCRIPT, told], input=table, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return json.loads(done.stdout.splitlines()[-1])
