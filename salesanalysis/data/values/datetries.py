"""Formats worth trying on days that are read in no way unasked."""

import re
from collections.abc import Callable, Sequence

from salesanalysis.data.values.datelooks import Look
from salesanalysis.data.values.dates import REST

_DAY, _MONTH = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])"
_TWO_DIGITS = "(?:0[1-9]|1[0-2])"
#: A day and a month: look of every value -> (what every value fits, format).
YEARLESS_FORMATS: tuple[tuple[str, str, str], ...] = (
    ("9{3,4}", rf"^\s*{_DAY}{_TWO_DIGITS}\s*$", "%d%m"),
    ("9{1,2}月9{1,2}日", "", "%m月%d日"),
    ("9{1,2}月9{1,2}", "", "%m月%d"),
    *(
        (f"9{{1,2}}{re.escape(s)}9{{1,2}}{re.escape(end)}", fits, form.replace("-", s) + end)
        for s in "./-"
        for end in ("", s)
        for fits, form in (
            (rf"^\s*{_DAY}[-./]{_MONTH}[-./]?\s*$", "%d-%m"),
            (rf"^\s*{_MONTH}[-./]{_DAY}[-./]?\s*$", "%m-%d"),
        )
    ),
)
#: A day with something behind it that is no time of day: look of every value -> (fits, format).
LONGER: tuple[tuple[str, str, str], ...] = (
    ("9{14}", r"^\s*(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]{7}\s*$", "%Y%m%d%H%M%S"),
    ("9{12}", r"^\s*(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]{5}\s*$", "%Y%m%d%H%M"),
    *(
        (rf"{day} ?\((?:[月火水木金土日一二三四五六]|[A-Z]{{3}})\)", "", form + REST)
        for day, form in (
            ("9{4}年9{1,2}月9{1,2}日", "%Y年%m月%d日"),
            ("9{4}-9{1,2}-9{1,2}", "%Y-%m-%d"),
            ("9{4}/9{1,2}/9{1,2}", "%Y/%m/%d"),
        )
    ),
)


def fitting(
    looks: Sequence[Look],
    every: Callable[[str], bool],
    formats: Sequence[tuple[str, str, str]],
) -> list[str]:
    """Return the formats that fit every look, and every value where a pattern tells more.

    Parameters
    ----------
    looks : sequence of Look
        All looks of a column, none left out.
    every : callable
        Tells whether every value of the column has a place that fits a pattern.
    formats : (look, pattern or nothing, format) tuples
    """
    texts = [look.text for look in looks]
    return [
        form
        for look, fits, form in formats
        if all(re.fullmatch(look, text) for text in texts) and (not fits or every(fits))
    ]
