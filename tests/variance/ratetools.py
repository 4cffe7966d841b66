"""Tables of deals and visits by source, explained as a rate."""

import pandas as pd

import salesanalysis as sa

RATE = ("deals", "visits")


def table(rows: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["source", "deals", "visits"]).astype(
        {"deals": float, "visits": float}
    )


def explain(actual, base, **choices):
    choices = {"by": ["source"], "rate": RATE, "names": ("last_period", "actual")} | choices
    return sa.variance.explain_rate(actual, base, **choices)
