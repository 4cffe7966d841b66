"""What a heading says: a name, and often a unit, a currency or a tax behind it."""

import re
import unicodedata
from dataclasses import dataclass

from salesanalysis.data.currencies import CODES, COMMON, WORDS

#: How a unit is written -> the word a mapping has for it; empty: the currency itself.
UNIT_WORDS: dict[str, str] = {
    "元": "", "rmb": "", "yuan": "",
    "円": "", "千円": "千円", "万円": "万円", "百万円": "百万円", "億円": "億円",
    "仟元": "仟元", "萬元": "萬元", "億元": "億元",
    "千元": "千元", "千": "千元",
    "k": "thousands", "000": "thousands", "000s": "thousands",
    "thousand": "thousands", "thousands": "thousands", "tsd": "thousands", "t": "thousands",
    "万元": "万元", "万": "万元", "10k": "万元", "w": "万元", "tenthousand": "万元",
    "百万元": "百万元", "百万": "百万元", "m": "millions", "mn": "millions", "mio": "millions",
    "mm": "millions", "million": "millions", "millions": "millions",
    "亿元": "亿元", "亿": "亿元", "cents": "cents", "cent": "cents", "分": "cents",
    "%": "percent", "percent": "percent",
}  # fmt: skip
#: Names and signs of currencies -> ISO code. ¥ and kr stand for several, so they say nothing.
CURRENCIES: dict[str, str] = {
    "人民币": "CNY", "rmb": "CNY", "元": "CNY", "人民币元": "CNY", "cn¥": "CNY", "yuan": "CNY",
    "美元": "USD", "美金": "USD", "us$": "USD", "$": "USD", "usdollar": "USD",
    "欧元": "EUR", "€": "EUR", "euro": "EUR", "英镑": "GBP", "£": "GBP", "港币": "HKD",
    "港元": "HKD", "hk$": "HKD", "日元": "JPY", "円": "JPY", "yen": "JPY", "₹": "INR",
    "r$": "BRL", "₽": "RUB", "₺": "TRY", "₩": "KRW", "zł": "PLN", "kč": "CZK", "฿": "THB",
    "₫": "VND",
    "新台币": "TWD",
}  # fmt: skip
#: How units of a currency end.
_ENDS = {"元": "CNY", "円": "JPY"}
#: Every way to write a currency, the longest first. Codes that are words say nothing here.
_WRITTEN = dict(
    sorted(
        ({c.casefold(): c for c in CODES - WORDS} | CURRENCIES).items(),
        key=lambda pair: (-len(pair[0]), pair[0]),
    )
)
_BRACKETS = re.compile(r"(.*?)[\s_]*[(\[【〔<]([^()\[\]【】〔〕<>]*)[)\]】〕>]\s*")
_BEHIND = re.compile(r"(.+?)(?:[\s_/,:\-]+(?:in\s+)?|(?<=[一-龥])(?=[千万百亿]+元?$))([^\s_/,:]+)")
_TITLE = re.compile(
    r"(?:金额单位|单位|單位|単位|货币单位|unit|units|einheit)\s*[:：]\s*([^\s,;，；)）]+)|\bin\s+"
    r"(thousands|millions|TEUR|T€|k€|kEUR)\b|[(（]\s*([千万百亿萬億仟]+[元円])\s*[)）]",
    re.IGNORECASE,
)


#: What Odoo writes before the columns of a line, below those of its order.
_LINES = re.compile(
    r"^(?:order|invoice|sale order|sales order)[ _]lines?/|^(?:订单行|发票明细|订单明细)/",
    re.IGNORECASE,
)

#: What a CRM puts behind the columns of its import form, and a pivot table before its sums.
_MARKERS = re.compile(
    r"\s*[(\[【](?:必填|选填|必选|必須|任意|required|optional|mandatory)[)\]】]\s*$"
    r"|^(?:sum of|somme de|summe von|suma de|求和项[:：]|总和[:：])\s*",
    re.IGNORECASE,
)
#: A number of something: Sale #.
_NUMBER_OF = re.compile(r"(?<=\w)\s*#\s*$")


