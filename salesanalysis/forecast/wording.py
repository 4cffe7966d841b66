"""Names and phrases the results of forecasting share."""

import pandas as pd

from salesanalysis.forecast.methods import AT_MEAN
from salesanalysis.labels import Terms, count, label

#: Names listed in a sentence before it says how many more there are.
LISTED = 5


def bound_name(side: str, coverage: float) -> str:
    """Return the column of a bound.

    Examples
    --------
    >>> bound_name("lo", 0.8), bound_name("hi", 0.975)
    ('lo80', 'hi97.5')
    """
    return f"{side}{100 * coverage:g}"


def how(status: str, lang: str) -> str:
    """Say in a few words how a node with this status is forecast.

    Examples
    --------
    >>> how("ok", "en"), how("short", "en")
    ('as last year', 'as its mean so far')
    """
    return label("forecast.as_mean" if status in AT_MEAN else "forecast.as_last_year", lang)


def titles(table: pd.DataFrame, by: tuple[str, ...], terms: Terms, lang: str) -> list[str]:
    """Return how each row's node is called, the company by its word."""
    return [
        " / ".join(terms.show(c, v, lang) for c, v in zip(by, row, strict=True) if v)
        or label("word.company", lang)
        for row in table[list(by)].itertuples(index=False, name=None)
    ] or []


def listed(names: list[str], lang: str) -> str:
    """Join the first names and say how many more there are."""
    text = label("forecast.comma", lang).join(names[:LISTED])
    more = len(names) - LISTED
    return text + (label("forecast.and_more", lang, n=count(more)) if more > 0 else "")
