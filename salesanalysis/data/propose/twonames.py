"""Two names for every column: those of the program, and below them those of its people."""

import pandas as pd

from salesanalysis.data.words.headings import plain
from salesanalysis.data.words.synonyms import names

#: Columns of numbers or days below the names from which on the row of names cannot be a line.
_LEAST = 2
_DIGIT = r"\d"


def is_named_twice(sample: pd.DataFrame) -> bool:
    """Tell whether the first row holds names of the columns that say no less than those above.

    Every cell is filled, none has a digit and no two are the same; two columns or more have a
    digit in every further row; and as many of the names are known as in the header, or more.

    Examples
    --------
    >>> is_named_twice(pd.DataFrame({"FDate": ["日期", "2024-01-05"], "FAmount": ["金额", "10"]}))
    True
    >>> is_named_twice(pd.DataFrame({"日期": ["day", "2024-01-05"], "金额": ["cny", "10"]}))
    False
    """
    if len(sample) <= 1 or sample.iloc[0].isna().any():
        return False
    first, rest = sample.iloc[0].astype("str"), sample.iloc[1:].astype("str")
    if first.str.contains(_DIGIT).any() or first.duplicated().any():
        return False
    figures = rest.apply(lambda c: c.str.contains(_DIGIT).all())
    known, above = _known(list(first)), _known(list(sample.columns))
    return bool(figures.sum() >= _LEAST and known >= max(above, 1))


def _known(headings: list[str]) -> int:
    """Count the headings that are names of our columns."""
    words = {w for ours in names("sales").values() for w in ours}
    return sum(plain(h) in words for h in headings)
