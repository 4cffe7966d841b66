"""Names and phrases the results of forecasting share."""

import pandas as pd

from salesanalysis.forecast.floor.methods import AT_MEAN
from salesanalysis.labels import Terms, count, label

#: Names listed in a sentence before it says how many more there are.
LISTED = 5
#: The method every other has to beat.
FLOOR = "seasonal_naive"


def bound_name(side: str, coverage: float) -> str:
    """Return the column of a bound.

    Examples
    --------
    >>> bound_name("lo", 0.8), bound_name("hi", 0.975)
    ('lo80', 'hi97.5')
    """
    return f"{side}{100 * coverage:g}"


def at_mean(nodes: pd.DataFrame, by: tuple[str, ...]) -> bool:
    """Tell whether nothing among `nodes` has a last year to repeat: every unit that still sells
    continues at its own mean.

    Examples
    --------
    >>> nodes = pd.DataFrame({"level": ["company", "region", "region"],
    ...                       "status": ["ok", "young", "ended"]})
    >>> at_mean(nodes, ("region",))
    True
    """  # noqa: D205
    leaves = nodes[nodes["level"] == by[-1]] if by else nodes
    living = leaves[~leaves["status"].isin(["ended", "zero", "no_history"])]
    return bool(len(living)) and bool(living["status"].isin(AT_MEAN).all())


def how(nodes: pd.DataFrame, by: tuple[str, ...], lang: str, *, method: str) -> str:
    """Say in a few words how the first of `nodes` is forecast."""
    if method != FLOOR:
        return label("forecast.as_combined", lang)
    return label("forecast.as_mean" if at_mean(nodes, by) else "forecast.as_last_year", lang)


def titles(table: pd.DataFrame, by: tuple[str, ...], terms: Terms, lang: str) -> list[str]:
    """Return how each row's node is called, the company by its word."""
    if not by:  # pandas 2 has no rows where there are no columns
        return [label("word.company", lang)] * len(table)
    return [
        " / ".join(terms.show(c, v, lang) for c, v in zip(by, row, strict=True) if v)
        or label("word.company", lang)
        for row in table[list(by)].itertuples(index=False, name=None)
    ]


def listed(names: list[str], lang: str, *, between: str = "forecast.comma") -> str:
    """Join the first names and say how many more there are."""
    text = label(between, lang).join(names[:LISTED])
    more = len(names) - LISTED
    return text + (label("forecast.and_more", lang, n=count(more)) if more > 0 else "")
