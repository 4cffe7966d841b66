"""Whole bridges of the other methods through `explain`: 10,000 random tables each, every promise counted.

Driver trees and plain gaps: a draw is a company of six teams in two regions with zeros, new and lost
teams, ten thousand of them the members of one table (effects of a team depend on that team alone). Rates:
shares depend on everybody, so each draw is a call of its own, of rows parted and shuffled, beside the
arithmetic of its sums. Two groups: a call each. ``VARIANCE_TABLE_DRAWS=500`` draws fewer.
"""

import os
from collections.abc import Iterator
from time import process_time

import numpy as np
import pandas as pd

from benchmarks import Row
from benchmarks._pvm_draws import Tally, lines, off
from salesanalysis import variance

N = int(os.environ.get("VARIANCE_TABLE_DRAWS", "10000"))
KEYS = ["draw", "region", "team"]
CHAIN = ["visits", "deals", "revenue"]
SETTINGS = [(m, n) for m in ("lmdi", "shapley", "sequential") for n in ("separate", "merge")]
TEAMS = 6


def run() -> list[Row | str]:
    """Return looks and failures per method, and the processor time of each."""
    told: list[Row | str] = []
    for name, work in (
        ("driver trees, each of 3 methods x new and lost apart or merged", trees),
        ("plain gaps", gaps), ("rates, each of 4 conventions", rates), ("two groups", groups),
    ):  # fmt: skip
        began, tally = process_time(), Tally()
        work(tally, N)
        seen, failed = sum(tally.seen.values()), sum(tally.failed.values())
        spent = process_time() - began
        told.append(f"{name}, {N:,} draws: {seen:,} looks, {failed} failures ({spent:.0f} s)")
        told += lines(tally)
    return told


