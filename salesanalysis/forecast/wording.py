"""Names and phrases the results of forecasting share."""

import pandas as pd

from salesanalysis.labels import Terms, count, label, percent

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


def chance(probability: float) -> str:
    """Write a probability; what the draws cannot tell from 0 or 1 says so.

    Examples
    --------
    >>> chance(0.004), chance(0.5), chance(0.997), chance(0.0), chance(1.0)
    ('<1%', '50%', '>99%', '0%', '100%')
    """
    if 0 < probability < 0.01:
        return "<1%"
    if 0.99 < probability < 1:
        return ">99%"
    return percent(probability, 0)


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
