"""Which of their columns each of ours could be: names first, then what the values look like."""

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from salesanalysis.data.propose.seen import Field
from salesanalysis.data.values.notdays import NO_DAY
from salesanalysis.data.words.bilingual import halves
from salesanalysis.data.words.cellwords import CANCELLED, RETURNED, UNDER_WAY, WON
from salesanalysis.data.words.headings import plain
from salesanalysis.data.words.scripts import simplified
from salesanalysis.data.words.synonyms import names
from salesanalysis.schema import TABLES

_SIMILAR = 0.84
#: How sure a heading is that says the same in two languages.
_TWICE = 0.9
#: Share of the amounts of a column that have more than three digits.
_MOST = 0.5
#: Share of the rows below which a column guessed by its values gives way to another.
_HALF = 0.5
#: Columns of ours that the contract does not name: what kind their values have.
_KINDS = {
    "order_line": "text", "discount_amount": "number", "status": "text", "currency": "text",
    "_gross": "number", "_unit_cost": "number", "_year": "year", "_month": "month_part",
}  # fmt: skip
#: Headings that say nothing.
_NAMELESS = re.compile(r"(?:c|f|col|column|field|unnamed|x|v|列|字段|栏)?\d*")
#: Columns for which a name that is only similar is no sign.
_ONLY_KNOWN = ("order_line", "status", "currency", "is_return", "unit", "span", "version", "tier")
#: Numbers of orders as shops show them.
_ORDER = re.compile(r"#[A-Za-z]{0,4}[-_]?\d{3,}")
_YEAR = re.compile(r"(?:FY)?(?:19|20)\d{2}年?(?:度)?")
_MONTH = re.compile(r"M?(?:0?[1-9]|1[0-2])月?|[A-Za-z]{3,9}")
#: Columns a program keeps for itself: Dynamics writes them so that an export can be read back.
_OWN = "donotmodify"
#: A time of day: no name, whatever the heading means in some language.
_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?: ?[AP]M)?", re.IGNORECASE)
#: An amount with a word or a sign around it that nobody reads: 1 234,50 zl., 1.200 Cr.
_MARKED = re.compile(r"[^\d]{0,5}\d{1,3}(?:[.,' ]\d{2,3})*(?:[.,]\d{1,2})?[^\d]{0,6}")
#: Headings of amounts that are no sales of the month: sums over months, another year, a plan.
_OTHER = re.compile(
    r"\b(?:ytd|qtd|year[ -]to[ -]date|cumulative|cumul[ée]?e?|running total|kumuliert|acumulado|"
    r"prior year|previous year|last year|ly|py|vorjahr|budget(?:ed)?|planned|forecast|targets?)\b"
    r"|累计|累計|去年|上年|同期|前年|预算|預算|予算|目标|目標|计划|計画|预测|予測|누계|전년",
    re.IGNORECASE,
)
#: Headings of what is left of sales once a marketplace has paid them out. 收入金额 is what was
#: earned and 購入金額 what somebody bought: neither is money that came in.
_SETTLED = re.compile("정산|到账|入账|(?<![收収購购買买借投])入金|振込")
_PERCENT = re.compile(r".*%")
_GROUPED = re.compile(r".*\d[.,' ]\d.*")
_KEYS = ("id", "key", "code", "no", "nr", "number", "编码", "编号", "代码", "号")


@dataclass(frozen=True)
class Note:
    """Something to say about a table or a column; the key of its words and what fills them."""

    key: str
    filling: tuple[tuple[str, str], ...] = ()


def note(key: str, /, **values: object) -> Note:
    """Return a note with its values as text."""
    return Note(key, tuple((k, str(v)) for k, v in values.items()))


@dataclass
class Line:
    """What is proposed for one column of ours.

    Attributes
    ----------
    ours : str
    theirs : tuple of str
        Their columns it is made of; empty where none is.
    spec : dict
        What the mapping says, ``{"column": ...}`` or more; empty where there is nothing to say.
    confidence : float, 0..1
    reason : str
    notes : list of Note
    choices : list of (spec, text)
        Other ways to write the line, as comments.
    asleep : bool
        Only a comment until somebody decides.
    """

    ours: str
    theirs: tuple[str, ...] = ()
    spec: dict[str, Any] = field(default_factory=dict)
    confidence: float = 0.0
    reason: str = "missing"
    notes: list[Note] = field(default_factory=list)
    choices: list[tuple[dict[str, Any], str]] = field(default_factory=list)
    asleep: bool = False


@dataclass(frozen=True)
class Pair:
    """One of their columns that could be one of ours."""

    confidence: float
    ours: str
    theirs: str
    reason: str


