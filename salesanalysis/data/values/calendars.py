"""Other calendars and tongues: months by name, eras, the years of Taiwan and Thailand, weeks."""

import re
from typing import Any

#: Months by name and by their usual short forms, without points, in capitals.
_NAMES = {
    1: "JANUARY JAN JANVIER JANV JANUAR JÄNNER JÄN ENERO ENE JANEIRO GENNAIO GEN JANUARI OCAK OCA",
    2: "FEBRUARY FEB FÉVRIER FÉVR FÉV FEVRIER FEVR FEBRUAR FEBRERO FEVEREIRO FEV FEBBRAIO FEBRUARI "
    "ŞUBAT ŞUB",
    3: "MARCH MAR MARS MÄRZ MÄR MRZ MAERZ MARZO MARÇO MARCO MAART MRT MART",
    4: "APRIL APR AVRIL AVR ABRIL ABR APRILE NISAN NIS",
    5: "MAY MAI MAYO MAIO MAGGIO MAG MEI MAJ MAYIS",
    6: "JUNE JUN JUIN JUNI JUNIO JUNHO GIUGNO GIU HAZIRAN HAZ",
    7: "JULY JUL JUILLET JUIL JULI JULIO JULHO LUGLIO LUG TEMMUZ TEM",
    8: "AUGUST AUG AOÛT AOUT AGOSTO AGO AUGUSTUS AUGUSTI AĞUSTOS AĞU",
    9: "SEPTEMBER SEP SEPT SEPTEMBRE SEPTIEMBRE SETEMBRO SET SETTEMBRE EYLÜL EYL",
    10: "OCTOBER OCT OCTOBRE OKTOBER OKT OCTUBRE OUTUBRO OUT OTTOBRE OTT EKIM EKI",
    11: "NOVEMBER NOV NOVEMBRE NOVIEMBRE NOVEMBRO KASIM KAS",
    12: "DECEMBER DEC DÉCEMBRE DÉC DECEMBRE DEZEMBER DEZ DICIEMBRE DIC DEZEMBRO DICEMBRE "
    "ARALIK ARA",
}
#: The same in Thai, in full and short: ม.ค. without its points.
_THAI = (
    "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
    "มค กพ มีค เมย พค มิย กค สค กย ตค พย ธค",
)
MONTHS = {name: number for number, names in _NAMES.items() for name in names.split()} | {
    name: number for names in _THAI for number, name in enumerate(names.split(), start=1)
}
#: Era -> the year before its first.
_STARTS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925,
           "民國": 1911, "民国": 1911}  # fmt: skip
ERAS = "令和|平成|昭和|民國|民国"
#: The year before the first of Taiwan's calendar.
_TAIWAN = 1911
#: How many years Thailand is ahead.
_THAILAND = 543


def is_month(word: str) -> bool:
    """Tell whether a word is the name of a month in one of the languages known.

    Examples
    --------
    >>> [is_month(w) for w in ("FÉVR", "MÄRZ", "ENE", "Şub", "TOTAL")]
    [True, True, True, True, False]
    """
    return month_of(word) > 0


def month_of(word: str) -> int:
    """Return the month a name means, 1 is January; 0 where it means none.

    Examples
    --------
    >>> [month_of(w) for w in ("janv.", "Ağu", "Haziran", "มี.ค.", "Total")]
    [1, 8, 6, 3, 0]
    """
    return MONTHS.get(spread(word).upper(), 0)


def spread(text: str) -> str:
    """Return a text with single blanks for points, commas and the word "de".

    Examples
    --------
    >>> spread("5. MÄRZ 2024"), spread("11 DE JANEIRO DE 2024"), spread("FÉVR.-24")
    ('5 MÄRZ 2024', '11 JANEIRO 2024', 'FÉVR-24')
    >>> spread("5 ม.ค. 2567")
    '5 มค 2567'
    """
    for pattern, kept in _SPREAD:
        text = re.sub(pattern, kept, text)
    return text.strip()


#: The points of a short month in Thai part no words.
_SPREAD = ((r"([ก-๛])\.([คพย])\.?", r"\1\2"), (r"(?i) de ", " "), (r"[.,\s]+", " "), (" ?- ?", "-"))


def numbered(text: Any) -> Any:
    """Return an Ibis text column of dates with the number of a month for its name."""
    for pattern, kept in _SPREAD:
        text = text.re_replace(pattern, kept)
    text = text.strip()
    word = text.re_extract(r"[^\d\s\-/]+", 0)
    pairs = [(name, f"{month:02d}") for name, month in MONTHS.items()]
    number = word.upper().cases(*pairs, else_=None)
    return text.replace(word, number)


def written_era(text: Any) -> Any:
    """Return a column of dates such as 令和6年1月5日, R6.1.5 or 民國113年1月5日 as 2024-1-5."""
    pattern = rf"^\s*({ERAS}|[RHS])\s*([0-9]+|元)[年./-]([0-9]+)[月./-]([0-9]+)日?\s*$"
    parts = [text.upper().re_extract(pattern, i) for i in (1, 2, 3, 4)]
    start = parts[0].cases(*_STARTS.items(), else_=None)
    year = start + parts[1].replace("元", "1").try_cast("int64")
    return year.cast("string") + "-" + parts[2] + "-" + parts[3]


def written_korean(text: Any) -> Any:
    """Return a column of dates such as 2024. 1. 5. or 2024년 1월 5일 as 2024-1-5."""
    pattern = r"^\s*([0-9]{4})[.년] ?([0-9]{1,2})[.월] ?([0-9]{1,2})[.일]?\s*$"
    parts = [text.re_extract(pattern, i) for i in (1, 2, 3)]
    return parts[0] + "-" + parts[1] + "-" + parts[2]


def written_roc(text: Any) -> Any:
    """Return a column of dates with years of Taiwan, such as 113/01/06, with years of ours."""
    year = text.re_extract("^[^0-9]*([0-9]{2,3})", 1)
    ours = (year.try_cast("int64") + _TAIWAN).cast("string")
    return ours + text.strip().re_replace("^[^0-9]*[0-9]{2,3}", "")


def written_buddhist(text: Any) -> Any:
    """Return a column of dates with years of Thailand, such as 06/01/2567, with years of ours."""
    pattern = "^(.*?)([0-9]{4})(.*)$"
    before, year, after = (text.re_extract(pattern, i) for i in (1, 2, 3))
    return before + (year.try_cast("int64") - _THAILAND).cast("string") + after


def written_week(text: Any) -> Any:
    """Return a column of weeks such as 2024-W05, KW 5/2024 or 2024年第5周 as 2024-5-1, its Monday.

    The last number is the day of the week.
    """
    first = text.re_extract(r"^[^0-9]*([0-9]{4})[^0-9]*[0-9]{1,2}[^0-9]*$", 1)
    year = first.nullif("").fill_null(text.re_extract(r"([0-9]{4})[^0-9]*$", 1))
    behind = text.re_extract(r"^[^0-9]*[0-9]{4}[^0-9]*([0-9]{1,2})[^0-9]*$", 1)
    week = behind.nullif("").fill_null(
        text.re_extract(r"^[^0-9]*([0-9]{1,2})[^0-9]+[0-9]{4}[^0-9]*$", 1)
    )
    return year + "-" + week + "-1"
