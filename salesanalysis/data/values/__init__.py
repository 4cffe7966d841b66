"""Reading cells: how numbers and dates are written is decided for a whole column, or refused."""

from salesanalysis.data.values.datefind import date_style
from salesanalysis.data.values.dates import ISO_DATE, DateStyle, day_of, is_zoned, local
from salesanalysis.data.values.numberfind import decimal_mark, has_reason, number_style
from salesanalysis.data.values.numbers import PLAIN_NUMBER, NumberStyle
from salesanalysis.data.values.shapes import Counted, counted_together
from salesanalysis.data.values.signature import MAX_WRONG, looks_grouped, mangled
from salesanalysis.data.values.texts import flag, is_none

__all__ = [
    "ISO_DATE",
    "MAX_WRONG",
    "PLAIN_NUMBER",
    "Counted",
    "DateStyle",
    "NumberStyle",
    "counted_together",
    "date_style",
    "day_of",
    "decimal_mark",
    "flag",
    "has_reason",
    "is_none",
    "is_zoned",
    "local",
    "looks_grouped",
    "mangled",
    "number_style",
]
