"""Numbers as somebody types them, budgets, shares, the numbers of a plan; amounts written."""

import math
import re
import unicodedata
from decimal import Decimal

from salesanalysis.labels import exact, unit_of
from salesanalysis.planner.refusals import refusal

_TIMES = {"": 1.0, "k": 1e3, "m": 1e6, "b": 1e9, "万": 1e4, "亿": 1e8}
#: Groups of three, or digits with spaces between; 1,2 could mean 1.2.
_TYPED = re.compile(
    r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d[\d_ ]*(?:\.\d+)?|\.\d+)\s*([kmb万亿]?)", re.IGNORECASE
)


#: Plain, or in groups of three; a comma anywhere else could be a point.
_PLAIN = re.compile(r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|[+-]?\.\d+)(%?)")
#: No number of a plan has more digits before its point.
_DIGITS = 15


def read_number(text: str, *, percent: bool = True) -> tuple[Decimal, bool] | None:
    """Return a number and whether a percent sign stands behind it; None for anything else.

    Examples
    --------
    >>> read_number("1,200.5"), read_number("１２０％"), read_number("1,2"), read_number("1e2")
    ((Decimal('1200.5'), False), (Decimal('120'), True), None, None)
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).replace("\u2212", "-")
    match = _PLAIN.fullmatch(plain)
    if match is None or (match[2] and not percent):
        # a slider far down says 1e-05
        tiny = re.fullmatch(r"-?\d(?:\.\d+)?e-\d\d", plain)
        return (Decimal(plain), False) if tiny else None
    value = Decimal(match[1].replace(",", ""))
    return None if abs(value) >= 10**_DIGITS else (value, bool(match[2]))


def read_budget(text: str) -> float | None:
    """Return a budget in currency units; nothing typed is no budget.

    Parameters
    ----------
    text : str, such as ``1,200,000``, ``1.2M``, ``120万``

    Raises
    ------
    ContractError
        What is no amount above 0.

    Examples
    --------
    >>> read_budget("1.2M"), read_budget("120万"), read_budget(" "), read_budget("1,200,000")
    (1200000.0, 1200000.0, None, 1200000.0)
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return None
    match = _TYPED.fullmatch(plain)
    value = math.nan
    if match:
        digits = re.sub(r"[,_ ]", "", match[1])
        value = round(float(digits) * _TIMES[match[2].lower()], 2)
    return _above_0(value, text)


def given_budget(value: float | str | None) -> float | None:
    """Return a budget given in a call: a number above 0, a text as it is typed, or None.

    Raises
    ------
    ContractError
        What is no amount above 0.

    Examples
    --------
    >>> given_budget(22e6), given_budget("22M"), given_budget(None)
    (22000000.0, 22000000.0, None)
    """
    if value is None or isinstance(value, str):
        return read_budget(value or "")
    return _above_0(float(value), value)


def _above_0(value: float, given: float | str) -> float:
    """Return a budget; refuse what is no amount above 0, with what was given."""
    if not (math.isfinite(value) and value > 0):
        raise refusal("budget", where="planner, budget", code="bad-value", text=repr(given))
    return value


def amount_typed(value: float | None) -> str:
    """Return a budget as somebody would type it.

    Examples
    --------
    >>> amount_typed(22e6), amount_typed(0.5), amount_typed(None)
    ('22,000,000', '0.50', '')
    """
    return "" if value is None else f"{value:,.2f}".removesuffix(".00")


def read_share(text: str) -> float:
    """Return a share typed in percent.

    Raises
    ------
    ContractError
        What is no percentage above 0, or more than 500.

    Examples
    --------
    >>> read_share("50"), read_share(" 12.5 %")
    (0.5, 0.125)
    """
    number = read_number(text)
    value = math.nan if number is None else float(number[0]) / 100
    if not 0 < value <= 5:
        raise refusal("share", where="planner", code="bad-value", text=repr(text))
    return value


def in_full(value: float, currency: str, lang: str) -> str:
    """Write an amount to the cent with its currency.

    Examples
    --------
    >>> in_full(2880, "CNY", "en"), in_full(2880, "CNY", "zh")
    ('2,880.00 CNY', '2,880.00元')
    """
    gap = " " if lang == "en" or unit_of(currency, lang) == currency else ""
    return f"{exact(value)}{gap}{unit_of(currency, lang)}"