def kind_of(table: str, ours: str) -> str:
    """Return the kind the values of a column of ours have."""
    declared = {c.name: c.kind for c in TABLES[table]}
    return str(declared.get(ours) or _KINDS.get(ours, "text"))


def pairs(table: str, fields: dict[str, Field], *, guess: bool = True) -> list[Pair]:
    """Return every plausible pair, surest first; ties in the order of the contract.

    Parameters
    ----------
    guess : bool
        Columns that have to be there are also looked for by their values alone.
    """
    found, order = [], list(names(table))
    for ours in order:
        for theirs, seen in fields.items():
            if seen.heading.plain.startswith(_OWN) or seen.heading.whole.startswith(_OWN):
                continue
            confidence, reason = by_name(table, ours, seen)
            if confidence and not fits(kind_of(table, ours), seen):
                numbers = kind_of(table, ours) not in ("text", "flag")
                confidence, reason = confidence * 0.4 * numbers, "values_differ"
            elif _is_ruled_out(table, ours, seen, reason):
                confidence = 0.0
            elif not confidence and guess and table == "sales":
                confidence, reason = _by_values(ours, seen, fields), "values"
            if confidence:
                found.append(Pair(round(confidence, 4), ours, theirs, reason))
    found = _filled_first(found, fields)
    place = {c: i for i, c in enumerate(order)}
    return sorted(found, key=lambda p: (-p.confidence, place[p.ours], p.theirs))


def _filled_first(found: list[Pair], fields: dict[str, Field]) -> list[Pair]:
    """Leave out columns without any value where another that is as plainly named has some."""
    sure = {p.ours for p in found if p.confidence >= 0.9 and "empty" not in fields[p.theirs].kinds}
    return [p for p in found if p.ours not in sure or "empty" not in fields[p.theirs].kinds]


def _is_ruled_out(table: str, ours: str, seen: Field, reason: str) -> bool:
    """Tell whether values or more words of a heading say that a column is not what it seems."""
    if reason == "similar" and kind_of(table, ours) == "text" and "number" in seen.kinds:
        return True
    if seen.heading.plain == "state":
        # of the order, or of the country, not of the other
        return ours == ("region" if _is_state(seen) else "status")
    if ours == "revenue" and reason == "similar":
        return is_other(seen.name) or is_settled(seen.name)
    percent = "%" in seen.name or seen.share(_PERCENT) > 0
    return ours in ("unit_price", "discount_amount") and percent


def assigned(found: list[Pair]) -> dict[str, Pair]:
    """Return the surest pair of each column of ours; no column of theirs serves twice."""
    chosen: dict[str, Pair] = {}
    taken: set[str] = set()
    for pair in found:
        if pair.ours not in chosen and pair.theirs not in taken:
            if not pair.ours.startswith("_other"):
                chosen[pair.ours] = pair
            taken.add(pair.theirs)
    return chosen


def by_name(table: str, ours: str, seen: Field) -> tuple[float, str]:
    """Compare a heading with the names a column of ours goes by: the same, known, or similar."""
    found = _compared(table, ours, seen.heading.plain, seen.heading.whole)
    return found if found[0] >= _TWICE else max(found, _in_both(table, ours, seen.name))


@lru_cache(maxsize=20_000)
def _in_both(table: str, ours: str, name: str) -> tuple[float, str]:
    """Compare a heading in two languages: a known name in each, or one that the other is not."""
    known = names(table)
    both = [simplified(plain(half)) for half in halves(name) or ()]
    hits = [h for h in ({o for o, n in known.items() if half in n} for half in both) if h]
    return (_TWICE, "synonym") if hits and all(ours in h for h in hits) else (0.0, "")


@lru_cache(maxsize=20_000)
def _compared(table: str, ours: str, short: str, whole: str) -> tuple[float, str]:
    """Compare the name in a heading, and the whole heading, with the names of one column."""
    known = names(table)[ours]
    if plain(ours) in (short, whole):
        return 1.0, "name"
    for name in dict.fromkeys((whole, short, simplified(whole), simplified(short))):
        if name in known:
            # the first names of a list are its commonest
            return 0.95 - 0.0002 * known.index(name), "synonym"
    simple = simplified(short)
    elsewhere = any({short, whole, simple} & {*n} for n in names(table).values())
    exact = elsewhere or ours in _ONLY_KNOWN or ours.startswith("_")
    return (0.0, "") if exact else max(_similar(x, known) for x in {short, simple})


