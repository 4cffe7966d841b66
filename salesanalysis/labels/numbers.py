"""How numbers and dates are written: 130.0M / 1.3亿, +5.0%, Mar 2024 / 2024年3月."""

import math
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pandas as pd

from salesanalysis.labels.catalogue import check_lang
from salesanalysis.rounding import round_half_up

_STEPS: dict[str, tuple[tuple[float, str, int], ...]] = {
    # lower edge, letter, decimals shown
    "en": ((1e9, "B", 1), (1e6, "M", 1), (1e3, "k", 1), (1.0, "", 0)),
    "zh": ((1e8, "亿", 2), (1e4, "万", 1), (1.0, "", 0)),
}
_CURRENCY = {
    "CNY": {"en": "CNY", "zh": "元"},
    "USD": {"en": "USD", "zh": "美元"},
    "EUR": {"en": "EUR", "zh": "欧元"},
    "AUD": {"en": "AUD", "zh": "澳元"},
}


def unit_of(currency: str, lang: str) -> str:
    """Return the word for a currency; an unknown one is shown by its code.

    Examples
    --------
    >>> unit_of("CNY", "zh"), unit_of("SEK", "zh")
    ('元', 'SEK')
    """
    return _CURRENCY.get(currency, {}).get(check_lang(lang), currency)


def short(value: float, lang: str = "en", *, signed: bool = False) -> str:
    """Write a number briefly: one decimal and a letter.

    Examples
    --------
    >>> short(130_000_000), short(130_000_000, "zh"), short(52_000_000, "zh"), short(-999)
    ('130.0M', '1.3亿', '5,200.0万', '-999')
    """
    if not math.isfinite(value):
        return "–"
    size = _size(value)
    steps = _STEPS[check_lang(lang)]
    chosen = steps[-1]
    for step, below in pairwise(steps):
        # what the smaller unit would round up to a full larger one is written in the larger
        if size >= Decimal(step[0]) - Decimal(below[0]) / 2 / 10 ** below[2]:
            chosen = step
            break
    edge, letter, decimals = chosen
    text = _fixed(size / Decimal(edge), decimals)
    if decimals == 2:  # 1.30亿 is written 1.3亿
        text = text.removesuffix("0")
    return f"{_sign(value, text, signed=signed)}{text}{letter}"


def _fixed(size: Decimal, decimals: int) -> str:
    """Write a size with so many decimals, half up: the one rounding rule."""
    return f"{round_half_up(size, f'1e-{decimals}'):,f}"


def _size(value: float) -> Decimal:
    """Return the size of a number as the decimal it prints as."""
    return abs(Decimal(repr(float(value))))


def money(value: float, lang: str = "en", currency: str = "CNY", *, signed: bool = False) -> str:
    """Write an amount briefly with its currency.

    Examples
    --------
    >>> money(130_000_000), money(130_000_000, "zh")
    ('130.0M CNY', '1.3亿元')
    """
    gap = " " if lang == "en" or currency not in _CURRENCY else ""
    return f"{short(value, lang, signed=signed)}{gap}{unit_of(currency, lang)}"


def exact(value: float, decimals: int = 2) -> str:
    """Write an amount in full, half up.

    Examples
    --------
    >>> exact(52_000_000), exact(-0.004)
    ('52,000,000.00', '0.00')
    """
    if not math.isfinite(value):
        return "–"
    text = _fixed(_size(value), decimals)
    return f"{_sign(value, text, signed=False)}{text}"


def last_digit(amount: float) -> str:
    """Write an amount with all its digits: at least two decimals, four where it has them.

    Examples
    --------
    >>> last_digit(1234.5), last_digit(0.1234), last_digit(float("nan"))
    ('1,234.50', '0.1234', '–')
    """
    if amount != amount:  # noqa: PLR0124  NaN
        return "–"
    text = f"{amount:,.4f}"
    return text.removesuffix("00")


def percent(share: float, decimals: int = 1) -> str:
    """Write a share 0..1 as percent.

    Examples
    --------
    >>> percent(0.1234), percent(1.0)
    ('12.3%', '100.0%')
    """
    if not math.isfinite(share):
        return "–"
    text = _fixed(_size(share) * 100, decimals)
    return f"{_sign(share, text, signed=False)}{text}%"


def completion(share: float, decimals: int = 1) -> str:
    """Write a completion, cut and not rounded: 79.99 % never reads as 80 %.

    Examples
    --------
    >>> completion(0.7999), completion(0.8), completion(0.29), completion(-0.0004)
    ('79.9%', '80.0%', '29.0%', '0.0%')
    """
    if not math.isfinite(share):
        return "–"
    # nine decimals first: 0.29 x 100 is stored as 28.999999999999996
    whole = math.floor(round(abs(share) * 100, 9) * 10**decimals) / 10**decimals
    return f"{exact(math.copysign(whole, share), decimals)}%"


def chance(probability: float) -> str:
    """Write a probability; what past errors cannot tell from 0 or 1 says so.

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


def growth(change: float, decimals: int = 1) -> str:
    """Write a relative change with its sign.

    Examples
    --------
    >>> growth(0.05), growth(-0.0001)
    ('+5.0%', '0.0%')
    """
    if not math.isfinite(change):
        return "–"
    text = _fixed(_size(change) * 100, decimals)
    return f"{_sign(change, text, signed=True)}{text}%"


def points(pp: float, lang: str = "en", decimals: int = 1) -> str:
    """Write a difference of two shares that is held in percentage points.

    Examples
    --------
    >>> points(1.5), points(-1.5, "zh")
    ('+1.5 pp', '-1.5个百分点')
    """
    if not math.isfinite(pp):
        return "–"
    text = _fixed(_size(pp), decimals)
    tail = " pp" if check_lang(lang) == "en" else "个百分点"
    return f"{_sign(pp, text, signed=True)}{text}{tail}"


def count(n: float) -> str:
    """Write a whole number; a part of one is rounded half up.

    Examples
    --------
    >>> count(48210)
    '48,210'
    """
    return exact(n, 0)


def month(when: Any, lang: str = "en") -> str:
    """Write a month.

    Examples
    --------
    >>> month("2024-03-01"), month("2024-03-01", "zh")
    ('Mar 2024', '2024年3月')
    """
    return _in_words(when, lang, {"en": "MMM y", "zh": "y年M月"})


def day(when: Any, lang: str = "en") -> str:
    """Write a day.

    Examples
    --------
    >>> day("2024-03-31"), day("2024-03-31", "zh")
    ('31 Mar 2024', '2024年3月31日')
    """
    return _in_words(when, lang, {"en": "d MMM y", "zh": "y年M月d日"})


def _in_words(when: Any, lang: str, patterns: dict[str, str]) -> str:
    """Write a date by the pattern of the language."""
    from babel.dates import format_date  # noqa: PLC0415

    return str(format_date(pd.Timestamp(when).date(), patterns[check_lang(lang)], locale=lang))


def _sign(value: float, text: str, *, signed: bool) -> str:
    """Return the sign to write; what rounds to zero carries none."""
    if not any(c in "123456789" for c in text):
        return ""
    return "-" if value < 0 else "+" if signed else ""
