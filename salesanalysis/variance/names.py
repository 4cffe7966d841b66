"""How effects, windows and long names are written."""

from os.path import commonprefix

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.labels import Terms, growth, has_label, label, month
from salesanalysis.periods import FiscalCalendar
from salesanalysis.results import column_label

#: Steps, members or cells a finding names where nothing else is asked.
TOP = 3


def key_name(column: str, lang: str) -> str:
    """Return how a column that names items is called.

    A ``line`` is a product line here, though the row of a statement of pay has the same name.

    Examples
    --------
    >>> key_name("line", "zh"), key_name("region", "zh"), key_name("cask", "zh")
    ('产品线', '区域', 'cask')
    """
    key = f"key.{column}"
    return label(key, lang) if has_label(key) else column_label(column, lang)


def check_top(top: int) -> int:
    """Return how many a finding names, refusing what is no number above 0."""
    if isinstance(top, bool) or not isinstance(top, int) or top < 1:
        raise ContractError(
            f"top cannot be {top!r}.",
            where="explain(top=...)",
            fix="give how many the finding names, such as top=3",
            code="bad-choice",
        )
    return top


def effect_name(name: str, lang: str, *, inside: bool = False, terms: Terms | None = None) -> str:
    """Return how an effect, a factor or a side is called.

    A factor is called as its column; one nobody translated by its own name.

    Parameters
    ----------
    name : str
    lang : {"en", "zh"}
    inside : bool
        Inside a sentence: without a capital.
    terms : Terms, optional
        Names of the data set, looked up under ``effect``.

    Examples
    --------
    >>> effect_name("market_size", "zh"), effect_name("mix", "en", inside=True)
    ('市场规模', 'mix')
    >>> effect_name("leads_per_visit", "en")
    'leads_per_visit'
    """
    for key in (f"effect.{name}", f"column.{name}"):
        if has_label(key):
            text = label(key, lang)
            return small(text) if inside else text
    shown = (terms or Terms()).show("effect", name, lang)
    built = _built(name, lang, inside=inside)
    # a name the data set gives stands above one put together from columns
    return built if built and shown.casefold() in (name.casefold(), built.casefold()) else shown


def measure_name(name: str, lang: str, terms: Terms | None = None) -> str:
    """Return how a quantity is called inside a sentence: cost, where the effect is "cost effect".

    Examples
    --------
    >>> measure_name("cost", "zh"), effect_name("cost", "zh")
    ('成本', '成本影响')
    """
    key = f"variance.measure_{name}"
    return label(key, lang) if has_label(key) else effect_name(name, lang, inside=True, terms=terms)


def _built(name: str, lang: str, *, inside: bool) -> str:
    """Put together the name of a ratio or a share of a driver tree; empty where it is neither."""
    parts = name.split("/")
    if len(parts) > 1 and all(has_label(f"column.{part}") for part in parts):
        # the quantities themselves: cost, not the cost effect
        text = "/".join(small(label(f"column.{part}", lang)) for part in parts)
        return text if inside else text[:1].upper() + text[1:]
    column = name.removesuffix("_share")
    if column == name or not has_label(f"column.{column}"):
        return ""
    text = label("drivers.share_of", lang, name=effect_name(column, lang, inside=True))
    return small(text) if inside else text


def small(text: str) -> str:
    """Begin a word of the catalogue in lower case; FX stays FX."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def change(share: float, lang: str) -> str:
    """Write a relative change; one that rounds to nothing is told as small, not as 0.

    Examples
    --------
    >>> change(-0.15, "en"), change(0.0003, "en"), change(-0.0003, "zh")
    ('-15.0%', 'under 0.1%', '不足0.1%')
    """
    text = growth(share)
    return label("variance.tiny", lang) if share and text == growth(0.0) else text


def window_name(window: tuple[pd.Timestamp, ...], fiscal_start: int, lang: str) -> str:
    """Return months as people say them; whole quarters and years only with a fiscal calendar.

    Examples
    --------
    >>> first, last = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-03-01")
    >>> window_name((first, last), 1, "en"), window_name((first, last), 0, "en")
    ('Q1 2024', 'Jan 2024 to Mar 2024')
    >>> window_name((first, last), 7, "zh")
    '2024财年第3季度'
    """
    if not window:
        return ""
    first, last = window[0], window[-1]
    if first == last:
        return month(first, lang)
    if fiscal_start:
        calendar = FiscalCalendar(fiscal_start)
        year = calendar.year_of(first)
        tail = "" if fiscal_start == 1 else "_fiscal"
        values = {"year": year, "quarter": calendar.quarter_of(first)}
        for kind, months in (
            ("quarter", calendar.quarter_months(first)),
            ("year", calendar.months(year)),
        ):
            if (months[0], months[-1]) == (first, last):
                return label(f"window.{kind}{tail}", lang, **values)
    return label("window.months", lang, first=month(first, lang), last=month(last, lang))


def fitted(names: list[str], width: int) -> list[str]:
    """Cut long names so that they still differ: in the middle, else before they differ.

    Examples
    --------
    >>> fitted(["Bikes", "Road bikes for industrial customers, 2024"], 20)
    ['Bikes', 'Road bike…ers, 2024']
    >>> fitted(["Steel road bikes 10 speed men", "Steel road bikes 12 speed men"], 18)
    ['…10 speed men', '…12 speed men']
    """
    cut = [_cut(name, width) for name in names]
    twins = {short for short in cut if cut.count(short) > 1}
    if not twins:
        return cut
    alike = [name for name, short in zip(names, cut, strict=True) if short in twins]
    same = commonprefix(alike)  # noqa: RUF071  names, not paths
    start = same.rfind(" ") + 1 or max(len(same) - 2, 0)
    return [
        "…" + _cut(name[start:], width - 1, end_only=True) if short in twins else short
        for name, short in zip(names, cut, strict=True)
    ]


def _cut(name: str, width: int, *, end_only: bool = False) -> str:
    """Cut the middle, or the end, out of a name that is too wide."""
    if sum(map(wide, name)) <= width:
        return name
    half, n = (width - 1 if end_only else width / 2 - 1), len(name)
    head = max(k for k in range(n) if sum(map(wide, name[:k])) <= half)
    tail = 0 if end_only else max(k for k in range(n) if sum(map(wide, name[n - k :])) <= half)
    return f"{name[:head].rstrip()}…{name[n - tail :].lstrip()}"


def wide(char: str) -> int:
    """Return how wide a character is: Chinese ones twice a Latin letter."""
    return 2 if ord(char) > 0x2E7F else 1
