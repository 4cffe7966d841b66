"""A budget as somebody types it."""

import math
import re

from salesanalysis.planner.refusals import refusal

_TIMES = {"": 1.0, "k": 1e3, "m": 1e6, "b": 1e9, "万": 1e4, "亿": 1e8}
_TYPED = re.compile(r"(\d[\d,，_ ]*(?:\.\d+)?|\.\d+)\s*([kmb万亿]?)", re.IGNORECASE)


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
    plain = text.strip()
    if not plain:
        return None
    match = _TYPED.fullmatch(plain)
    value = math.nan
    if match:
        digits = re.sub(r"[,，_ ]", "", match[1])
        value = round(float(digits) * _TIMES[match[2].lower()], 2)
    if not (math.isfinite(value) and value > 0):
        raise refusal("budget", where="planner, budget", code="bad-value", text=repr(text))
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
    try:
        value = float(text.strip().removesuffix("%")) / 100
    except ValueError:
        value = math.nan
    if not 0 < value <= 5:
        raise refusal("share", where="planner", code="bad-value", text=repr(text))
    return value
