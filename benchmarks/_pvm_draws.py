"""Random comparisons, thousands in one call, and what must hold of every one of them.

A draw is a month of a comparison that is split month by month: shares are taken inside a month, so
10,000 draws of six products in two regions are one call of `explain`.
"""

from itertools import product

import numpy as np
import pandas as pd

from benchmarks._tally import Tally, off
from salesanalysis import variance
from salesanalysis.variance.arithmetic import CONVENTIONS, MIXES
from salesanalysis.variance.sides.calendar import stamp

KEYS = ["draw", "product", "region"]
RATES = (7.0, 7.5)


def draw(n: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return actual and base of `n` draws: zeros, free goods, new, lost, returns, rebates."""
    rng = np.random.default_rng(seed)
    keys = pd.DataFrame(list(product(range(n), "ABCDEF", "NS")), columns=KEYS)
    keys["period"] = keys["draw"].map({i: stamp(i) for i in range(n)}).dt.as_unit("us")
    keys["draw"] = keys["draw"].map(lambda i: f"{i:05d}")
    price = rng.uniform(1, 50, len(keys))
    return _side(keys, price, rng), _side(keys, price, rng)


def _side(keys: pd.DataFrame, price: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    n = len(keys)
    units = np.where(rng.random(n) < 0.25, 0, rng.integers(1, 500, n)).astype("float64")
    paid = np.where(rng.random(n) < 0.05, 0.0, price * rng.uniform(0.6, 1.5, n))
    sold = keys.assign(quantity=units, revenue=units * paid)
    back = rng.random(n) < 0.1
    loose = rng.random(n) < 0.05
    returned = -rng.integers(1, 5, n).astype("float64")
    # netted against what was sold, a rebate never turns a price negative
    rebate = np.where(units > 0, -0.1 * units * paid, rng.normal(0, 100, n))
    more = [
        keys[back].assign(quantity=returned[back], revenue=(returned * paid * 0.5)[back]),
        keys[loose].assign(quantity=0.0, revenue=rebate[loose]),
    ]
    rows = pd.concat([sold[units > 0], *more], ignore_index=True)
    return rows.assign(cost=rows["quantity"] * 0.4 + rows["revenue"] * 0.3)


def bridge(actual: pd.DataFrame, base: pd.DataFrame, **more: object) -> variance.Bridge:
    """Compare all draws at once, each inside its own month."""
    ask = {"by": ["draw", "product"], "dims": ["region"], "units": "quantity", "chained": True}
    return variance.explain(
        actual, base, **{**ask, "window": ("2024-01", "2024-12"), "aggregate": True, **more}
    )


def per_draw(found: variance.Bridge) -> pd.DataFrame:
    """Return one row per draw, one column per effect."""
    sums = found.effects.groupby(["draw", "effect"])["amount"].sum().unstack(fill_value=0.0)
    names = ["quantity", "mix", "price", "cross", "new", "lost", "returns", "no_units", "cost"]
    return sums.reindex(columns=[*sums.columns, *(n for n in names if n not in sums)], fill_value=0)


def everything(n: int, seed: int = 0) -> Tally:
    """Look at every invariant in `n` draws, shared out evenly among all settings."""
    tally = Tally()
    settings = list(product(CONVENTIONS, MIXES, ("separate", "merge"), ("separate", "net")))
    names = ("convention", "mix", "new_lost", "returns")
    for k, setting in enumerate(settings):
        both = draw(-(-n // len(settings)), seed + k)
        _adds_up(tally, *both, dict(zip(names, setting, strict=True)))
    for k, convention in enumerate(CONVENTIONS):
        both = draw(-(-n // len(CONVENTIONS)), seed + 100 + k)
        for look in (_prices, _reversal, _tree, _same_answer, _scaling, _items):
            look(tally, *both, convention)
    _single(tally, min(n, 500), seed)
    return tally


def _adds_up(tally: Tally, actual: pd.DataFrame, base: pd.DataFrame, ask: dict) -> None:
    """1, 2, 7, 10, 11, 12."""
    found = bridge(actual, base, cost="cost", **ask)
    keyed = found.effects.groupby(KEYS)["amount"].sum()
    items = found.items.set_index(KEYS)
    change = items["actual"] - items["base"]
    size = np.maximum(items["actual"].abs(), items["base"].abs()).clip(lower=1.0)
    told = keyed.reindex(change.index, fill_value=0.0)
    tally.look("1 effects of every item add up", ~((told - change).abs() <= 1e-9 * size))
    totals = change.groupby("draw").sum()
    tally.look(
        "1 effects of every draw add up",
        off(
            found.effects.groupby("draw")["amount"].sum().reindex(totals.index, fill_value=0),
            totals,
            size.max(),
        ),
    )
    tally.look("11 no empty or infinite amount", ~np.isfinite(found.effects["amount"]))
    once = found.drill(["draw", "product"]).drill("draw").effects
    straight = found.drill("draw").effects
    tally.look(
        "7 drilling twice is drilling once", off(once["amount"], straight["amount"], size.max())
    )
    tally.look(
        "12 origins and running total add up",
        [
            off(found.by_origin()["amount"].sum(), found.gap, size.max()),
            off(found.to_frame()["running_total"].iloc[-2], found.end, size.max()),
        ],
    )
    moved = bridge(actual, base, cost="cost", origin={"price": "external"}, **ask)
    tally.look("12 an override moves no effect", moved.effects["amount"] != found.effects["amount"])
    told = moved.by_origin().set_index("origin")["amount"]["external"]
    price = found.effects.loc[found.effects["effect"] == "price", "amount"].sum()
    tally.look("12 an override moves the amount", off([told], [price], size.max()))
    same = bridge(base.copy(), base, cost="cost", **ask)
    tally.look("2 nothing moves where nothing changed", same.effects["amount"] != 0)
    if ask["new_lost"] == "separate":
        apart = found.effects[found.effects["effect"].isin(["new", "lost"])]
        others = found.effects[found.effects["effect"].isin(["price", "quantity", "mix", "cross"])]
        priced = others[["draw", "product"]].drop_duplicates()
        tally.look(
            "10 new and lost items have no price effect",
            apart[["draw", "product"]].merge(priced, how="left", indicator=True)["_merge"]
            == "both",
        )
        _one_sided(tally, found, apart)


def _one_sided(tally: Tally, found: variance.Bridge, apart: pd.DataFrame) -> None:
    """10: new and lost, with their returns and rebates, are all that items of one side moved."""
    sides = found.items.groupby(["draw", "product"])[["base", "actual"]].sum()
    alone = apart[["draw", "product"]].drop_duplicates()
    change = (sides["actual"] - sides["base"]).loc[pd.MultiIndex.from_frame(alone)]
    rows = found.effects.merge(alone)
    told = rows.groupby(["draw", "product"])["amount"].sum().reindex(change.index)
    tally.look("10 they are all that their items moved", off(told, change, change.abs().max()))
    kinds = rows.groupby(["draw", "product"])["effect"].agg(set)
    tally.look("10 an item is new or lost, not both", kinds.map(lambda k: {"new", "lost"} <= k))


def _prices(tally: Tally, actual: pd.DataFrame, base: pd.DataFrame, convention: str) -> None:
    """2: at list prices that did not change nothing is price, whatever else moved."""
    price = {(p, r): 3.0 + i for i, (p, r) in enumerate(product("ABCDEF", "NS"))}
    sides = [
        t.assign(revenue=t["quantity"] * pd.MultiIndex.from_frame(t[KEYS[1:]]).map(price))
        for t in (actual, base)
    ]
    found = bridge(*sides, convention=convention, returns="separate").effects
    size = float(found["amount"].abs().max())
    priced = found.loc[found["effect"].isin(["price", "cross"]), "amount"]
    tally.look("2 an unchanged price has no effect", off(priced, 0 * priced, size))


def _reversal(tally: Tally, actual: pd.DataFrame, base: pd.DataFrame, convention: str) -> None:
    """3: midpoint changes its sign, the others do not."""
    there, back = (
        per_draw(bridge(*both, convention=convention)) for both in ((actual, base), (base, actual))
    )
    both = there.index.intersection(back.index)
    there, back = there.loc[both], back.loc[both]
    size = float(there.abs().to_numpy().max())
    tally.look("3 new and lost swap", off(there["new"], -back["lost"], size))
    if convention == "midpoint":
        names = ["quantity", "mix", "price", "returns", "no_units"]
        tally.look("3 midpoint changes its sign", off(there[names], -back[names], size))
    else:
        tally.look("3 the others do not", [not off(there["price"], -back["price"], size).any()])


def _tree(tally: Tally, actual: pd.DataFrame, base: pd.DataFrame, convention: str) -> None:
    """7, 8: parts of the tree are the plain effects."""
    plain = per_draw(bridge(actual, base, convention=convention))
    size = float(plain.abs().to_numpy().max())
    other = per_draw(bridge(actual, base, convention=convention, mix="item_rate"))
    tally.look("8 totals do not depend on the reference", off(other["mix"], plain["mix"], size))
    full = per_draw(
        bridge(actual, base, convention=convention, market=(100, 93), calendar=(20, 22),
               mix_split="region")
    )  # fmt: skip
    parts = full["market_size"] + full["market_share"] + full["calendar"]
    tally.look("8 days, size and share are quantity", off(parts, plain["quantity"], size))
    within = full["mix_between"] + full["mix_within"]
    tally.look("7 between and within are mix", off(within, plain["mix"], size))
    revised = base.assign(quantity=base["quantity"] * 1.1, revenue=base["revenue"] * 1.2)
    planned = per_draw(bridge(actual, base, convention=convention, revised=revised))
    static = plain.sum(axis=1)
    index = planned.index.union(static.index)
    tally.look(
        "8 planning and operational are static",
        off(
            planned.sum(axis=1).reindex(index, fill_value=0),
            static.reindex(index, fill_value=0),
            size,
        ),
    )
    abroad = per_draw(bridge(actual, base, convention=convention, fx=RATES))
    tally.look(
        "8 price abroad is at base rates",
        off(abroad["price"], RATES[0] * plain["price"], RATES[0] * size),
    )


def _same_answer(tally: Tally, actual: pd.DataFrame, base: pd.DataFrame, convention: str) -> None:
    """5: order, index, dtype, rows split in two, sums: the same answer."""
    plain = bridge(actual, base, convention=convention)
    size = float(plain.effects["amount"].abs().max())
    shuffled = actual.sample(frac=1, random_state=1).set_axis(range(5, 5 + len(actual)))
    shuffled = shuffled.astype({"product": "category", "region": "object"})
    halves = pd.concat(
        [actual.assign(**{c: actual[c] / 2 for c in ("quantity", "revenue", "cost")})] * 2
    )
    kind = np.sign(actual["quantity"])
    summed = actual.groupby([*KEYS, "period", kind.rename("kind")], as_index=False).sum()
    for name, other in (
        ("order and dtype", shuffled),
        ("rows split in two", halves),
        ("sums", summed),
    ):
        found = bridge(other, base, convention=convention)
        tally.look(
            f"5 {name} do not matter", off(found.effects["amount"], plain.effects["amount"], size)
        )
        tally.look(
            "5 the text is the same",
            [found.explain(lang) != plain.explain(lang) for lang in ("en", "zh")],
        )


def _scaling(tally: Tally, actual: pd.DataFrame, base: pd.DataFrame, convention: str) -> None:
    """6: money scales, units do not matter."""
    plain = bridge(actual, base, convention=convention).effects["amount"]
    size = float(plain.abs().max())
    for factor in (1e-3, 1e6):
        sides = (t.assign(revenue=t["revenue"] * factor) for t in (actual, base))
        found = bridge(*sides, convention=convention).effects["amount"]
        tally.look("6 effects scale with money", off(found, plain * factor, size * factor))
    sides = (t.assign(quantity=t["quantity"] * 1000) for t in (actual, base))
    found = bridge(*sides, convention=convention).effects["amount"]
    tally.look("6 pieces or thousands", off(found, plain, size))


def _items(tally: Tally, actual: pd.DataFrame, base: pd.DataFrame, convention: str) -> None:
    """9: an item in two, and an item of 0; 5: other names."""
    plain = per_draw(bridge(actual, base, convention=convention))
    size = float(plain.abs().to_numpy().max())
    two = [
        pd.concat(
            [t[t["product"] != "A"], *(_part(t, name, w) for name, w in (("A1", 0.3), ("A2", 0.7)))]
        )
        for t in (actual, base)
    ]
    tally.look(
        "9 an item in two changes no total",
        off(per_draw(bridge(*two, convention=convention)), plain, size),
    )
    ghost = base.iloc[:1].assign(product="Z", quantity=0.0, revenue=0.0, cost=0.0)
    with_ghost = [pd.concat([t, ghost]) for t in (actual, base)]
    found = per_draw(bridge(*with_ghost, convention=convention))
    tally.look("9 an item of 0 changes nothing", off(found, plain, size))
    renamed = [t.assign(product="x" + t["product"]) for t in (actual, base)]
    found = per_draw(bridge(*renamed, convention=convention))
    tally.look("5 names do not matter", off(found, plain, size))


def _part(table: pd.DataFrame, name: str, weight: float) -> pd.DataFrame:
    rows = table[table["product"] == "A"]
    return rows.assign(
        product=name, **{c: rows[c] * weight for c in ("quantity", "revenue", "cost")}
    )


def _single(tally: Tally, n: int, seed: int) -> None:
    """A draw in a call of its own is the same draw."""
    actual, base = draw(n, seed)
    whole = per_draw(bridge(actual, base))
    size = float(whole.abs().to_numpy().max())
    sides = [dict(iter(t.groupby("draw"))) for t in (actual, base)]
    for name in whole.index:
        if name not in sides[0] or name not in sides[1]:
            continue
        one = bridge(sides[0][name], sides[1][name], chained=False)
        found = per_draw(one).loc[name]
        tally.look(
            "1 one draw alone is the same",
            off(found.sort_index(), whole.loc[name].reindex(found.sort_index().index), size),
        )