@dataclass(frozen=True)
class Heading:
    """A heading taken apart.

    Attributes
    ----------
    name : str
        As it is written.
    plain : str
        The name without unit, case, blanks and signs.
    whole : str
        The same with what stands in brackets.
    unit : str
        Word of a mapping for the unit, such as 万元; empty: none, or the currency itself.
    currency : str
        ISO code, or empty.
    said : bool
        Something about a unit or a currency was said.
    """

    name: str
    plain: str
    whole: str
    unit: str = ""
    currency: str = ""
    said: bool = False


def plain(name: str) -> str:
    """Return a name without case, blanks and signs; full-width letters are letters.

    Examples
    --------
    >>> plain("Order-No. "), plain("ＱＴＹ")
    ('orderno', 'qty')
    """
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())


def unit_of(text: str) -> tuple[str, str] | None:
    """Return unit and currency a few words name, or None where they name none.

    Examples
    --------
    >>> unit_of("10k CNY"), unit_of("元"), unit_of("k€"), unit_of("2024")
    (('万元', 'CNY'), ('', 'CNY'), ('thousands', 'EUR'), None)
    """
    rest = unicodedata.normalize("NFKC", text).strip().casefold()
    rest = re.sub(r"^(?:单位|unit|in(?![a-z]))\s*[:：]?\s*", "", rest).replace("'", "").strip()
    if rest in UNIT_WORDS:
        return UNIT_WORDS[rest], CURRENCIES.get(rest, _ENDS.get(rest[-1:], ""))
    unit, currency = _split(rest)
    if not currency:
        return None
    return (UNIT_WORDS.get(unit, ""), currency) if not unit or unit in UNIT_WORDS else None


def _split(text: str) -> tuple[str, str]:
    """Take the currency out of a few words."""
    for name, code in _WRITTEN.items():
        if text.endswith(name) or text.startswith(name):
            rest = text.removesuffix(name) if text.endswith(name) else text.removeprefix(name)
            rest = re.sub(r"[\s/,.·]+", "", rest)
            # MwSt is a tax and no million of Samoa: few currencies have a letter for their unit
            if not rest or (rest in UNIT_WORDS and (code in COMMON or len(text) > 4)):
                return rest, code
    return "", ""


def heading(name: str) -> Heading:
    """Take a heading apart.

    Examples
    --------
    >>> found = heading("销售额（万元）")
    >>> found.plain, found.unit, found.currency
    ('销售额', '万元', 'CNY')
    >>> heading("客户(全称)").unit, heading("Net Amount (USD)").currency
    ('', 'USD')
    >>> heading("Order Lines/Subtotal").plain
    'subtotal'
    >>> [heading(h).plain for h in ("客户名称（必填）", "Sum of Net Sales", "Sale #")]
    ['客户名称', 'netsales', 'saleno']
    """
    text = _MARKERS.sub("", _LINES.sub("", unicodedata.normalize("NFKC", name)))
    text = _NUMBER_OF.sub(" no", text)
    for pattern in (_BRACKETS, _BEHIND):
        match = pattern.fullmatch(text)
        found = unit_of(match[2]) if match and match[1] else None
        if match and found:
            return Heading(name, plain(match[1]), plain(text), *found, said=True)
    return Heading(name, plain(text), plain(text))


def currency_of(value: str) -> str:
    """Return the ISO code a cell means, or nothing.

    Examples
    --------
    >>> currency_of("EUR"), currency_of("usd"), currency_of("美元"), currency_of("ABC")
    ('EUR', 'USD', 'USD', '')
    """
    text = unicodedata.normalize("NFKC", value).strip()
    # as payment services write them
    text = text.upper() if text.islower() and text.upper() in COMMON else text
    return text if text in CODES else CURRENCIES.get(text.casefold(), "")


def unit_in_title(text: str) -> tuple[str, str] | None:
    """Return the unit a title above a table names, such as 单位：千元.

    Examples
    --------
    >>> unit_in_title("2024年销售明细 单位：千元"), unit_in_title("Sales in thousands")
    (('千元', 'CNY'), ('thousands', ''))
    """
    match = _TITLE.search(text)
    return unit_of(next(g for g in match.groups() if g)) if match else None
