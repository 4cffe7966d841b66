"""Exact numbers in words: percentages in full, amounts with their currency, coefficients."""

from fractions import Fraction

from salesanalysis.incentives.language.reader import decimal
from salesanalysis.labels import unit_of


def ratio(value: Fraction) -> str:
    """Write an exact ratio as percent, in full.

    Examples
    --------
    >>> ratio(Fraction("0.8")), ratio(Fraction("1.155")), ratio(Fraction("0.0125"))
    ('80%', '115.5%', '1.25%')
    """
    return f"{decimal(value * 100)}%"


def cut_ratio(value: Fraction, places: int = 1) -> str:
    """Write a reached share as percent, cut and never rounded up: 79.995 % is not 80 %.

    Examples
    --------
    >>> cut_ratio(Fraction("0.79995")), cut_ratio(Fraction("0.8")), cut_ratio(Fraction("-0.0123"))
    ('79.9%', '80.0%', '-1.3%')
    """
    steps = int(value * 100 * 10**places // 1)
    whole, rest = divmod(abs(steps), 10**places)
    return f"{'-' if steps < 0 else ''}{whole:,}.{rest:0{places}d}%"


def factor_text(value: Fraction | float) -> str:
    """Write a coefficient with at least one decimal.

    Examples
    --------
    >>> factor_text(Fraction(1)), factor_text(0.8), factor_text(Fraction("1.25"))
    ('1.0', '0.8', '1.25')
    """
    text = decimal(Fraction(str(round(value, 6))) if isinstance(value, float) else value, 6)
    return text if "." in text else f"{text}.0"


def amount_text(value: Fraction, lang: str, currency: str) -> str:
    """Write an exact amount with its currency, cents only where there are any.

    Examples
    --------
    >>> amount_text(Fraction("150000"), "en", "CNY"), amount_text(Fraction("0.5"), "zh", "CNY")
    ('150,000 CNY', '0.50元')
    """
    unit = unit_of(currency, lang)
    gap = " " if unit.isascii() else ""
    return f"{plain_amount(value)}{gap}{unit}"


def plain_amount(value: Fraction) -> str:
    """Write an exact amount, cents only where there are any, finer digits where there are any."""
    text = decimal(abs(value), 6)
    whole, _, rest = text.partition(".")
    if rest:
        rest = rest.ljust(2, "0")
    sign = "-" if value < 0 and text != "0" else ""
    return f"{sign}{int(whole):,}" + (f".{rest}" if rest else "")
