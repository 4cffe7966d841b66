"""Ten thousand random bridges: every amount told is an effect, parts add up as written, causes keep their id.

Each draw is a comparison of up to eight products with new, lost and returned ones, in amounts from a few
yuan to billions: half of them price, volume and mix, the others plain gaps, driver trees, rates, surprises,
growth and working days in turn. Counted are draws in which a number of the text is no effect after
rounding, parts as written miss the gap as written, English and Chinese tell different amounts, or a "-0"
stands anywhere; and calls of 25 draws in which the record of a row differs from it, loses its id in the next
run, or shares it with another row.
``VARIANCE_TOLD_DRAWS=500`` draws fewer.
"""

import os
import re
from collections import Counter
from time import perf_counter

import numpy as np
import pandas as pd

from benchmarks import Row
from salesanalysis import variance
from salesanalysis.labels import label
from salesanalysis.variance.arithmetic import CONVENTIONS, MIXES
from salesanalysis.variance.rates import RULES
from salesanalysis.variance.text import rounded_steps

N = int(os.environ.get("VARIANCE_TOLD_DRAWS", "10000"))
#: Draws in one call of `explain`: its regions.
GROUP = 25
BY, PRODUCTS = ["region", "product"], "ABCDEFGHZ"
_AMOUNT = re.compile(r"([-+]\d[\d,]*(?:\.\d+)?)(B|M|k|亿|万)?")
_SIZE = {"": 1.0, "k": 1e3, "M": 1e6, "B": 1e9, "万": 1e4, "亿": 1e8}
_MINUS_0 = re.compile(r"-0(\.0+)?(?![\d.])")


def drawn(seed: int) -> tuple[variance.Bridge, variance.Bridge]:
    """Return `GROUP` draws as the regions of one bridge, and the same of the next run.

    By then the rows stand in another order, an order of last month was booked late, and there is a
    product whose name comes first.
    """
    rng = np.random.default_rng(seed)
    keys = pd.DataFrame(
        {"region": np.repeat([f"R{i:02d}" for i in range(GROUP)], 9), "product": list(PRODUCTS) * GROUP}
    )  # fmt: skip
    size = np.repeat(10.0 ** rng.uniform(0, 9, GROUP), 9)
    sides = [_side(keys, size, rng) for _ in range(2)]
    late = sides[0].iloc[:1]
    first = keys.iloc[:1].assign(
        product="0", quantity=3.0, revenue=0.1, visits=9.0, deals=3.0, sales=0.1
    )
    later = [pd.concat([sides[0], late, first]), pd.concat([sides[1], first])]
    ask = METHODS[seed % len(METHODS)]
    shuffled = [side.sample(frac=1, random_state=seed) for side in later]
    return ask(*sides, seed), ask(*shuffled, seed)


