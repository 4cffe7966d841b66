"""What a date may look like, and what each look can mean."""

import re
from dataclasses import dataclass
from typing import Any

from salesanalysis.data.values.calendars import ERAS, is_month, spread
from salesanalysis.data.values.dates import ERA, KOREAN, NAMED, TIME
from salesanalysis.data.values.shapes import Counted, counted
from salesanalysis.data.values.texts import tidy

#: Orders in which a date may be written; every format of one order reads a value the same way.
YEAR_FIRST, DAY_FIRST, MONTH_FIRST, SHORT_YEAR = "year", "day", "month", "short"
SERIAL, MONTHS = "serial", "months"
_FULL = "JANUARY|FEBRUARY|MARCH|APRIL|JUNE|JULY|AUGUST|SEPTEMBER|OCTOBER|NOVEMBER|DECEMBER"
_SHORT = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
#: A day and a month without a year.
YEARLESS = r"9{1,2}([-/.])9{1,2}(?:\1)?|9{1,2}月9{1,2}日?|9{1,2}[-. ]+(?:M+|W+)|(?:M+|W+) 9{1,2}"
ISO = ("%Y-%m-%d", "%Y/%m/%d")
#: Shape of a date without its time -> (order, format).
_FORMS: tuple[tuple[str, str, str], ...] = (
    (r"9{4}-9{1,2}-9{1,2}", YEAR_FIRST, "%Y-%m-%d"),
    (r"9{4}/9{1,2}/9{1,2}", YEAR_FIRST, "%Y/%m/%d"),
    (r"9{4}\.9{1,2}\.9{1,2}", YEAR_FIRST, "%Y.%m.%d"),
    (r"9{4}年9{1,2}月9{1,2}日", YEAR_FIRST, "%Y年%m月%d日"),
    (r"9{4}年9{1,2}月9{1,2}", YEAR_FIRST, "%Y年%m月%d"),
    (r"9{4}\. ?9{1,2}\. ?9{1,2}\.?", YEAR_FIRST, KOREAN),
    (r"9{4}년 ?9{1,2}월 ?9{1,2}일", YEAR_FIRST, KOREAN),
    (r"9{8}", YEAR_FIRST, "%Y%m%d"),
    (r"9{1,2}-MMM-9{4}", YEAR_FIRST, "%d-%b-%Y"),
    (r"9{1,2} MMM 9{4}", YEAR_FIRST, "%d %b %Y"),
    (r"9{1,2} MMMM 9{4}", YEAR_FIRST, "%d %B %Y"),
    (r"MMM 9{1,2}, 9{4}", YEAR_FIRST, "%b %d, %Y"),
    (r"MMM 9{1,2} 9{4}", YEAR_FIRST, "%b %d %Y"),
    (r"MMMM 9{1,2}, 9{4}", YEAR_FIRST, "%B %d, %Y"),
    (r"9{1,2}-MMM-99", DAY_FIRST, "%d-%b-%y"),
    (r"9{1,2} WWW 9{4}", YEAR_FIRST, NAMED + "%d %m %Y"),
    (r"9{1,2}-WWW-9{4}", YEAR_FIRST, NAMED + "%d-%m-%Y"),
    (r"WWW 9{1,2} 9{4}", YEAR_FIRST, NAMED + "%m %d %Y"),
    (r"9{1,2}-WWW-99", DAY_FIRST, NAMED + "%d-%m-%y"),
    (r"9{1,2} WWW 99", DAY_FIRST, NAMED + "%d %m %y"),
    (r"WWW 9{4}", MONTHS, NAMED + "%m %Y"),
    (r"WWW-9{4}", MONTHS, NAMED + "%m-%Y"),
    (r"WWW-99", MONTHS, NAMED + "%m-%y"),
    (r"WWW 99", MONTHS, NAMED + "%m %y"),
    (rf"(?:{ERAS})(?:9{{1,3}}|元)年9{{1,2}}月9{{1,2}}日", YEAR_FIRST, ERA),
    (r"[RHS]9{1,2}([-/.])9{1,2}(?:\1)9{1,2}", YEAR_FIRST, ERA),
    (r"9{5}(\.9+)?", SERIAL, "serial"),
    (r"9{4}-9{1,2}", MONTHS, "%Y-%m"),
    (r"9{4}/9{1,2}", MONTHS, "%Y/%m"),
    (r"9{4}\.9{1,2}", MONTHS, "%Y.%m"),
    (r"9{4}年9{1,2}月", MONTHS, "%Y年%m月"),
    (r"9{6}", MONTHS, "%Y%m"),
    (r"MMM-99", MONTHS, "%b-%y"),
    (r"MMM 9{4}", MONTHS, "%b %Y"),
    (r"MMM-9{4}", MONTHS, "%b-%Y"),
    (r"MMM\. 9{4}", MONTHS, "%b. %Y"),
    (r"MMMM 9{4}", MONTHS, "%B %Y"),
    (r"MMMM, 9{4}", MONTHS, "%B, %Y"),
    (r"MMMM-9{4}", MONTHS, "%B-%Y"),
    *(
        (rf"9{{1,2}}{re.escape(s)}9{{1,2}}{re.escape(s)}{digits}", order, pattern.replace("-", s))
        for s in "/-."
        for digits, year in (("9{4}", "%Y"), ("99", "%y"))
        for order, pattern in ((DAY_FIRST, f"%d-%m-{year}"), (MONTH_FIRST, f"%m-%d-{year}"))
    ),
    *(
        (rf"99{re.escape(s)}9{{1,2}}{re.escape(s)}9{{1,2}}", SHORT_YEAR, f"%y{s}%m{s}%d")
        for s in "/-."
    ),
)
WORDS = {
    DAY_FIRST: "the day first",
    MONTH_FIRST: "the month first",
    SHORT_YEAR: "the year first",
    YEAR_FIRST: "the year in four digits",
    SERIAL: "day numbers of a spreadsheet",
    MONTHS: "a month without a day",
}


