"""Ten thousand random bridges: every amount told is an effect, parts add up as written, causes keep their id.

Each draw is a comparison of up to eight products with new, lost and returned ones, in amounts from a few
yuan to billions. Counted are draws in which a number of the text is no effect after rounding, parts as
written miss the gap as written, English and Chinese tell different amounts, a "-0" stands anywhere, or the
record of a row differs from it, loses its id in another row order, or shares it with another row.
``VARIANCE_TOLD_DRAWS=500`` draws fewer.
"""

import os
import re
from time import perf_counter

import numpy as np
import pandas as pd

from benchmarks import Row
from salesanalysis import variance
from salesanalysis.variance.arithmetic import CONVENTIONS, MIXES
from salesanalysis.variance.text import rounded_steps

N = int(os.environ.get("VARIANCE_TOLD_DRAWS", "10000"))
#: Draws in one call of `explain`: its regions.
GROUP = 25
_AMOUNT = re.compile(r"([-+]\d[\d,]*(?:\.\d+)?)(B|M|k|亿|万)?")
_SIZE = {"": 1.0, "k": 1e3, "M": 1e6, "B": 1e9, "万": 1e4, "亿": 1e8}
_MINUS_0 = re.compile(r"-0(\.0+)?(?![\d.])")


def drawn(seed: int) -> tuple[variance.Bridge, variance.Bridge]:
    """Return `GROUP` draws as the regions of one bridge, and the same of rows in another order."""
    rng = np.random.default_rng(seed)
    names = [f"R{i:02d}" for i in range(GROUP)]
    size = np.repeat(10.0 ** rng.uniform(0, 9, GROUP), 9)
    keys = pd.DataFrame({"region": np.repeat(names, 9), "product": list("ABCDEFGHZ") * GROUP})
    fixed = (keys["product"] == "Z").to_numpy()
    sides = []
    for _ in range(2):
        units = rng.integers(1, 50, len(keys)) * np.where(rng.random(len(keys)) < 0.1, -1.0, 1.0)
        units = np.where(fixed, 60.0, units)
        price = np.where(fixed, 0.05, rng.uniform(0.01, 0.1, len(keys)))
        table = keys.assign(quantity=units, revenue=units * price * size)
        sides.append(table[fixed | (rng.random(len(keys)) < 0.8)])
    how = {
        "convention": CONVENTIONS[seed % 4], "mix": MIXES[seed // 4 % 2],
        "market": (100, 104) if seed % 3 else None, "calendar": (20, 21) if seed % 2 else None,
    }  # fmt: skip
    shuffled = [side.sample(frac=1, random_state=seed) for side in sides]
    first, second = (
        variance.explain(*pair, by=["region", "product"], units="quantity", **how)
        for pair in (sides, shuffled)
    )
    return first, second


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
        amounts = _AMOUNT.findall(sentences.splitlines()[2])
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


def causes(bridge: variance.Bridge, again: variance.Bridge) -> dict[str, bool]:
    """Return which promises of the records are broken."""
    rows = range(len(bridge.effects))
    records, others = ([one.cause(k) for k in rows] for one in (bridge, again))
    ids = [record["id"] for record in records]
    same = all(
        record["amount"] == row.amount and record["effect"] == row.effect
        and record["keys"] == {"region": row.region, "product": row.product}
        and record["origin"] == row.origin
        for record, row in zip(records, bridge.effects.itertuples(), strict=True)
    )  # fmt: skip
    return {
        "the record repeats its row": not same,
        "the id is the same in another row order": ids != [record["id"] for record in others],
        "one id a row": len(set(ids)) != len(ids),
    }


def run() -> list[Row | str]:
    """Return how many draws broke each promise."""
    began = perf_counter()
    broken: dict[str, list[int]] = {}
    for seed in range(-(-N // GROUP)):
        first, second = drawn(seed)
        regions = first.items["region"].unique()
        for looked in (causes(first, second), *(text(first.drill({"region": r})) for r in regions)):
            for name, failed in looked.items():
                broken.setdefault(name, []).extend([seed] if failed else [])
    return [
        *(
            f"{name}: {len(seeds)} of {N:,} draws failed{f', first {seeds[:5]}' if seeds else ''}"
            for name, seeds in broken.items()
        ),
        f"{1000 * (perf_counter() - began) / N:.1f} ms per draw",
    ]
