"""English and Chinese words, sentences and number formats from one catalogue.

The catalogue is the YAML files in `labels/words/`, one per room of the house; every key
has both languages, and a test holds that. Dimension values (East / 华东) belong to a data set
and travel as `Terms`.
"""

from salesanalysis.labels.catalogue import LANGUAGES, check_lang, has_label, label
from salesanalysis.labels.numbers import (
    chance,
    completion,
    count,
    day,
    exact,
    growth,
    last_digit,
    money,
    month,
    percent,
    points,
    short,
    unit_of,
)
from salesanalysis.labels.terms import Terms

__all__ = [
    "LANGUAGES",
    "Terms",
    "chance",
    "check_lang",
    "completion",
    "count",
    "day",
    "exact",
    "growth",
    "has_label",
    "label",
    "last_digit",
    "money",
    "month",
    "percent",
    "points",
    "short",
    "unit_of",
]