@dataclass(frozen=True)
class Look:
    """One way the dates of a column look, and how many do."""

    raw: str
    n_rows: int
    example: str

    @property
    def text(self) -> str:
        """Return the look in plain spelling: digits as 9, months as MMM or MMMM."""
        # an apostrophe before what a program kept as text
        text = re.sub(" *([年月日]) *", r"\1", tidy(self.raw)).removeprefix("'")
        words = re.findall(r"[^\W\d_年月日時]{3,}|[ก-๛][ก-๛.]+", text)
        named = [w for w in words if is_month(w) and not re.fullmatch(f"{_FULL}|{_SHORT}", w)]
        # a year of two digits beside months of Thailand is one of two calendars
        if named and not re.search("[ก-๛].*[^9]99$", text):
            return spread(text).replace(spread(named[0]), "WWW")
        return re.sub(_SHORT, "MMM", re.sub(_FULL, "MMMM", text))

    @property
    def simple(self) -> bool:
        """Say whether a value of this look is read as it stands."""
        return (
            not self.timed
            and tidy(self.raw) == self.raw.upper().strip()
            and not re.search(" [年月日]|[年月日] ", self.raw)
        )

    @property
    def timed(self) -> bool:
        """Say whether a time of day stands behind the date."""
        return bool(re.search(r"9:99", self.text))

    @property
    def day(self) -> str:
        """Return the look without a time of day."""
        return re.sub(TIME.replace("0-9", "9"), "", self.text)

    @property
    def formats(self) -> dict[str, list[str]]:
        """Return what this look may mean: order -> formats."""
        found: dict[str, list[str]] = {}
        for form, order, pattern in _FORMS:
            if re.fullmatch(form, self.day):
                found.setdefault(order, []).append(pattern)
        return found


def looks_of(con: Any, column: Any, seen: Counted | None = None) -> list[Look]:
    """Count the looks of a column of dates, most frequent first; none left out."""
    return [Look(*row) for row in (counted(con, column) if seen is None else seen)]
