"""How the numbers of one column are written, and reading them so."""

import re
from dataclasses import dataclass, field
from typing import Any

from salesanalysis.data.currencies import CODES, LABELS
from salesanalysis.data.engine import MONEY
from salesanalysis.data.values.texts import plain, tidy

#: Digits of money before the point.
WHOLE = 14
#: What "kr" may stand for.
CROWNS = "SEK/NOK/DKK"
#: Signs and names of currencies in plain spelling -> the currency; ¥ is taken for CNY.
CURRENCIES = {
    "人民币": "CNY",
    "HK$": "HKD",
    "US$": "USD",
    "NT$": "TWD",
    "R$": "BRL",
    "RMB": "CNY",
    **{code: code for code in sorted(CODES - LABELS)},
    "KČ": "CZK",
    "ZŁ": "PLN",
    "РУБ.": "RUB",
    "РУБ": "RUB",
    "KR.": CROWNS,
    "KR": CROWNS,
    "RS.": "INR",
    "RS": "INR",
    "元": "CNY",
    "圆": "CNY",
    "円": "JPY",
    "¥": "CNY",
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "₽": "RUB",
    "₩": "KRW",
    "₺": "TRY",
    "฿": "THB",
    "₫": "VND",
}
#: Currencies of countries that never write a decimal comma.
POINTED = ("CNY", "JPY", "TWD", "HKD", "INR", "GBP", "KRW")
#: Chinese units inside a cell -> power of ten.
UNITS = {"万": 4, "亿": 8}
CURRENCY = "(?:" + "|".join(re.escape(c) for c in CURRENCIES) + ")"
#: How a message calls a separator.
_MARKS = {",": "comma", ".": "point", " ": "blank", "'": "apostrophe"}


