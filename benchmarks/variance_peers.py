"""What open tools do with new, lost and unit-less items and with labels, on one table each, beside ours.

Each tool runs where it is installed; none is installed with us. In an environment of its own:
``pip install icanexplain pyarrow_hotfix "duckdb<1.4" "pandas<3" setuptools l4v1 wise-pizza pyyaml``.
Printed is the sum of the effects a tool returns and where it books the item; the true change is
that of the table. Times beside icanexplain: ``python -m benchmarks variance``.
"""

import warnings
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

import pandas as pd

from benchmarks import Row
from salesanalysis import variance

COLUMNS = ["product", "quantity", "revenue"]
BASE = pd.DataFrame([("A", 100, 1000.0), ("B", 50, 1000.0)], columns=COLUMNS)
#: A continues, B is lost, C is new: the true change is +410.
MOVED = pd.DataFrame([("A", 110, 1210.0), ("C", 40, 1200.0)], columns=COLUMNS)
#: A has a credit note and no units: the true change is -1,050.
CREDIT = pd.DataFrame([("A", 0, -50.0), ("B", 50, 1000.0)], columns=COLUMNS)
#: Leads, deals, revenue of two periods; b never closed and is lost, c is new: true change +120.
FUNNEL = pd.DataFrame(
    {
        "period": ["1", "1", "2", "2"], "group": ["a", "b", "a", "c"],
        "leads": [100, 50, 100, 40], "deals": [20, 0, 20, 10], "revenue": [200.0, 0.0, 220.0, 100.0],
    }
)  # fmt: skip


def run() -> list[Row | str]:
    """Return one line per tool and table."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [*_ours(), *_icanexplain(), *_l4v1(), *_wise_pizza()]


def _ours() -> list[str]:
    moved = variance.explain(MOVED, BASE, by=["product"], units="quantity")
    credit = variance.explain(CREDIT, BASE, by=["product"], units="quantity")
    first, second = (FUNNEL[FUNNEL["period"] == p].drop(columns="period") for p in "12")
    chain = ["leads", "deals", "revenue"]
    funnel = variance.explain(second, first, by=["group"], chain=chain)
    return [
        _line("ours", "new and lost, labels target and actual, true change +410", _told(moved)),
        _line("ours", "a credit note without units, true change -1,050", _told(credit)),
        _line("ours", "funnel with a new and a lost group, true change +120", _told(funnel)),
    ]


def _told(bridge: variance.Bridge) -> pd.Series:
    return bridge.by_effect().set_index("effect")["amount"]


def _icanexplain() -> list[str]:
    def sums(labels: tuple[str, str]) -> pd.Series:
        ice = import_module("icanexplain")
        table = pd.concat(
            [f.assign(period=p, price=f["revenue"] / f["quantity"])
             for f, p in zip((BASE, MOVED), labels, strict=True)], ignore_index=True,
        )  # fmt: skip
        return _columns(
            ice.SumExplainer(fact="price", count="quantity", group="product", period="period")(
                table
            )
        )

    def funnel() -> pd.Series:
        ice = import_module("icanexplain")
        steps = ["leads", "deals", "revenue"]
        return _columns(ice.FunnelExplainer(funnel=steps, period="period", group="group")(FUNNEL))

    return [
        _tried(
            "icanexplain",
            "new and lost, labels 1 and 2, true change +410",
            lambda: sums(("1", "2")),
        ),
        _tried(
            "icanexplain", "the same, labels target and actual", lambda: sums(("target", "actual"))
        ),
        _tried("icanexplain", "funnel with a new and a lost group, true change +120", funnel),
    ]


def _l4v1() -> list[str]:
    def split(actual: pd.DataFrame) -> pd.Series:
        pl = import_module("polars")
        pvm = import_module("l4v1.price_volume_mix").PVM
        sides = [pl.DataFrame(f.to_dict("list")) for f in (actual, BASE)]
        found = pvm(*sides, "product", "quantity", "revenue").get_table()
        return pd.Series({c: float(found[c].sum()) for c in found.columns if c.endswith("_effect")})

    return [
        _tried("l4v1", "new and lost, true change +410", lambda: split(MOVED)),
        _tried("l4v1", "a credit note without units, true change -1,050", lambda: split(CREDIT)),
    ]


def _wise_pizza() -> list[str]:
    def segments() -> pd.Series:
        wise = import_module("wise_pizza")
        found = wise.explain_changes_in_totals(
            BASE, MOVED, dims=["product"], total_name="revenue", size_name="quantity",
            max_segments=3,
        )  # fmt: skip
        return pd.Series({str(s["segment"]): float(s["total"]) for s in found.segments})

    return [_tried("wise-pizza", "new and lost, true change +410", segments)]


def _columns(found: pd.DataFrame) -> pd.Series:
    """Return the sum of each column; what is no number stays visible."""
    return found.sum(skipna=True).rename(lambda c: str(c).removesuffix("_contribution"))


def _tried(tool: str, what: str, work: Callable[[], pd.Series]) -> str:
    try:
        name = f"{tool} {version(tool)}"
    except PackageNotFoundError:
        return f"{tool}: skipped, it is not installed (see the head of this file)"
    try:
        return _line(name, what, work())
    except Exception as problem:
        return f"{name}: {what}: fails, {type(problem).__name__}: {str(problem)[:80]}"


def _line(tool: str, what: str, found: pd.Series) -> str:
    parts = ", ".join(f"{name} {amount:+,.0f}" for name, amount in found.items() if amount)
    return f"{tool}: {what}: sum {found.sum():+,.0f} ({parts})"