def _side(keys: pd.DataFrame, size: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Return units and revenue with returns, and the steps of a funnel without; Z is always there."""
    fixed = (keys["product"] == "Z").to_numpy()
    units = rng.integers(1, 50, len(keys)) * np.where(rng.random(len(keys)) < 0.1, -1.0, 1.0)
    units = np.where(fixed, 60.0, units)
    price = np.where(fixed, 0.05, rng.uniform(0.01, 0.1, len(keys)))
    deals = np.abs(units)
    table = keys.assign(
        quantity=units, revenue=units * price * size, deals=deals, sales=deals * price * size,
        visits=deals + rng.integers(0, 100, len(keys)),
    )  # fmt: skip
    return table[fixed | (rng.random(len(keys)) < 0.8)]


def _pvm(now: pd.DataFrame, then: pd.DataFrame, seed: int) -> variance.Bridge:
    how = {
        "convention": CONVENTIONS[seed // 9 % 4], "mix": MIXES[seed // 2 % 2],
        "market": (100, 104) if seed % 3 else None, "calendar": (20, 21) if seed % 2 else None,
    }  # fmt: skip
    return variance.explain(now, then, by=BY, units="quantity", aggregate=True, **how)


def _gap(now: pd.DataFrame, then: pd.DataFrame, seed: int) -> variance.Bridge:  # noqa: ARG001
    return variance.explain(now, then, by=BY, method="gap", aggregate=True)


def _chain(now: pd.DataFrame, then: pd.DataFrame, seed: int) -> variance.Bridge:
    method = ("lmdi", "shapley", "sequential")[seed // 9 % 3]
    steps = ["visits", "deals", "sales"]
    return variance.explain_chain(now, then, by=BY, chain=steps, method=method)


def _rate(now: pd.DataFrame, then: pd.DataFrame, seed: int) -> variance.Bridge:
    how = {"convention": RULES[seed // 9 % 4], "in_money": True}
    return variance.explain_rate(now, then, by=BY, rate=("sales", "visits"), **how)


def _surprise(now: pd.DataFrame, then: pd.DataFrame, seed: int) -> variance.Bridge:  # noqa: ARG001
    ahead = then.assign(revenue=0.9 * then["revenue"])
    return variance.surprise(
        now, then, ahead, by=BY, window=("2026-03-01", "2026-03-01"), cut_off="2026-02-28"
    )


def _growth(now: pd.DataFrame, then: pd.DataFrame, seed: int) -> variance.Bridge:  # noqa: ARG001
    parts = {"parts": ["sales", "visits"], "residual": "revenue"}
    return variance.trend_season(now, then, by=BY, **parts)


def _days(now: pd.DataFrame, then: pd.DataFrame, seed: int) -> variance.Bridge:
    return variance.explain_days(now, then, by=BY, calendar=(18 + seed % 5, 20))


#: Methods in turn; half of the draws are price, volume and mix.
METHODS = (_pvm, _gap, _pvm, _chain, _pvm, _rate, _pvm, _surprise, _growth, _pvm, _days)


def text(bridge: variance.Bridge) -> dict[str, bool]:
    """Return which promises of the text are broken."""
    whole = {lang: bridge.explain(lang) for lang in ("en", "zh")}
    told, broken = {}, dict.fromkeys(("number", "sum", "sign"), False)
    for lang, sentences in whole.items():
        scale, steps = rounded_steps(bridge, lang)
        broken["sum"] |= int(steps["whole"].sum()) != scale.steps(bridge.gap)
        broken["sign"] |= bool(_MINUS_0.search(sentences))
        exact, told[lang] = steps["amount"].to_numpy(), {}
        shown = steps[steps["whole"] != 0]
        amounts = _AMOUNT.findall(_steps_of(sentences, lang))
        broken["number"] |= len(amounts) != len(shown)
        for (number, unit), k in zip(amounts, shown.index, strict=False):
            step = _SIZE[unit] / 10 ** len(number.partition(".")[2])
            told[lang][k] = float(number.replace(",", "")) * _SIZE[unit], step
            # a part may give or take one step so that the parts add up to the gap
            broken["number"] |= abs(exact[k] - told[lang][k][0]) > 1.01 * step
    both = told["en"].keys() & told["zh"].keys()
    pairs = [(told["en"][k], told["zh"][k]) for k in both]
    apart = any(abs(a - b) > 1.01 * (s + t) for (a, s), (b, t) in pairs)
    return {
        "every number is an effect after rounding": broken["number"],
        "rounded parts add up to the rounded gap": broken["sum"],
        "no minus 0": broken["sign"],
        "both languages tell the same": apart,
    }


def _steps_of(sentences: str, lang: str) -> str:
    """Return the line that names every step, with its amounts."""
    head = label("variance.accounted", lang, parts="|").split("|")[0]
    named = [line for line in sentences.splitlines() if line.startswith(head)]
    return named[0] if named else ""


def causes(bridge: variance.Bridge, again: variance.Bridge) -> dict[str, bool]:
    """Return which promises of the records are broken."""
    records, later = (
        [one.cause(k) for k in range(len(one.effects))] for one in (bridge, again)
    )  # fmt: skip
    same = all(
        record["amount"] == row.amount and record["effect"] == row.effect
        and record["keys"] == {"region": row.region, "product": row.product}
        and record["origin"] == row.origin
        for record, row in zip(records, bridge.effects.itertuples(), strict=True)
    )  # fmt: skip
    ids, next_ids = (
        {(r["effect"], *r["keys"].values()): r["id"] for r in found} for found in (records, later)
    )
    return {
        "the record repeats its row": not same,
        "the id is the same in the next run": any(next_ids.get(k, v) != v for k, v in ids.items()),
        "one id a row": len(set(ids.values())) != len(records),
    }


def run() -> list[Row | str]:
    """Return how many looks broke each promise: the text of a draw, the records of a whole call."""
    began = perf_counter()
    broken: dict[str, list[int]] = {}
    looks: Counter[str] = Counter()
    for seed in range(-(-N // GROUP)):
        first, second = drawn(seed)
        regions = first.items["region"].unique()
        for looked in (causes(first, second), *(text(first.drill({"region": r})) for r in regions)):
            for name, failed in looked.items():
                broken.setdefault(name, []).extend([seed] if failed else [])
                looks[name] += 1
    return [
        *(
            f"{name}: {len(seeds)} of {looks[name]:,} looks failed{f', first {seeds[:5]}' if seeds else ''}"
            for name, seeds in broken.items()
        ),
        f"{1000 * (perf_counter() - began) / N:.1f} ms per draw",
    ]
