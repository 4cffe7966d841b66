"""Pay by arrays beside plain numpy and pandas, exact statements beside bare decimals, edges, cents.

The plan is the commission of five tiers times three coefficients of the method's worked example.
Row by row, two functions are timed: one that returns the rate of pay alone, as the arrays of
``np.searchsorted`` do, and one that returns the pay in currency, as our call does.
Edges: sales exactly on eleven thresholds of 400,000 quotas, and one cent below. Statements: 20,000
random ones, whose rows must add up to the pay to the cent.
"""

from decimal import Decimal
from fractions import Fraction
from functools import partial

import numpy as np
import pandas as pd

from benchmarks import Row, side_by_side

HEAD = """\
schema: 1
plan: {id: bench, currency: CNY, effective: {from: 2024-01-01, to: null},
       title: {en: Bench, zh: 基准}, rounding: {unit: "0.01", mode: half_up, lines: largest_remainder}}
measures: {sales: {kind: money}}
quota: {per: month, zero_quota: error}
components:
  - {id: commission, type: tiers, mode: marginal, basis: period, closed: lower, negative: zero,
     measured: {unit: attainment, quota: month, tier_measure: sales, pay_measure: sales}, tiers: [TIERS]}
  - {id: coef, type: bands, closed: lower, multiplies: [commission],
     measured: {unit: attainment, quota: month, tier_measure: sales}, bands: [BANDS]}
"""
TIERS = ("0:0.02", "0.5:0.04", "0.8:0.06", "1.0:0.10", "1.2:0.15")
BANDS = (("null", "0.8"), ('"0.8"', "1.0"), ('"1.0"', "1.2"))
EDGES = ("0.5", "0.6", "0.7", "0.8", "0.9", "1.0", "1.1", "1.15", "1.2", "1.3", "1.4")
STARTS = np.array([0.5, 0.8, 1.0, 1.2])
A = np.array([0, -0.008, -0.026, -0.0792, -0.1512])
B = np.array([0.016, 0.032, 0.060, 0.120, 0.180])


def plan_of(tiers=TIERS, bands=BANDS):
    """Return the worked example, or another table of tiers and coefficients."""
    from salesanalysis.incentives import Plan

    rows = ", ".join(f'{{from: "{e}", rate: "{r}"}}' for e, r in (t.split(":") for t in tiers))
    factors = ", ".join(f'{{from: {e}, value: "{v}"}}' for e, v in bands)
    return Plan.from_text(HEAD.replace("TIERS", rows).replace("BANDS", factors))


def run() -> list[Row | str]:
    """Return speed as ratios, and the counts of what must never happen."""
    rng = np.random.default_rng(17)
    quota = rng.integers(10**6, 10**9, 1_000_000)
    sold = (quota * rng.lognormal(0.04, 0.17, quota.size)).astype("int64")
    return [
        *_kernel(quota, sold), *_frames(quota, sold), _exact(), _register(), _edges(), _statements()
    ]  # fmt: skip


def _kernel(quota: np.ndarray, sold: np.ndarray) -> list[Row | str]:
    """Time the kernel on attainments already divided, and the whole call with its checks."""
    from salesanalysis.incentives import compile_plan, payout
    from salesanalysis.incentives.compiled.vector import (
        BLOCK,
        Buffers,
        heights,
        rungs,
    )

    form = compile_plan(plan_of())
    ladder, x, y = form.ladder, sold / quota, np.empty(quota.size)
    buffers, line = Buffers(), ladder.lines["quota"]

    def ours() -> None:
        for start in range(0, x.size, BLOCK):
            part = slice(start, min(start + BLOCK, x.size))
            at = rungs(ladder, x[part], buffers)
            heights(line, at, x[part], y[part], room=buffers.room[: part.stop - start])

    def search() -> np.ndarray:
        k = np.searchsorted(STARTS, x, side="right")
        return A[k] + B[k] * x

    def select() -> np.ndarray:
        inside = [x < s for s in STARTS]
        return np.select(inside, [A[k] + B[k] * x for k in range(4)], A[4] + B[4] * x)

    rows: list[Row | str] = []
    for name, theirs, goal in (("np.searchsorted", search, 3.0), ("np.select", select, 4.5)):
        mine, other = side_by_side(ours, theirs)
        rows.append(Row(f"kernel: times faster than {name}", other, mine, target=goal, best="high"))
    mine, other = side_by_side(lambda: payout(form, sold, quota), search)
    return [*rows, Row("whole call with checks, times np.searchsorted", mine, other)]


def _frames(quota: np.ndarray, sold: np.ndarray) -> list[Row | str]:
    """Time pandas' apply on fewer rows, scaled to the same number."""
    from salesanalysis.incentives import compile_plan, payout

    form = compile_plan(plan_of())
    few, fewer = 100_000, 10_000
    share = pd.Series(sold[:few] / quota[:few])
    table = pd.DataFrame({"sold": sold[:fewer], "quota": quota[:fewer]})

    def by_value(x: float) -> float:
        k = 0
        while k < 4 and x >= STARTS[k]:
            k += 1
        return A[k] + B[k] * x

    rows: list[Row | str] = []
    mine, other = side_by_side(
        lambda: payout(form, sold[:few], quota[:few]), lambda: share.apply(by_value), times=5
    )
    rows.append(Row("times faster than Series.apply", other, mine, target=50, best="high"))
    ours = partial(payout, form, sold[:few], quota[:few])
    ways = {
        "the rate alone, as searchsorted": lambda r: by_value(r["sold"] / r["quota"]),
        "the pay in currency, as ours": lambda r: (
            by_value(r["sold"] / r["quota"]) * r["quota"] / 100
        ),
    }
    paid = table.apply(list(ways.values())[1], axis=1)
    assert np.allclose(paid, payout(form, table["sold"], table["quota"]), rtol=1e-9)
    for note, way in ways.items():
        mine, other = side_by_side(ours, partial(table.apply, way, axis=1), times=5)
        rows.append(
            Row("times faster than DataFrame.apply", other * few / fewer, mine, target=700,
                best="high", note=f"10,000 rows, scaled; {note}")
        )  # fmt: skip
    return rows


