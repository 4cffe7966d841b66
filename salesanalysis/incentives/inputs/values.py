"""Cells of a table as exact values: cents, days, names; what can be read two ways is refused."""

import re
import unicodedata
from collections.abc import Iterable
from fractions import Fraction
from numbers import Number
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.money import cents_of

#: What to do about an empty amount: a row left out is not paid, an empty one is not 0.
ENTER = "enter the missing figures, 0 where there is none; change the unit of too large ones"
#: A number whose digits stand in groups of three.
THOUSANDS = r"[-+]?\d{1,3}([,' \u00a0\u2009]\d{3})+(\.\d+)?"
_SHORT = re.compile(r"[-+]?\d+(\.\d*)?[eE][-+]?\d+")
_DAY = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T](\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?"
)


def first_of(names: Iterable[object], n: int = 3) -> str:
    """Join the first names and say how many more there are.

    Examples
    --------
    >>> first_of("abcde")
    'a, b, c and 2 more'
    """
    texts = [str(name) for name in names]
    return ", ".join(texts[:n]) + (f" and {len(texts) - n:,} more" if len(texts) > n else "")


def names_of(values: pd.Series) -> pd.Series:
    """Return names as text without the spaces around them; an empty one stays empty.

    ``7`` and ``"7"`` are one order, and so are ``"A-1"`` and ``"A-1 "``.
    """
    if isinstance(values.dtype, pd.StringDtype):
        return values.str.strip().astype("object").where(values.notna(), None)
    texts = values.astype("object").map(name_of)
    return texts.where(values.notna(), None)


def name_of(value: Any) -> str:
    """Return one name as text: a whole float is the number that was typed.

    Examples
    --------
    >>> name_of(7.0), name_of(" Li ")
    ('7', 'Li')
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def require_numbers(table: pd.DataFrame, column: str, *, name: str) -> None:
    """Refuse texts that are no plain numbers, and say what the reason is."""
    values = table[column]
    if values.dtype.kind in "iuf":
        return
    is_text = values.map(lambda v: isinstance(v, str) and v.strip() != "").astype("bool")
    plain = pd.to_numeric(values, errors="coerce").notna()
    short = is_text & values.astype("str").str.strip().str.fullmatch(_SHORT)
    flags = values.map(lambda v: isinstance(v, bool | np.bool_)).astype("bool")
    wrong = (is_text & ~plain) | short | flags
    if wrong.any():
        bad = table.loc[wrong, column].astype("str")
        raise ContractError(
            f"{len(bad)} of {len(table)} values of {column!r} in {name} are texts and no numbers, "
            f"first {bad.iloc[0]!r}.",
            where=f"rows {first_of(bad.index)}, see .rows",
            fix=_number_fix(bad.iloc[0].strip()),
            rows=table[wrong],
        )


def _number_fix(text: str) -> str:
    """Say how to write a number that was written otherwise."""
    if re.fullmatch(THOUSANDS, text):
        return 'remove the thousands separators: write "1000.50", not "1,000.50"'
    if _SHORT.fullmatch(text):
        return f"write all digits: {text} may have lost some"
    narrow = unicodedata.normalize("NFKC", text)
    if re.fullmatch(r"\([\d.]+\)", narrow):
        return f'write a return with a minus: "-{narrow[1:-1]}"'
    if narrow != text and re.fullmatch(r"[-+]?\d+(\.\d+)?", narrow):
        return f'write "{narrow}"'
    return 'write plain numbers such as "1000.50"'


def exact_cents(
    table: pd.DataFrame, column: str, *, name: str, rounds: bool = False
) -> npt.NDArray[np.int64]:
    """Return a column as whole cents; digits beyond the cent are refused unless told to round."""
    require_numbers(table, column, name=name)
    values = pd.to_numeric(table[column], errors="coerce").astype("float64")
    cents = cents_of(values.rename(column), name=column, fix=ENTER)
    fine = finer(values, cents)
    if fine.any() and not rounds:
        rows = table[fine]
        raise ContractError(
            f"{int(fine.sum())} of {len(table)} rows of {name}: {column!r} has digits beyond the "
            f"cent, first {float(values[fine].iloc[0])!r}.",
            where=f"first rows {rows.index[:3].tolist()}, see .rows",
            fix="round each deal to cents; incentives.deals_of(lines) sums order lines and does so"
            if name == "deals"
            else f"write {column} in whole cents",
            rows=rows,
        )
    return cents


def finer(values: pd.Series, cents: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Tell which amounts have digits beyond the cent they were rounded to."""
    # half a ten-thousandth of a cent is noise of adding floats, more is a real digit
    gap = np.abs(values.to_numpy() * 100 - cents)
    found: npt.NDArray[np.bool_] = gap > np.maximum(1e-4, np.abs(cents) * 1e-12)
    return found


