"""Surprises, growth over last year and working days: what holds of each, ten thousand draws in one table.

A draw is a company of six teams in two regions, some of them on one side only. Where a method takes
more than two tables, the further ones are mixtures of both sides (a forecast half way between them), so
that whatever is done to the sides is done to them: independent forecasts are drawn in
`variance_drivers`.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from benchmarks._table_draws import KEYS, beside, closes, keyed, parted, side
from benchmarks._tally import Tally, off
from salesanalysis import variance

MONTH = ("2026-03-01", "2026-03-01")
PARTS = ["trend", "season", "calendar", "residual"]
Ask = Callable[..., variance.Bridge]


def surprises(tally: Tally, n: int) -> None:
    """1-3, 5-7, 9, 12 and 16 of a surprise."""
    rng = np.random.default_rng(21)
    # multiples of 4 are halved and quartered without losing a digit
    now, then = (
        t.assign(revenue=4 * np.floor(t["revenue"]))[[*KEYS, "revenue"]]
        for t in (side(n, rng), side(n, rng))
    )
    found, size = looked(tally, _surprise, (now, then), ["revenue"], still={})
    amounts = keyed(found).unstack()
    a, t = (x.set_index(KEYS)["revenue"].reindex(amounts.index, fill_value=0) for x in (now, then))
    e, p = (a + t) / 2, a / 4 + 3 * t / 4
    for name, told in (("target_gap", p - t), ("calendar", e - p), ("surprise", a - e)):
        tally.look("16 every row is its formula", off(amounts[name], told, size))
    doubled(tally, _surprise, (now, then), found, ["revenue"], size)


def growth(tally: Tally, n: int) -> None:
    """1-3, 5-7, 9 and 12 of growth by sums, and what of it factors have."""
    rng = np.random.default_rng(22)
    for model, low in (("additive", -50.0), ("multiplicative", 0.2)):
        now, then = (_with_parts(side(n, rng), low, rng) for _ in range(2))
        ask = partial(variance.trend_season, by=KEYS, model=model)
        columns = PARTS if model == "additive" else []
        found, size = looked(tally, ask, (now, then), columns, still=_plain(model))
        if columns:
            doubled(tally, ask, (now, then), found, columns, size)
        else:
            money = [t.assign(trend=t["trend"] * 1000) for t in (now, then)]
            scaled = keyed(ask(*money))
            tally.look(
                "6 effects scale with money", beside(scaled, 1000 * keyed(found), 1000 * size)
            )


def days(tally: Tally, n: int) -> None:
    """1-3, 5-7, 9, 11 and 12 of working days, every company by a calendar of its own."""
    rng = np.random.default_rng(23)
    names = [f"{i:05d}" for i in range(n)]
    worked = pd.DataFrame({"draw": names} | {s: rng.integers(0, 24, n) for s in ("base", "actual")})
    now, then = (
        _sold(side(n, rng), worked.set_index("draw")[s]) for s in ("actual", "base")
    )  # fmt: skip

    def ask(a: pd.DataFrame, b: pd.DataFrame, **more) -> variance.Bridge:
        turned = worked.rename(columns={"base": "actual", "actual": "base"})
        table = turned if a is then else worked
        return variance.explain_days(a, b, by=KEYS, calendar=table, **more)

    found, size = looked(tally, ask, (now, then), ["revenue"], still=None)
    level = worked.assign(actual=worked["base"])
    same = variance.explain_days(then.copy(), then, by=KEYS, calendar=level)
    tally.look("2 nothing moves where nothing changed", same.effects["amount"] != 0)
    moved = variance.explain_days(now, then, by=KEYS, calendar=worked.assign(base=10, actual=10))
    calendar = moved.effects[moved.effects["effect"] == "calendar"]
    tally.look("2 the same days have no effect", calendar["amount"] != 0)
    doubled(tally, ask, (now, then), found, ["revenue"], size)


def _surprise(now: pd.DataFrame, then: pd.DataFrame, **more) -> variance.Bridge:
    def between(w: float) -> pd.DataFrame:
        parts = [now.assign(revenue=w * now["revenue"])]
        return pd.concat([*parts, then.assign(revenue=(1 - w) * then["revenue"])])

    return variance.surprise(
        now, then, between(0.5), planned=between(0.25), by=KEYS, window=MONTH,
        cut_off="2026-02-28", **more,
    )  # fmt: skip


def _with_parts(table: pd.DataFrame, low: float, rng: np.random.Generator) -> pd.DataFrame:
    parts = dict(zip(PARTS, rng.uniform(low, 3.0, (len(PARTS), len(table))), strict=True))
    return table[KEYS].assign(**parts)


def _plain(model: str) -> dict[str, float]:
    """Return the residual that says nothing: a one-off of then and of now never cancel out."""
    return {"residual": 0.0 if model == "additive" else 1.0}


def _sold(table: pd.DataFrame, worked: pd.Series) -> pd.DataFrame:
    """Return sales, none of them where a company did not work."""
    open_ = table["draw"].map(worked).to_numpy() > 0
    return table[KEYS].assign(revenue=np.where(open_, table["revenue"], 0.0))


def looked(
    tally: Tally, ask: Ask, sides: tuple[pd.DataFrame, pd.DataFrame], columns: list[str],
    still: dict[str, float] | None,
) -> tuple[variance.Bridge, float]:  # fmt: skip
    """1-3, 5-7, 11 and 12 of any of these; return the bridge and its largest amount.

    `still`: what has to be set for one side beside itself to be nothing; None is not looked at.
    """
    now, then = sides
    found = ask(now, then)
    plain, size = keyed(found), closes(tally, found)
    if still is not None:
        quiet = then.assign(**still)
        same = ask(quiet.copy(), quiet).effects["amount"]
        tally.look("2 nothing moves where nothing changed", same != 0)
    swap = {"new": "lost", "lost": "new"}
    if found.meta.method == "trend_season":  # what is a one-off now was one then
        swap |= {"surprise": "last_year_one_off", "last_year_one_off": "surprise"}
    back = keyed(ask(then, now)).rename(swap, level="effect")
    tally.look("3 amounts change their sign", beside(plain, -back, size))
    mixed = [parted(t, columns) if columns else t.iloc[::-1] for t in sides]
    again = ask(*mixed)
    tally.look("5 rows or sums, any order, index and type", beside(keyed(again), plain, size))
    wide = [b.drill("region") for b in (found, again)]
    told = [wide[0].explain(lang) != wide[1].explain(lang) for lang in ("en", "zh")]
    tally.look("5 the text is the same", told)
    once, twice = found.drill("draw"), found.drill(["draw", "region"]).drill("draw")
    tally.look("7 drilling twice is drilling once", beside(keyed(twice), keyed(once), size))
    leaf = found.effects.groupby(["draw", "effect"])["amount"].sum()
    tally.look("7 leaves add up to their draw", beside(keyed(once), leaf, size))
    effect = str(found.effects["effect"].iloc[0])
    moved = ask(now, then, origin={effect: "external"})
    tally.look("12 an override moves no effect", moved.effects["amount"] != found.effects["amount"])
    return found, size


def doubled(  # noqa: PLR0917  what is asked, the sides, the answer
    tally: Tally, ask: Ask, sides: tuple[pd.DataFrame, pd.DataFrame],
    found: variance.Bridge, columns: list[str], size: float,
) -> None:  # fmt: skip
    """6 and 9 of what is a sum: thousand times the money, a team in two, a team of 0."""
    once = keyed(found.drill("draw"))
    money = [t.assign(**{c: t[c] * 1000 for c in columns}) for t in sides]
    scaled = keyed(ask(*money))
    tally.look("6 effects scale with money", beside(scaled, 1000 * keyed(found), 1000 * size))
    two = [
        pd.concat([t.assign(team=t["team"] + w, **{c: t[c] * p for c in columns})
                   for w, p in (("1", 0.25), ("2", 0.75))]) for t in sides
    ]  # fmt: skip
    tally.look(
        "9 a team in two changes no total", beside(keyed(ask(*two).drill("draw")), once, size)
    )
    ghost = sides[1].iloc[:1].assign(team="Z", **dict.fromkeys(columns, 0.0))
    more = ask(*(pd.concat([t, ghost]) for t in sides))
    tally.look("9 a team of 0 changes nothing", beside(keyed(more.drill("draw")), once, size))
