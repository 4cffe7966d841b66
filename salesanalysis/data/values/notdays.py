"""What stands in a column of days and is none: minutes, weeks, quarters, other calendars' years."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

import pandas as pd

from salesanalysis.data.values.datelooks import DAY_FIRST, MONTH_FIRST, YEAR_FIRST, Look
from salesanalysis.data.values.dates import BE, REST, ROC, WEEK
from salesanalysis.data.values.texts import cells, tidy
from salesanalysis.errors import ContractError

#: What a spreadsheet leaves of a date in the format minutes:seconds.
MINUTES = r"9{1,2}:9{2}(?:\.9+)?"
#: A year of three digits, as Taiwan writes it: never taken for one unasked.
TAIWAN = r"9{3}([-/.])9{1,2}(?:\1)9{1,2}"
#: A week of a year: 2024-W05, KW 5/2024, 2024年第5周.
WEEKS = (
    r"9{4}[-./ ]{0,2}(?:KW|CW|WK|WEEK|W)[-. ]?9{1,2}"
    r"|(?:KW|CW|WK|WEEK|W)[-. ]?9{1,2}[-,./ ]{1,3}9{4}|9{4}年 ?第?9{1,2}[周週]"
)
#: A quarter or half of a year: Q1 2024, 2024Q1, 1Q24, 2024年第一季度, H1 2024.
QUARTERS = (
    r"(?:FY ?)?9{4}[-./ ]{0,2}[QHT]9|[QHT]9[-./ ]{0,2}(?:FY ?)?(?:9{4}|99)"
    r"|9[QHT][-./ ]?(?:9{4}|99)|9{4}年(?:度 ?)? ?第?[一二三四9](?:季度?|四半期)|9{4}年[上下]半年"
)
#: A number of a voucher behind the day: 2024/01/05 -1.
_SLIP = r"9{4}([-/.])9{1,2}\1(?:9{1,2})(?: ?- ?| ?# ?)9{1,4}"


class _Finding(NamedTuple):
    """What is said about values that are no days: what they are, why that is not enough, a way."""

    what: str
    why: str
    fix: str
    code: str = "bad-value"


#: Values that stand for days without being any, as texts.
NO_DAY = re.compile(
    "|".join(f"(?:{p})" for p in (_SLIP, WEEKS, QUARTERS)).replace("9", r"\d"), re.IGNORECASE
)
#: A year of Thailand: 2523 to 2643 stand for 1980 to 2100.
_BUDDHIST = r"(?:^|[^0-9])(?:252[3-9]|25[3-9][0-9]|26[0-3][0-9]|264[0-3])(?:[^0-9]|$)"


def found(
    looks: Sequence[Look], every: Callable[[str], bool]
) -> tuple[list[Look], _Finding] | None:
    """Return the looks that are no days with what to say about them; None where all may be.

    Parameters
    ----------
    looks : sequence of Look
        All looks of a column, none left out.
    every : callable
        Tells whether every value of the column has a place that fits a pattern.
    """
    tests = (
        (MINUTES, _minutes),
        (TAIWAN, _taiwan),
        (WEEKS, _weeks),
        (QUARTERS, _quarters),
        (_SLIP, _slips),
    )
    for pattern, finding in tests:
        hits = [look for look in looks if re.fullmatch(pattern, look.text)]
        if hits:
            return hits, finding(hits[0])
    ahead = all(look.formats and re.search(_BUDDHIST, look.example) for look in looks)
    # a single year of ours among them: the reader finds the others too far away
    if looks and ahead and every(_BUDDHIST) and (style := _of_thailand(looks)):
        return list(looks), style
    return None


def is_of_taiwan(look: Look) -> bool:
    """Tell whether days look as Taiwan writes them: 113/01/06."""
    return bool(re.fullmatch(TAIWAN, look.text))


def is_with_number(look: Look) -> bool:
    """Tell whether a number stands behind days: 2024/01/05 -1."""
    return bool(re.fullmatch(_SLIP, look.text))


def refusal(
    finding: _Finding, *, name: str, where: str, n: int, total: int, rows: pd.DataFrame
) -> ContractError:
    """Build the refusal of `n` of `total` values of a column."""
    return ContractError(
        f"{n:,} of {total:,} values of {name!r} {finding.what}: {cells(rows)}.",
        where=f"{where}; {finding.why}",
        fix=finding.fix,
        code=finding.code,
        rows=rows,
    )


def _minutes(_: Look) -> _Finding:
    return _Finding(
        "show minutes and seconds, and no day",
        "a spreadsheet saved its dates in the format mm:ss, so the day is gone",
        "map another column that holds the date, or export the file again from its source without "
        "a spreadsheet in between",
    )


def _taiwan(look: Look) -> _Finding:
    mark = next(c for c in look.text if c != "9")
    return _Finding(
        "have a year of three digits",
        "Taiwan counts years from 1912, so that 113 is 2024",
        f'where that is meant, add to the column in the mapping format: "{ROC}%Y{mark}%m{mark}%d"',
        "ambiguous",
    )


def _weeks(look: Look) -> _Finding:
    numbers = [int(n) for n in re.findall(r"\d+", tidy(look.example))]
    year, week = sorted(numbers[:2], reverse=True)
    shown = f" for {date.fromisocalendar(year, week, 1)}" if 1 <= week <= 52 else ""
    return _Finding(
        "name a week, and no day",
        "a week may lie in two months",
        f'to count a week on its Monday, add to the column in the mapping format: "{WEEK}"{shown}, '
        "or give each week the day you mean by a lookup under joins",
        "ambiguous",
    )


def _quarters(_: Look) -> _Finding:
    return _Finding(
        "name a quarter or half of a year, and no day",
        "sales are counted month by month, and nobody knows how they lie in the quarter",
        "export days or months, or give each quarter the day you mean by a lookup under joins",
    )


def _slips(look: Look) -> _Finding:
    mark = look.text[4]
    return _Finding(
        "have a number behind the day",
        "perhaps that of a voucher",
        "where the day alone is meant, add to the column in the mapping "
        f'format: "%Y{mark}%m{mark}%d{REST}"',
    )


def _of_thailand(looks: Sequence[Look]) -> _Finding | None:
    """Say how such days are written: the day before the month, unless that cannot be."""
    shared = set.intersection(*(set(look.formats) for look in looks))
    order = next((o for o in (YEAR_FIRST, DAY_FIRST, MONTH_FIRST) if o in shared), "")
    formats = {f for look in looks for f in look.formats.get(order, [])}
    if len(formats) != 1:
        return None
    return _Finding(
        "have a year more than 500 years ahead",
        "Thailand counts years from 543 before ours, so that 2567 is 2024",
        f'where that is meant, add to the column in the mapping format: "{BE}{formats.pop()}"',
        "ambiguous",
    )