@dataclass(frozen=True)
class NumberStyle:
    """How the numbers of one column are written.

    Attributes
    ----------
    thousands : str
        Separator of groups of three digits: ``,``, ``.``, a blank, ``'``, or none.
    decimal : str
        ``.`` or ``,``.
    lakh : bool
        Groups of two digits stand before the last three: 1,07,853.41.
    percent : bool
        Every value carries a percent sign and is read as a share: 5% is 0.05.
    marked : bool
        Some values need more than their digits read: full-width characters, brackets or a
        trailing minus for negatives, a currency, 万 or 亿.
    odd : str
        The characters beyond ASCII that stand for a plain one, such as full-width digits.
    currency : str
        The one currency written in the cells; empty where there is none.
    example : str
        A value of the column.
    settled : bool
        The values seen decide between point and comma. Where they do not (whole numbers
        only), look at the whole column before reading it.

    Examples
    --------
    >>> import ibis, pyarrow as pa
    >>> from salesanalysis.data.engine import connect, fetch
    >>> cells = ibis.memtable(pa.table({"x": ["1.234,50", "1.234.50"]}))
    >>> german = NumberStyle(thousands=".", decimal=",")
    >>> fetch(connect(), cells.select(x=german.read(cells["x"])))["x"].tolist()
    [1234.5, nan]
    """

    thousands: str = ""
    decimal: str = "."
    lakh: bool = False
    percent: bool = False
    marked: bool = False
    odd: str = ""
    currency: str = ""
    example: str = field(default="", compare=False)
    settled: bool = field(default=True, compare=False)

    @property
    def plain(self) -> bool:
        """Say whether the engine's own cast reads the column."""
        return (self.thousands, self.decimal, self.percent, self.marked) == ("", ".", False, False)

    def read(self, text: Any, to: str = MONEY) -> Any:
        """Return `text` as numbers; missing where a value is not written in this style.

        Parameters
        ----------
        text : Ibis text column
        to : str
            Type of the result; values with more decimals are rounded half up.

        Returns
        -------
        Ibis decimal column
        """
        import ibis  # noqa: PLC0415

        if self.plain:
            return text.try_cast(to)
        if self.percent:
            return self._marked(plain(text, self.odd), to)
        number = self._point(text).try_cast(to)
        pattern = rf"^\s*[+-]?{self._body()}\s*$"
        if self.marked:
            other = self._marked(plain(text, self.odd), to)
            return text.re_search(pattern).ifelse(number, other)
        # most values below a thousand are plain: only the others pay for the pattern
        mark = self.thousands if self.decimal == "." else ""
        checked = text.re_search(pattern).ifelse(number, ibis.null(to))
        return text.contains(mark).ifelse(checked, text.try_cast(to)) if mark else checked

    def _marked(self, text: Any, to: str) -> Any:
        """Read tidy text that carries signs, a currency, a unit."""
        import ibis  # noqa: PLC0415

        # a point of "Rs." is no decimal one
        start = rf"(?:[0-9]|{re.escape(self.decimal)}[0-9])"
        inside = rf"[0-9{re.escape(self.thousands + self.decimal)}]*"
        core = self._point(text.re_extract(rf"{start}{inside}(?:[eE][+-]?[0-9]+)?", 0))
        minus = text.re_search(r"^[^0-9]*[-(]|-$").ifelse("-", "")
        power = "E-2" if self.percent else ""
        for unit, zeros in UNITS.items():
            power = text.contains(unit).ifelse(f"E{zeros}", power)
        number = (minus + core + power).try_cast(to)
        return text.re_search("(?i)" + self._pattern()).ifelse(number, ibis.null(to))

    def _point(self, text: Any) -> Any:
        """Leave the groups out and write the decimal mark as a point."""
        digits = text.replace(self.thousands, "") if self.thousands else text
        return digits.replace(",", ".") if self.decimal == "," else digits

    def _body(self) -> str:
        """Return the pattern of the digits: proper groups only, and none begins with 0."""
        fraction = rf"{re.escape(self.decimal)}[0-9]*"
        mark = re.escape(self.thousands)
        group = rf"[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{3}})+"
        if self.lakh:
            group = rf"[1-9][0-9]?(?:{mark}[0-9]{{2}})*{mark}[0-9]{{3}}"
        whole = f"(?:{group}|[0-9]+)" if self.thousands else "[0-9]+"
        power = "(?:[eE][+-]?[0-9]+)?"
        return rf"(?:{whole}(?:{fraction})?|{re.escape(self.decimal)}[0-9]+){power}"

    def _pattern(self) -> str:
        return signed(self._body(), self.percent)

    def words(self) -> str:
        """Say how the numbers look, for a message.

        Examples
        --------
        >>> NumberStyle(thousands=",").words()
        'numbers such as 1,234.50'
        """
        sample = f"1{self.thousands}234{self.decimal}50"
        sample = "1,07,853.50" if self.lakh else sample
        return f"numbers such as {sample}" + ("%" if self.percent else "")

    def shown(self, value: str) -> str:
        """Return a cell the way this style reads it, with a decimal point and no groups.

        Examples
        --------
        >>> NumberStyle(".", ",").shown("1.234")
        '1234'
        """
        return self._point_text(tidy(value))

    def _point_text(self, text: str) -> str:
        digits = text.replace(self.thousands, "") if self.thousands else text
        return digits.replace(self.decimal, ".")

    def mapping(self) -> str:
        """Return the lines of a mapping that ask for this style."""
        lines = f'decimal: "{self.decimal}"'
        return lines + (f', thousands: "{self.thousands}"' if self.thousands else "")


def signed(body: str, percent: bool) -> str:  # noqa: FBT001  a pattern, not an option
    """Return the pattern of a tidy value: one sign, one currency, one unit around `body`."""
    sign = "%" if percent else ""
    core = f"{CURRENCY}? ?{body} ?[万亿]? ?{CURRENCY}? ?{sign}"
    front = rf"(?:[+-] ?{core}|{CURRENCY} ?[+-] ?{core}|{core}"
    # a spreadsheet shows an apostrophe before a number that was typed as text
    return rf"^'?{front}|{core} ?-|\( ?{core} ?\)|{CURRENCY} ?\( ?{core} ?\))$"


#: The engine's own cast: digits with a point.
PLAIN_NUMBER = NumberStyle()