def _exact() -> Row:
    """Time exact sheets with their lines in cents against bare decimal payouts."""
    from salesanalysis.incentives.exact.settle import settle
    from salesanalysis.incentives.inputs.book import Book

    plan = plan_of()
    rng = np.random.default_rng(3)
    quotas = [int(q) for q in rng.integers(10**6, 10**8, 2000)]
    sold = [int(q * s) for q, s in zip(quotas, rng.lognormal(0.04, 0.3, 2000), strict=True)]
    sheets = [plan.on_target(Book((s,), q)) for s, q in zip(sold, quotas, strict=True)]
    rates = [(Decimal(e), Decimal(r)) for e, r in (t.split(":") for t in TIERS)]

    def bare() -> list[Decimal]:
        out = []
        for s, q in zip(sold, quotas, strict=True):
            pay, full = Decimal(0), Decimal(q)
            for k, (edge, rate) in enumerate(rates):
                end = rates[k + 1][0] * full if k + 1 < len(rates) else Decimal(s)
                pay += max(min(Decimal(s), end) - edge * full, Decimal(0)) * rate
            reached = Decimal(s) / full
            factor = "1.2" if reached >= 1 else "1.0" if reached >= Decimal("0.8") else "0.8"
            out.append((pay * Decimal(factor)).quantize(Decimal(1)))
        return out

    mine, other = side_by_side(lambda: [settle(plan, s) for s in sheets], bare, times=9)
    return Row("exact lines in cents", mine, other, target=4.0, note="bare decimals, no lines")


def _register() -> Row:
    """Pay 2,000 people with 20,000 deals, and a quarter of both: the time grows with them, not faster."""
    rng = np.random.default_rng(5)

    def pay(n: int) -> object:
        names = np.array([f"P{i:05d}" for i in range(n)])
        people = pd.DataFrame({"salesperson": names, "quota": 100_000.0})
        deals = pd.DataFrame(
            {
                "salesperson": np.repeat(names, 10),
                "order_id": [f"O{i}" for i in range(10 * n)],
                "date": "2024-03-05",
                "amount": rng.integers(1, 3_000_000, 10 * n) / 100,
            }
        )
        return plan.pay(people, deals, period="2024-03")

    plan = plan_of()
    mine, other = side_by_side(lambda: pay(2000), lambda: pay(500), times=3)
    return Row("four times the people and deals, times the time", mine, other, target=5.0)


def _edges() -> str:
    """Count every quota at which a sale on an edge, or a cent below, gets the wrong side."""
    from salesanalysis.incentives import compile_plan, payout

    quota = np.random.default_rng(6).integers(1, 10**9, 400_000) * 100
    wrong = 0
    for text in EDGES:
        edge = Fraction(text)
        form = compile_plan(
            plan_of(("0:0.00", f"{text}:0.10"), (("null", "0"), (f'"{text}"', "1")))
        )
        on = quota * edge.numerator // edge.denominator
        wrong += int(
            (payout(form, on + 1, quota) <= 0).sum() + (payout(form, on - 1, quota) > 0).sum()
        )
        step = plan_of(("0:0.10",), (("null", "0"), (f'"{text}"', "1")))
        paid = payout(compile_plan(step), on, quota)
        wrong += int((paid <= 0).sum())
        wrong += int((payout(compile_plan(step), on - 1, quota) > 0).sum())
    return f"wrong sides of an edge over {len(EDGES)} thresholds x 400,000 quotas: {wrong}"


def _statements() -> str:
    """Count random statements whose rows do not add up to their pay to the cent."""
    from salesanalysis.incentives.exact.settle import settle
    from salesanalysis.incentives.inputs.book import Book

    rng = np.random.default_rng(20)
    wrong = naive = 0
    plans = []
    for _ in range(100):
        edges = [0, *sorted(rng.choice(np.arange(1, 250), 4, replace=False))]
        rates = rng.integers(0, 2000, 5)
        tiers = [f"{e / 100}:{r / 10000:.4f}" for e, r in zip(edges, rates, strict=True)]
        plans.append(plan_of(tuple(tiers)))
    for i in range(20_000):
        quota = int(rng.integers(1, 10**8))
        book = Book((int(quota * rng.uniform(-0.1, 2.5)),), quota)
        plan = plans[i % 100]
        paid = settle(plan, plan.on_target(book))
        far = max(
            (abs(p - q.exact) for p, (_, q) in zip(paid.paid, paid.lines, strict=True)), default=0
        )
        wrong += int(sum(paid.paid) != paid.cents or far >= 1)
        naive += int(sum(round(float(q.exact)) for _, q in paid.lines) != paid.cents)
    return (
        f"statements of 20,000 whose rows do not add up: {wrong}; rounding row by row: "
        f"{naive / 200:.1f} %"
    )
