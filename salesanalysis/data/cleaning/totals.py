"""How rows of sums are called, in many languages and however they are written."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, reduce
from operator import or_
from typing import Any

import pandas as pd

#: Words that alone call a row of sums; a blank stands for anything that is no letter or digit.
WORDS = (
    "total", "totals", "grand total", "grand totals", "sub total", "sub totals", "sum", "sums",
    "page total", "report total", "overall total", "total amount", "total sales", "total general",
    "total général", "total geral", "total generale", "sous total", "somme", "suma", "suma total",
    "soma", "totale", "sub totale", "totaal", "sub totaal", "eind totaal", "gesamt", "gesamtsumme",
    "gesamt summe", "gesamtergebnis", "gesamtbetrag", "insgesamt", "summe", "zwischensumme",
    "zwischen summe", "endsumme", "teilsumme", "toplam", "genel toplam", "ara toplam", "итого",
    "всего", "итог", "общий итог", "промежуточный итог", "razem", "ogółem", "łącznie",
    "suma końcowa", "suma częściowa", "summa", "totalt", "celkem", "součet", "összesen",
    "yhteensä", "σύνολο", "σ", "∑", "합계", "총계", "소계", "누계", "รวม", "รวมทั้งสิ้น", "المجموع",
    "الإجمالي", "إجمالي", "tổng", "tổng cộng", "jumlah",
    "总 和", "共 计", "汇 总", "總 和", "共 計", "彙 總", "累 计", "累 計",
)  # fmt: skip
#: How a name of a row of sums ends in Chinese and Japanese, whatever stands before it.
ENDS = (
    "小 计", "合 计", "总 计", "小 計", "合 計", "總 計", "総 計", "本 年 累 计", "本 月 累 计",
    "本 季 累 计", "本 期 累 计", "本 日 累 计", "全 年 累 计", "本 年 累 計", "本 月 累 計",
)  # fmt: skip
#: Words that call a row of sums also beside the name of what is summed.
BESIDE = (
    "sub total", "sub totals", "grand total", "grand totals", "sous total", "zwischensumme",
    "ara toplam", "sub totale", "sub totaal",
)  # fmt: skip
#: The same, where the name is one of the column: "Total Energies" is a customer.
_NAMED = ("total", "totals", "sum", "summe", "gesamt", "toplam", "итого", "totale", "suma")
#: How many records were summed, as some reports say behind the word.
_BEHIND = ("records?", "rows?", "lines?", "items?", "entries", "笔", "条", "行", "单", "项", "件")


def plain(names: pd.Series) -> pd.Series:
    """Return names as their words alone: lower case, without marks around them.

    Examples
    --------
    >>> plain(pd.Series([" Total:", "** 合计 **", "Ｔｏｔａｌ"])).tolist()
    ['total', '合计', 'total']
    """
    return names.map(lambda v: _bare(unicodedata.normalize("NFKC", str(v)))).astype("str")


#: Marks around the words of a name.
_MARKS = re.compile(r"^[\s:：*\-_.。]+|[\s:：*\-_.。]+$")


def _bare(name: str) -> str:
    return _MARKS.sub("", name.strip().casefold())


@cache
def pattern(gap: str, words: tuple[str, ...] = (), *, loose: bool = False) -> str:
    """Return the pattern of a whole text in lower case that calls a row of sums.

    Parameters
    ----------
    gap : str
        One sign that is neither letter nor digit, as the engine writes it.
    words : tuple of str
        Words in place of `WORDS` and all the others.
    loose : bool
        Where nothing else is expected, as in a column of order numbers, "East total" is one too.
    """

    def spaced(word: str) -> str:
        return f"{gap}*".join("".join(map(_wide, part)) for part in word.split(" "))

    def any_of(several: Iterable[str]) -> str:
        return "|".join(spaced(w) for w in several)

    number = rf"(?:{gap}*\d[\d.,]*{gap}*(?:{'|'.join(_BEHIND)})|[(（][^()（）]*[)）])?"
    if words:
        return f"^{gap}*(?:{any_of(words)}){gap}*$"
    beside = any_of(BESIDE)
    kinds = [any_of(WORDS), f".*(?:{any_of(ENDS)})", f"(?:{beside}){gap}.+", f".+{gap}(?:{beside})"]
    if loose:
        named = any_of(_NAMED)
        kinds += [rf"(?:{named}){gap}+[^\d]+", rf"[^\d]+{gap}(?:{named})"]
    return f"^{gap}*(?:{'|'.join(kinds)}){gap}*{number}{gap}*$"


def _wide(letter: str) -> str:
    """Return a letter as a pattern of itself and of its full-width form."""
    return f"[{letter}{chr(ord(letter) + 0xFEE0)}]" if "a" <= letter <= "z" else re.escape(letter)


#: A text that begins as a formula, such as =SUM, names nothing.
_FORMULA = r"^\s*=[^=\s]"
#: What is neither letter nor digit, as Python writes it.
_PYTHON = r"[\W_]"
#: The same for the engine, as few ranges: with its own classes of signs a search takes 50 times
#: as long.
_ENGINE = (
    r"[\s!-/:-@\[-`{-~\x{a0}-\x{bf}\x{2000}-\x{206f}\x{2190}-\x{21ff}\x{2500}-\x{27bf}"
    r"\x{3000}-\x{3020}\x{feff}\x{ff01}-\x{ff0f}\x{ff1a}-\x{ff20}\x{ff3b}-\x{ff40}"
    r"\x{ff5b}-\x{ff65}]"
)


def in_engine(text: Any, words: Sequence[str] = (), *, loose: bool = False) -> Any:
    """Return the condition that a text of the engine calls a row of sums, never missing."""
    no = False
    chosen = tuple(w.casefold() for w in words)
    hit = text.lower().re_search(pattern(_ENGINE, chosen, loose=loose))
    return (hit & ~text.re_search(_FORMULA)).fill_null(no)


def any_in_engine(texts: Iterable[Any]) -> Any:
    """Return the condition that one of several texts calls a row of sums."""
    return reduce(or_, (in_engine(t) for t in texts))


def is_total(
    names: pd.Series, words: Sequence[str] = (), *, among: Iterable[str] = ()
) -> pd.Series:
    """Tell which names of a column call a row of sums.

    Parameters
    ----------
    words : sequence of str
        Words in place of the ones that are known.
    among : iterable of str
        More names that may stand beside a word such as total.

    Examples
    --------
    >>> is_total(pd.Series(["华东", "华东小计", "East", "East total", "Total Energies"])).tolist()
    [False, True, False, True, False]
    >>> is_total(pd.Series(["合　计：", "Grand Totals (30 records)", "Toplam", "Summer"])).tolist()
    [True, True, True, False]
    """
    # each name once, and not by pandas, which takes the long pattern apart at every call
    texts = [str(v) for v in names.fillna("")]
    full = {t: unicodedata.normalize("NFKC", t) for t in dict.fromkeys(texts)}
    known = {_bare(t) for t in full.values()}
    known |= {_bare(unicodedata.normalize("NFKC", str(t))) for t in among}
    chosen = tuple(unicodedata.normalize("NFKC", w).casefold() for w in words)
    hit = {t: _is_total(name, chosen, known - {""}) for t, name in full.items()}
    return pd.Series([hit[t] for t in texts], index=names.index, dtype=bool)


#: The word for a sum before or behind another name.
_BESIDE_NAME = re.compile(
    rf"^(?:{'|'.join(map(re.escape, _NAMED))})[ :]+|[ :]+(?:{'|'.join(map(re.escape, _NAMED))})$"
)


def _is_total(name: str, words: tuple[str, ...], known: set[str]) -> bool:
    bare = name.strip().casefold()
    hit = _compiled(words).match(bare) and not re.match(_FORMULA, bare)
    if hit or words:
        return bool(hit)
    whole = _bare(name)
    rest = _BESIDE_NAME.sub("", whole)
    return rest != whole and rest in known


@cache
def _compiled(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(pattern(_PYTHON, words))


def called(name: str) -> bool:
    """Tell whether one name calls a row of sums.

    Examples
    --------
    >>> called("本页小计"), called("Umsatz")
    (True, False)
    """
    return bool(is_total(pd.Series([name], dtype="str")).iloc[0])
