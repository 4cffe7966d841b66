"""Rates of ten thousand companies in one table.

Shares of a rate depend on everybody, so every company is given the same denominator on both sides:
inside the whole it then moves as it does alone, one ten-thousandth as much. That it does is looked
at for some companies in calls of their own; all others beside formulas written anew.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks._table_draws import KEYS, beside, closes, common, keyed, parted, side
from benchmarks._tally import Tally, off
from salesanalysis import variance

COLUMNS = ["visits", "deals"]
#: Visits of a company, and how many companies are asked alone as well.
VISITS, ALONE = 1000.0, 200
KINDS = ("rate", "mix", "interaction", "new", "lost")
ORDER = [*KEYS, "effect"]


def company(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return one side of `n` companies of equal visits; team A is always there."""
    drawn = side(n, rng).drop(columns="revenue")
    keys = pd.DataFrame({"draw": [f"{i:05d}" for i in range(n)], "region": "N", "team": "A"})
    visits = rng.integers(1, 60, n).astype("float64")
    first = keys.assign(visits=visits, deals=np.floor(visits * rng.uniform(0, 1, n)))
    table = pd.concat([first, drawn[drawn["team"] != "A"]], ignore_index=True)
    share = VISITS / table.groupby("draw")["visits"].transform("sum")
    return table.assign(visits=table["visits"] * share, deals=table["deals"] * share)


def ask(actual: pd.DataFrame, base: pd.DataFrame, **more: object) -> variance.Bridge:
    """Compare, in money so that amounts are not one ten-thousandth of a point."""
    plain = {"by": KEYS, "rate": ("deals", "visits"), "in_money": True}
    return variance.explain(actual, base, **{**plain, **more})


