"""Whole bridges of the other methods through `explain`: 10,000 random tables each, every promise counted.

A draw is a company of six teams in two regions with zeros, new and lost teams, ten thousand of them
the members of one table (see `_rate_draws` for what shares then are, `_surprise_draws` for what is
forecast). Two groups are a call each (see `_group_draws`). ``VARIANCE_TABLE_DRAWS=500`` draws fewer.
"""

import os
from time import process_time

import numpy as np
import pandas as pd

from benchmarks import Row
from benchmarks._group_draws import groups
from benchmarks._rate_draws import rates
from benchmarks._surprise_draws import days, growth, surprises
from benchmarks._table_draws import KEYS, beside, closes, common, keyed, side
from benchmarks._tally import Tally, lines, off
from salesanalysis import variance

N = int(os.environ.get("VARIANCE_TABLE_DRAWS", "10000"))
CHAIN = ["visits", "deals", "revenue"]
SETTINGS = [(m, n) for m in ("lmdi", "shapley", "sequential") for n in ("separate", "merge")]


def run() -> list[Row | str]:
    """Return looks and failures per method, and the processor time of each."""
    told: list[Row | str] = []
    for name, work in (
        ("driver trees, each of 3 methods x new and lost apart or merged", trees),
        ("plain gaps", gaps), ("rates, each of 4 conventions", rates),
        ("surprises", surprises), ("growth by sums and by factors", growth), ("working days", days),
        ("two groups", groups),
    ):  # fmt: skip
        began, tally = process_time(), Tally()
        work(tally, N)
        seen, failed = sum(tally.seen.values()), sum(tally.failed.values())
        spent = process_time() - began
        told.append(f"{name}, {N:,} draws: {seen:,} looks, {failed} failures ({spent:.0f} s)")
        told += lines(tally)
    return told


def trees(tally: Tally, n: int) -> None:
    """1-3, 5-7, 9-12 of driver trees."""
    for k, (method, new_lost) in enumerate(SETTINGS):
        rng = np.random.default_rng(k)

        def ask(actual: pd.DataFrame, base: pd.DataFrame, m=method, nl=new_lost, **more: object):
            return variance.explain(
                actual, base, **{"by": KEYS, "chain": CHAIN, "method": m, "new_lost": nl} | more
            )

        actual, base = side(n, rng), side(n, rng)
        found = ask(actual, base)
        size = closes(tally, found)
        common(tally, ask, actual, base, found, CHAIN, size)
        back = keyed(ask(base, actual)).rename({"new": "lost", "lost": "new"}, level="effect")
        if method != "sequential":
            tally.look("3 amounts change their sign", beside(keyed(found), -back, size))
        elif new_lost == "separate":
            tally.look("3 sequential does not", [not beside(keyed(found), -back, size).any()])
        units = (t.assign(visits=t["visits"] * 1000) for t in (actual, base))
        tally.look("6 pieces or thousands", beside(keyed(ask(*units)), keyed(found), size))
        empty = found.effects[found.effects["note"].str.startswith("undefined", na=False)]
        tally.look("11 a ratio that does not exist moves nothing", empty["amount"] != 0)
        if new_lost == "separate":
            apart = found.effects[found.effects["effect"].isin(["new", "lost"])]
            rest = found.effects.drop(apart.index)
            both = apart[KEYS].merge(rest[KEYS].drop_duplicates(), how="left", indicator=True)
            tally.look("10 new and lost teams have no other effect", both["_merge"] == "both")
            sides = [t.set_index(KEYS)["revenue"] for t in (base, actual)]
            whole = [t.groupby(KEYS)[CHAIN].sum().max(axis=1) > 0 for t in (base, actual)]
            lone = sides[1][~whole[0].reindex(sides[1].index, fill_value=False)].sum()
            gone = sides[0][~whole[1].reindex(sides[0].index, fill_value=False)].sum()
            tally.look("10 they are the value of one side", off(pd.Series([apart["amount"].sum()]), pd.Series([lone - gone]), found.end))  # fmt: skip


def gaps(tally: Tally, n: int) -> None:
    """1-3, 5-7, 9, 12 of plain differences."""
    rng = np.random.default_rng(11)
    actual, base = side(n, rng), side(n, rng)

    def ask(actual: pd.DataFrame, base: pd.DataFrame, **more: object) -> variance.Bridge:
        return variance.explain(actual, base, **{"by": KEYS, "method": "gap"} | more)

    found = ask(actual, base)
    size = closes(tally, found)
    common(tally, ask, actual, base, found, ["revenue"], size)
    tally.look("3 amounts change their sign", beside(keyed(found), -keyed(ask(base, actual)), size))