def side(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return one side of `n` companies: totals of a chain, about a tenth of the teams absent."""
    size = n * TEAMS
    visits = rng.integers(0, 60, size).astype("float64")
    deals = np.floor(visits * rng.uniform(0, 1, size) * (rng.random(size) > 0.2))
    revenue = deals * rng.uniform(20, 90, size) * (rng.random(size) > 0.05)
    draw = np.repeat([f"{i:05d}" for i in range(n)], TEAMS)
    keys = {"draw": draw, "region": np.tile(list("NNNSSS"), n), "team": np.tile(list("ABCDEF"), n)}
    table = pd.DataFrame({**keys, "visits": visits, "deals": deals, "revenue": revenue})
    return table[rng.random(size) > 0.1].reset_index(drop=True)


def parted(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the same sums as twice the rows, shuffled, under another index and type of name."""
    rows = pd.concat([table.assign(**{c: table[c] * w for c in columns}) for w in (0.25, 0.75)])
    shuffled = rows.sample(frac=1, random_state=1)
    return shuffled.set_axis(range(7, 7 + len(rows))).astype({"region": "category"})


def keyed(found: variance.Bridge) -> pd.Series:
    return found.effects.set_index([*found.by, "effect"])["amount"]


def beside(first: pd.Series, second: pd.Series, size: float) -> np.ndarray:
    """Tell which effects of two bridges differ; one that only one of them has is nothing or wrong."""
    both = first.index.union(second.index)
    return off(first.reindex(both, fill_value=0.0), second.reindex(both, fill_value=0.0), size)


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


def closes(tally: Tally, found: variance.Bridge) -> float:
    """1, 11, 12: every team, every draw, origins, running total; return the largest amount."""
    items = found.items.set_index(list(found.by))
    change = items["actual"] - items["base"]
    told = found.effects.groupby(list(found.by))["amount"].sum().reindex(change.index, fill_value=0)
    own = items[["actual", "base"]].abs().max(axis=1).clip(lower=1.0)
    size = float(own.max())
    tally.look("1 effects of every team add up", ~((told - change).abs() <= 1e-9 * own))
    totals = [s.groupby(level="draw").sum() for s in (told, change)]
    tally.look("1 effects of every draw add up", off(*totals, size))
    tally.look("11 no empty or infinite amount", ~np.isfinite(found.effects["amount"]))
    sums = [found.by_origin()["amount"].sum(), found.to_frame("effect")["running_total"].iloc[-2]]
    ends = pd.Series([found.gap, found.end])
    tally.look("12 origins and running total add up", off(pd.Series(sums), ends, abs(found.end)))
    return size


def common(  # noqa: PLR0917  what is asked, the sides, the answer
    tally: Tally, ask, actual: pd.DataFrame, base: pd.DataFrame, found: variance.Bridge,
    columns: list[str], size: float,
) -> None:  # fmt: skip
    """2, 5, 6, 7, 9, 12 of a method whose teams do not depend on each other."""
    plain = keyed(found)
    tally.look(
        "2 nothing moves where nothing changed", ask(base.copy(), base).effects["amount"] != 0
    )
    again = ask(parted(actual, columns), parted(base, columns))
    tally.look("5 rows or sums, any order, index and type", beside(keyed(again), plain, size))
    wide = [b.drill("region") for b in (found, again)]  # ten thousand names are no sentence
    told = [wide[0].explain(lang) != wide[1].explain(lang) for lang in ("en", "zh")]
    tally.look("5 the text is the same", told)
    money = (t.assign(revenue=t["revenue"] * 1000) for t in (actual, base))
    tally.look("6 effects scale with money", beside(keyed(ask(*money)), 1000 * plain, 1000 * size))
    once, twice = found.drill("draw"), found.drill(["draw", "region"]).drill("draw")
    tally.look("7 drilling twice is drilling once", beside(keyed(twice), keyed(once), size))
    leaf = found.effects.groupby(["draw", "effect"])["amount"].sum()
    tally.look("7 leaves add up to their draw", beside(keyed(once), leaf, size))
    two = [pd.concat([t.assign(team=t["team"] + w, **{c: t[c] * p for c in columns})
                      for w, p in (("1", 0.25), ("2", 0.75))]) for t in (actual, base)]  # fmt: skip
    split = keyed(ask(*two).drill("draw"))
    tally.look("9 a team in two changes no total", beside(split, keyed(once), size))
    ghost = base.iloc[:1].assign(team="Z", **dict.fromkeys(columns, 0.0))
    more = ask(*(pd.concat([t, ghost]) for t in (actual, base)))
    tally.look(
        "9 a team of 0 changes nothing", beside(keyed(more.drill("draw")), keyed(once), size)
    )
    effect = str(found.effects["effect"].iloc[0])
    moved = ask(actual, base, origin={effect: "external"})
    tally.look("12 an override moves no effect", moved.effects["amount"] != found.effects["amount"])


def rates(tally: Tally, n: int) -> None:
    """1, 5, 7, 10, 12, 13 of rates, one call a draw."""
    from salesanalysis.variance.rates import REFERENCES, RULES, rate_mix

    rng = np.random.default_rng(12)
    sides = [side(n, rng)[[*KEYS, "visits", "deals"]] for _ in range(2)]
    parts = [dict(iter(t.groupby("draw"))) for t in sides]
    for k, name in enumerate(_usable(parts, n)):
        rule, ref = RULES[k % len(RULES)], REFERENCES[k % len(REFERENCES)]
        now, then = (p[name].drop(columns="draw") for p in parts)
        rows = (parted(t, ["visits", "deals"]) for t in (now, then))
        found = variance.explain(
            *rows, by=["region", "team"], rate=("deals", "visits"), convention=rule, ref=ref
        )
        both = then.merge(now, on=KEYS[1:], how="outer", suffixes=("0", "1")).fillna(0.0)
        s, r = [], []
        for i in "01":
            d, t = both[f"visits{i}"].to_numpy(), both[f"deals{i}"].to_numpy()
            s.append(d / d.sum())
            r.append(np.divide(t, d, out=np.zeros(len(d)), where=d > 0))
        plain = rate_mix(s[0], np.where(s[0] > 0, r[0], np.nan), s[1], np.where(s[1] > 0, r[1], np.nan), convention=rule, ref=ref)  # fmt: skip
        told = found.effects.groupby("effect")["amount"].sum()
        for effect in ("rate", "mix", "interaction", "new", "lost"):
            whole = float(np.nansum(getattr(plain, effect)))
            tally.look(
                "5 rows give the arithmetic of sums", [abs(told.get(effect, 0.0) - whole) > 1e-9]
            )
        tally.look("1 effects of every draw add up", [abs(told.sum() - found.gap) > 1e-9])
        tally.look("1 ends are ratios of sums", [abs(found.end - (s[1] * r[1]).sum()) > 1e-9])
        # shares 1 and 0 of members on one side: no rate effect
        lone = found.effects[found.effects["effect"].isin(["new", "lost"])]["team"]
        moved = found.effects[found.effects["effect"].isin(["rate", "interaction"])]["team"]
        tally.look("10 new and lost members have no rate effect", [bool(set(lone) & set(moved))])
        tally.look("12 origins add up", [abs(found.by_origin()["amount"].sum() - found.gap) > 1e-9])
        if k % 4:  # a drill takes half as long as a comparison
            continue
        once = found.effects.groupby(["region", "effect"])["amount"].sum().to_numpy()
        drilled = found.drill("region").effects.sort_values(["region", "effect"])["amount"]
        tally.look("7 a drill adds up", np.abs(np.sort(once) - np.sort(drilled)) > 1e-9)


def _usable(parts: list[dict], n: int) -> Iterator[str]:
    """Return draws with visits on both sides and a member in common."""
    for name in (f"{i:05d}" for i in range(n)):
        if name in parts[0] and name in parts[1]:
            there = [set(p[name].loc[p[name]["visits"] > 0, "team"]) for p in parts]
            if there[0] & there[1]:
                yield name


def groups(tally: Tally, n: int) -> None:
    """1, 2, 3 and 12 of two groups, one call a draw."""
    rng = np.random.default_rng(13)
    for k in range(n):
        table = pd.DataFrame(rng.normal(5, 2, (36, 2)), columns=["visits", "tenure"])
        table["is_new"] = np.arange(36) < 15 + k % 7
        table["revenue"] = table["visits"] * rng.uniform(1, 9) + rng.normal(0, 1, 36) - 3.0 * table["is_new"]  # fmt: skip
        found = variance.oaxaca(
            table, "revenue", group="is_new", actual=True, base=False, x=["visits", "tenure"],
            fold=2 + k % 2,
        )  # fmt: skip
        means = table.groupby("is_new")["revenue"].mean()
        size = float(means.abs().max())
        gap = float(means[True] - means[False])
        tally.look("1 effects add up to the difference", [abs(found.effects["amount"].sum() - gap) > 1e-9 * size])  # fmt: skip
        tally.look(
            "12 origins add up", [abs(found.by_origin()["amount"].sum() - gap) > 1e-9 * size]
        )
