"""Price, volume and mix: 10,000 random comparisons that must hold, and the time of one large one.

Time is measured beside one pandas group-by of product and period on categories, which checks nothing.
``VARIANCE_DRAWS=1000`` draws fewer. icanexplain runs beside it where it is installed.
"""

import os
import sys
from importlib.util import find_spec

import numpy as np
import pandas as pd

from benchmarks import Row, side_by_side
from benchmarks._pvm_draws import everything
from benchmarks._tally import lines
from salesanalysis import variance

ROWS = 1_000_000
DIMS = {
    "product": 500, "region": 8, "channel": 4, "customer_type": 6, "salesperson": 60, "month": 12,
}  # fmt: skip
TARGET = 2.0
MISSING = (
    "icanexplain: skipped, it is not installed; in an environment of its own: "
    'pip install icanexplain pyarrow_hotfix "duckdb<1.4" "pandas<3" setuptools'
)


def run() -> list[Row | str]:
    """Return looks and failures, then times and sizes."""
    n = int(os.environ.get("VARIANCE_DRAWS", "10000"))
    tally = everything(n)
    failed = sum(tally.failed.values())
    told = f"{n:,} draws, shared out among 32 settings: {sum(tally.seen.values()):,} looks, {failed} failures"
    sales = make(ROWS)
    return [told, *lines(tally), *_times(sales), *_sizes(sales), *_peer(sales)]


def make(n: int, seed: int = 0) -> pd.DataFrame:
    """Return lines of sale of two periods, six dimensions as categories."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            name: pd.Categorical.from_codes(
                rng.integers(0, size, n), [f"{name} {i:03d}" for i in range(size)]
            )
            for name, size in DIMS.items()
        }
    )
    table["period"] = pd.Categorical.from_codes(rng.integers(0, 2, n), ["base", "actual"])
    table["quantity"] = rng.integers(1, 20, n).astype("float64")
    return table.assign(revenue=table["quantity"] * rng.uniform(5, 50, n))


def _times(sales: pd.DataFrame) -> list[Row | str]:
    actual, base = variance.split_scenario(sales, "period", actual="actual", base="base")

    def floor() -> object:
        return sales.groupby(["product", "period"], observed=True)[["quantity", "revenue"]].sum()

    def bare() -> object:
        return variance.explain(actual, base, by=["product"], units="quantity")

    def split() -> object:
        both = variance.split_scenario(sales, "period", actual="actual", base="base")
        return variance.explain(*both, by=["product"], units="quantity")

    def fine() -> object:
        return variance.explain(
            actual, base, by=["product"], dims=["region"], units="quantity", mix_split="region",
            market=(100, 104), calendar=(20, 21),
        )  # fmt: skip

    note = "one pandas groupby of product and period on categories; every check on"
    return [
        Row("pvm by product, 1,000,000 rows x 6 dims", *side_by_side(bare, floor), target=TARGET, note=note),
        Row("the same, both sides out of one table", *side_by_side(split, floor), note="split_scenario"),
        Row("by product and region, market, days, mix split", *side_by_side(fine, floor), note="4,000 cells"),
    ]  # fmt: skip


def _sizes(sales: pd.DataFrame) -> list[str]:
    """Return how many rows come out: observed cells, never a product of dimensions."""
    cut = sales.iloc[:200_000]
    actual, base = variance.split_scenario(cut, "period", actual="actual", base="base")
    keys = list(DIMS)
    found = variance.explain(actual, base, by=keys[:1], dims=keys[1:], units="quantity")
    cells = len(cut[keys].drop_duplicates())
    product = int(np.prod(list(DIMS.values())))
    return [
        f"size: 200,000 rows x 6 dims give {len(found.items):,} items ({cells:,} observed cells; a "
        f"product of dimensions would be {product:,})"
    ]


def _peer(sales: pd.DataFrame) -> list[Row | str]:
    """Compare with icanexplain where it is there: its sum explainer of the same product totals."""
    if find_spec("icanexplain") is None:
        return [MISSING]
    try:
        import icanexplain as ice
    except Exception as problem:
        return [
            f"icanexplain: skipped, it does not import: {type(problem).__name__} ({sys.version_info[0]})"
        ]
    actual, base = variance.split_scenario(sales, "period", actual="actual", base="base")
    # its fact is a mean per count: the price
    plain = sales.assign(
        product=sales["product"].astype("str"),
        period=sales["period"].astype("str"),
        price=sales["revenue"] / sales["quantity"],
    )

    def theirs() -> object:
        return ice.SumExplainer(fact="price", count="quantity", group="product", period="period")(
            plain
        )

    def ours() -> object:
        return variance.explain(actual, base, by=["product"], units="quantity")

    try:
        return [
            Row(
                "pvm by product beside icanexplain",
                *side_by_side(ours, theirs, times=3),
                note="SumExplainer",
            )
        ]
    except Exception as problem:
        return [
            f"icanexplain: skipped, it fails on this table: {type(problem).__name__}: {problem}"
        ]
