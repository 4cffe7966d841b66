"""A quarter with a loss by price, the record of it, and actions opened from it."""

import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.labels import Terms

NAMES = Terms({"region": {"East": {"zh": "华东"}, "South": {"zh": "华南"}}})


def quarter(
    window=("2024-01", "2024-03"), *, east_price: float = 0.9, **choices
) -> sa.variance.Bridge:
    """East sells more, at a lower price; South as planned."""
    base = pd.DataFrame(
        {"region": ["East", "South"], "quantity": [1000, 500], "revenue": [1_000_000.0, 500_000.0]}
    )
    actual = base.assign(quantity=[1100, 500], revenue=[1_100_000 * east_price, 500_000.0])
    given = {"names": ("target", "actual"), "window": window, "terms": NAMES} | choices
    return sa.variance.explain(actual, base, by=["region"], units="quantity", **given)


def cause(effect: str = "price", **choices) -> dict:
    """The record of one effect in East."""
    bridge = quarter(**choices)
    rows = bridge.effects.query("region == 'East' and effect == @effect")
    return bridge.cause(int(rows.index[0]))


GIVEN = {
    "owner": "李娜", "start": "2024-04-10", "due": "2024-06-30",
    "measures": ["复核8%以上的折扣", "每周检查特价审批"], "terms": NAMES,
}  # fmt: skip


def opened(effect: str = "price", **changed) -> sa.review.Action:
    return sa.review.open_action(cause(effect), **({"expected": 60_000} | GIVEN | changed))


def opened_from(record: dict) -> sa.review.Action:
    return sa.review.open_action(record, origin="internal", **GIVEN)


def refused(record=None, **changed) -> str:
    with pytest.raises(ContractError) as caught:
        sa.review.open_action(
            cause() if record is None else record, **({"expected": 1_000} | GIVEN | changed)
        )
    return str(caught.value)
