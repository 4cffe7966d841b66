"""What every method's random tables share: how they are drawn, and what must hold of each of them.

A draw is a company of six teams in two regions with zeros, new and lost teams; ten thousand of them are
the members of one table.
"""

import numpy as np
import pandas as pd

from benchmarks._tally import Tally, off
from salesanalysis import variance

KEYS = ["draw", "region", "team"]
TEAMS = 6


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


def closes(tally: Tally, found: variance.Bridge) -> float:
    """1, 11, 12: every team, every draw, origins, running total; return the largest amount."""
    items = found.items.set_index(list(found.by))
    # a reference moves amounts between members, and none between companies
    change = items["actual"] - items["base"] - items.get("moved", 0.0)
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
    money = (t.assign(**{columns[-1]: t[columns[-1]] * 1000}) for t in (actual, base))
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
