"""Currencies and units brought to one: only by a table that was given, never by a guess.

``read_rates`` checks a rate table, ``convert`` applies it in the engine, ``require_one_currency``
and ``labelled`` stand where nothing may be converted; ``settings`` and ``units`` read a mapping.
"""

from salesanalysis.data.rates.converting import convert, labelled, require_one_currency
from salesanalysis.data.rates.result import Conversion
from salesanalysis.data.rates.settings import RateRule, rates_of, settings, units
from salesanalysis.data.rates.tables import Rates, read_rates

__all__ = [
    "Conversion",
    "RateRule",
    "Rates",
    "convert",
    "labelled",
    "rates_of",
    "read_rates",
    "require_one_currency",
    "settings",
    "units",
]