def day_column(table: pd.DataFrame, column: str, *, name: str) -> pd.Series:
    """Return a column as local times; what is no day, or may be two, is refused with its rows.

    Texts start with the year. A bare number is no day: a spreadsheet means days since 1900 by it,
    others seconds or nanoseconds.
    """
    given = table[column]
    if isinstance(given.dtype, pd.ArrowDtype):
        given = given.astype("object")
    if isinstance(given.dtype, pd.DatetimeTZDtype):
        raise _no_day(table, column, name, "has a time zone", "take the local day first")
    if given.dtype.kind == "M":
        dates = pd.Series(given)
    else:
        # a day stands in many rows: each is read once
        texts = {value: _stamp_text(value) for value in given.unique()}
        dates = pd.to_datetime(given.map(texts).astype("object"), errors="coerce", format="ISO8601")
    bad = table[dates.isna()]
    if len(bad):
        first = bad[column].iloc[0]
        found = "" if pd.isna(first) else f", first {str(first)!r}"
        raise ContractError(
            f"{len(bad)} of {len(table)} rows of {name}: {column!r} is no date{found}.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix=day_fix(str(first)),
            rows=bad,
        )
    return dates


def day_fix(text: str, usual: str = 'write dates as "2024-03-31"') -> str:
    """Say how to write a day; a number of five digits is one that a spreadsheet counts.

    Examples
    --------
    >>> day_fix("45356")
    'format the column as dates: spreadsheets count days, 45356 would be 2024-03-05'
    """
    if not re.fullmatch(r"[34]\d{4}(\.\d+)?", text):
        return usual
    day = pd.Timestamp("1899-12-30") + pd.Timedelta(days=int(float(text)))
    return f"format the column as dates: spreadsheets count days, {text} would be {day:%Y-%m-%d}"


def _no_day(table: pd.DataFrame, column: str, name: str, what: str, fix: str) -> ContractError:
    return ContractError(
        f"{column!r} of {name} {what}.",
        where=f"{name}, column {column!r}",
        fix=f'{fix}: {name}["{column}"].dt.tz_localize(None)',
        rows=table.head(),
    )


def _stamp_text(value: Any) -> str | None:
    """Return a day, with its time where it has one, as ISO text; None where it is none."""
    if isinstance(value, Number) or value is None or value is pd.NaT:
        return None
    if not isinstance(value, str):
        try:
            stamp = pd.Timestamp(value)
        except (ValueError, TypeError):
            return None
        return None if stamp is pd.NaT or stamp.tzinfo is not None else stamp.isoformat()
    found = _DAY.fullmatch(value.strip())
    if found is None:
        return None
    time = f"T{found[4]:0>5}" if found[4] else ""
    return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}{time}"


def day_text(value: Any) -> str | None:
    """Return a day as 2024-03-31, None where it is none or may be two.

    Examples
    --------
    >>> day_text("2024/3/5"), day_text("03/04/2024"), day_text(pd.Timestamp("2024-03-31 18:00"))
    ('2024-03-05', None, '2024-03-31')
    """
    stamp = pd.to_datetime(_stamp_text(value) or "", errors="coerce", format="ISO8601")
    return None if stamp is pd.NaT else f"{stamp:%Y-%m-%d}"


def exact_of(value: Any) -> Fraction | None:
    """Return a number as the decimal its shortest text stands for, None where it is none.

    Examples
    --------
    >>> exact_of(0.1), exact_of("1/0"), exact_of("five")
    (Fraction(1, 10), None, None)
    """
    try:
        return Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        return None


def rate_of(name: str, value: Any) -> Fraction:
    """Return an exchange rate exactly, by its shortest text; what is no rate above 0 is refused.

    Examples
    --------
    >>> rate_of("USD", 7.1)
    Fraction(71, 10)
    """
    rate = exact_of(value) or Fraction(0)
    if rate <= 0:
        raise ContractError(
            f"the rate of {name} is {value!r}, no number above 0.",
            where=f"fx[{name!r}]",
            fix=f'write what one {name} is worth in the plan\'s currency: {{"{name}": "7.10"}}',
        )
    return rate