def rates(tally: Tally, n: int) -> None:
    """1-3, 5-7, 9-13 of rates, each of four conventions."""
    from salesanalysis.variance.rates import REFERENCES, RULES

    for k, rule in enumerate(RULES):
        rng = np.random.default_rng(12 + k)
        actual, base = company(n, rng), company(n, rng)

        def how(actual: pd.DataFrame, base: pd.DataFrame, rule=rule, **more: object):
            return ask(actual, base, **{"convention": rule, **more})

        found = how(actual, base)
        size = closes(tally, found)
        common(tally, how, actual, base, found, COLUMNS, size)
        both = _beside(actual, base)
        tally.look("1 both ends are ratios of sums", off(*_ends(found, both), found.end))
        for ref in REFERENCES:
            other = how(actual, base, ref=ref)
            told = beside(keyed(other), _expected(both, rule, ref), size)
            tally.look("8 every row is its formula", told)
            _reference(tally, found, other, size)
        _reversal(tally, how, found, (actual, base), rule, size)
        packed = (t.assign(visits=t["visits"] / 8, deals=t["deals"] / 8) for t in (actual, base))
        tally.look("6 pieces or dozens", beside(keyed(how(*packed)) * 8, keyed(found), size))
        points = keyed(how(actual, base, in_money=False)) * VISITS * n
        tally.look("6 points are money over visits", beside(points, keyed(found), size))
        _alone(tally, how, (actual, base), found, min(n, ALONE) // len(RULES))


def _ends(found: variance.Bridge, both: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    visits = both["visits1"].sum()
    sides = (both[f"deals{i}"].sum() / both[f"visits{i}"].sum() * visits for i in "01")
    return pd.Series([found.start, found.end]), pd.Series(list(sides))


def _beside(actual: pd.DataFrame, base: pd.DataFrame) -> pd.DataFrame:
    both = base.merge(actual, on=KEYS, how="outer", suffixes=("0", "1")).set_index(KEYS)
    return both.fillna(0.0)


def _expected(both: pd.DataFrame, rule: str, ref: str) -> pd.Series:
    """Return the rows of the table of conventions, in money."""
    d0, d1 = both["visits0"], both["visits1"]
    s0, s1 = d0 / d0.sum(), d1 / d1.sum()
    r0, r1 = both["deals0"] / d0.where(d0 > 0), both["deals1"] / d1.where(d1 > 0)
    mean0, mean1 = both["deals0"].sum() / d0.sum(), both["deals1"].sum() / d1.sum()
    zero = {"mid_mean": (mean0 + mean1) / 2, "base_mean": mean0, "current_mean": mean1, "none": 0.0}
    at, ds, dr = zero[ref], s1 - s0, r1 - r0
    parts = {
        "symmetric": (dr * (s0 + s1) / 2, ds * ((r0 + r1) / 2 - at)),
        "rate_at_actual_mix": (s1 * dr, ds * (r0 - at)),
        "rate_at_base_mix": (s0 * dr, ds * (r1 - at)),
        "three_term": (s0 * dr, ds * (r0 - at)),
    }[rule]
    stayed = (d0 > 0) & (d1 > 0)
    table = pd.DataFrame(dict(zip(("rate", "mix"), parts, strict=True))).where(stayed, axis=0)
    if rule == "three_term":
        table["interaction"] = (ds * dr).where(stayed)
    table["new"] = (s1 * (r1 - at)).where((d0 == 0) & (d1 > 0))
    table["lost"] = (-s0 * (r0 - at)).where((d0 > 0) & (d1 == 0))
    told = table.rename_axis(columns="effect").reset_index().melt(KEYS, var_name="effect")
    return told.dropna().set_index(ORDER)["value"] * float(d1.sum())


def _reference(tally: Tally, found: variance.Bridge, other: variance.Bridge, size: float) -> None:
    """13: a reference moves no rate, and no total of a company all of whose members stayed."""
    one, two = (b.effects.set_index(ORDER)["amount"].unstack() for b in (found, other))
    tally.look("13 rates do not depend on the reference", off(one["rate"].dropna(), two["rate"].dropna(), size))  # fmt: skip
    moved = [t.reindex(columns=KINDS).groupby(level="draw").sum() for t in (one, two)]
    whole = (one.reindex(columns=["new", "lost"]).notna().groupby(level="draw").sum() == 0).all(axis=1)  # fmt: skip
    tally.look("13 nor do totals of those who stayed", off(*(t.loc[whole] for t in moved), size))
    apart = off(*(t[["mix", "new", "lost"]].sum(axis=1) for t in moved), size)
    tally.look("13 nor do mix, new and lost together", apart)


def _reversal(  # noqa: PLR0917  what is asked, the answer, the sides, the rule
    tally: Tally, how: Callable, found: variance.Bridge,
    sides: tuple[pd.DataFrame, pd.DataFrame], rule: str, size: float,
) -> None:  # fmt: skip
    """3: only shares and rates of both sides change sign; new and lost swap."""
    actual, base = sides
    back = keyed(how(base, actual)).rename({"new": "lost", "lost": "new"}, level="effect")
    wrong = beside(keyed(found), -back, size)
    if rule == "symmetric":
        tally.look("3 amounts change their sign", wrong)
    else:
        tally.look("3 the other conventions do not", [not wrong.any()])


def _alone(
    tally: Tally, how: Callable, sides: tuple[pd.DataFrame, pd.DataFrame],
    found: variance.Bridge, n: int,
) -> None:  # fmt: skip
    """1, 5, 7, 12, 13: a company in a call of its own, its sums beside its rows parted."""
    parts = [dict(iter(t.groupby("draw"))) for t in sides]
    whole = found.effects.set_index("draw")
    mean = found.start / (VISITS * len(parts[0])), found.end / (VISITS * len(parts[0]))
    for name in list(parts[0])[:n]:
        now, then = (p[name] for p in parts)
        one = how(now, then)
        again = how(parted(now, COLUMNS), parted(then, COLUMNS))
        size = max(abs(one.start), abs(one.end), 1.0)
        tally.look("5 rows parted, in any order", beside(keyed(again), keyed(one), size))
        tally.look("5 the text is the same", [again.explain(v) != one.explain(v) for v in ("en", "zh")])  # fmt: skip
        # alone it is measured against its own mean rate, here against everybody's
        told = whole.loc[[name]].set_index(ORDER[1:])["amount"]
        alone = keyed(one).droplevel("draw")
        own = (one.start + one.end) / 2 / VISITS
        shift = (own - sum(mean) / 2) * _shares_moved(now, then)
        kinds = alone.index.get_level_values("effect")
        moved = alone + np.where(np.isin(kinds, ["mix", "new", "lost"]), shift.reindex(alone.index.droplevel("effect")), 0.0)  # fmt: skip
        tally.look("1 one draw alone is the same", beside(moved, told, size))
        tally.look("7 a drill adds up", [abs(one.drill("region").effects["amount"].sum() - one.gap) > 1e-9 * size])  # fmt: skip
        tally.look("13 the reversal is said where it is", [_flag(now, then) != bool(one.meta.detail("simpson"))])  # fmt: skip


def _shares_moved(now: pd.DataFrame, then: pd.DataFrame) -> pd.Series:
    """Return how many visits each team won."""
    both = [t.set_index(KEYS[1:])["visits"] for t in (now, then)]
    return both[0].sub(both[1], fill_value=0.0)


def _flag(now: pd.DataFrame, then: pd.DataFrame) -> bool:
    """Tell whether members of more than 80 % of the mean share move against their total."""
    both = _beside(now, then)
    s0, s1 = (both[f"visits{i}"] / VISITS for i in "01")
    r0, r1 = (both[f"deals{i}"] / both[f"visits{i}"].where(both[f"visits{i}"] > 0) for i in "01")
    total = float((both["deals1"] - both["deals0"]).sum() / VISITS)
    against = ((r1 - r0) * total < 0) & ((r1 - r0).abs() > 1e-12)
    return abs(total) > 1e-12 and float(((s0 + s1) / 2)[against].sum()) > 0.8