def _similar(name: str, known: tuple[str, ...]) -> tuple[float, str]:
    """Compare letters; a Chinese name may have words before the one that counts."""
    if not name.isascii():
        ends = [k for k in known if len(k) > 1 and not k.isascii() and name.endswith(k)]
        longest = max((len(k) for k in ends), default=0)
        return (0.5 + 0.3 * longest / len(name), "similar") if longest else (0.0, "")
    if len(name) < 5:
        return 0.0, ""
    known = tuple(k for k in known if k.isascii() and k.endswith("id") == name.endswith("id"))
    close = max((_ratio(name, k) for k in known), default=0.0)
    return (0.8 * close, "similar") if close >= _SIMILAR else (0.0, "")


def _ratio(name: str, other: str) -> float:
    """Return how alike two names are; 0 where they cannot be alike enough."""
    matcher = SequenceMatcher(None, name, other)
    if matcher.real_quick_ratio() < _SIMILAR or matcher.quick_ratio() < _SIMILAR:
        return 0.0
    return matcher.ratio()


def fits(kind: str, seen: Field) -> bool:
    """Tell whether values could be of a kind."""
    kinds = seen.kinds
    if "empty" in kinds or kind in ("text", "flag"):
        return "empty" in kinds or not seen.share(_TIME) >= 1
    if kind == "date":
        return bool(kinds & {"date", "serial", "month"})
    if kind == "year":
        return seen.share(_YEAR) > 0.97
    if kind == "month_part":
        return seen.share(_MONTH) >= 1
    return "number" in kinds and "date" not in kinds - {"number"}


def is_key(name: str) -> bool:
    """Tell whether a heading is that of a key rather than a name."""
    text = plain(name)
    known = names("sales")
    words = {w for ours in ("salesperson", "product", "customer", "region") for w in known[ours]}
    return (text.endswith(_KEYS) and (text in words or len(text) > 3)) or text in (
        "kunnr", "kunag", "matnr", "pernr", "vkbur", "bzirk", "vkgrp"
    )  # fmt: skip


def _by_values(ours: str, seen: Field, fields: dict[str, Field]) -> float:
    """Guess a required column by its values alone."""
    if ours not in ("date", "revenue", "region", "order_id"):
        return 0.0
    sizes = [
        f.size
        for f in fields.values()
        if f.decimals and "date" not in f.kinds and not is_other(f.name)
    ]
    guess = {
        "order_id": bool(seen.share(_ORDER) >= 1) and seen.n_unique >= 2,
        "date": "date" in seen.kinds or seen.share(NO_DAY) >= 1,
        "revenue": seen.decimals
        and seen.size == max(sizes, default=0.0)
        and not is_other(seen.name)
        and not any(_unread(f) for f in fields.values()),
        "region": seen.kinds == {"text"}
        and bool(_NAMELESS.fullmatch(seen.heading.plain))
        and 3 <= seen.n_unique <= min(30, len(seen.filled) // 3),
    }
    if guess[ours] and seen.cells.notna().mean() < _HALF:
        # a better filled one comes first
        return 0.25
    if ours == "date" and "date" not in seen.kinds:
        # weeks and quarters, where nothing better is there
        return 0.2 if guess[ours] else 0.0
    return 0.3 if guess[ours] else 0.0


def is_other(name: str) -> bool:
    """Tell whether a heading is of sums over months, of another year, or of a plan.

    Examples
    --------
    >>> [is_other(n) for n in ("Sales YTD", "去年销售额", "Budget 2024", "Sales", "Plan Amount")]
    [True, True, True, False, False]
    """
    return bool(_OTHER.search(name))


def is_settled(name: str) -> bool:
    """Tell whether a heading is of what a marketplace or bank pays out, after its fees.

    Examples
    --------
    >>> [is_settled(n) for n in ("정산예정금액", "入账金额", "판매금액", "业务收入金额")]
    [True, True, False, False]
    """
    return bool(_SETTLED.search(name))


def _is_state(seen: Field) -> bool:
    """Tell whether some value is a word for what became of an order."""
    return any(v.casefold() in (*CANCELLED, *RETURNED, *WON, *UNDER_WAY) for v in seen.filled)


def _unread(seen: Field) -> bool:
    """Tell whether values are numbers with something around them, so that any could be amounts.

    Those of a name are none: Tea 0.5 L.
    """
    texts = [ours for ours in names("sales") if kind_of("sales", ours) == "text"]
    if any(by_name("sales", ours, seen)[0] for ours in texts):
        return False
    marked = "text" in seen.kinds and seen.share(_MARKED) >= 1
    return marked and seen.share(_GROUPED) >= _MOST
