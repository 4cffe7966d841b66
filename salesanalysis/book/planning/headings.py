"""Headings a planner may give a table: our words in any language, names of other systems."""

from collections.abc import Sequence

from salesanalysis.data.propose.headings import plain
from salesanalysis.data.propose.synonyms import names
from salesanalysis.labels import LANGUAGES
from salesanalysis.results import column_label


def as_read(ours: Sequence[str]) -> dict[str, str]:
    """Return the headings a reader sees, in every language, with the columns they stand for.

    Examples
    --------
    >>> as_read(["region", "value"])["区域"]
    'region'
    """
    return {
        text: name
        for name in ours
        for lang in LANGUAGES
        if (text := column_label(name, lang)) not in ours
    }


def as_elsewhere(headings: Sequence[str], ours: Sequence[str]) -> dict[str, str]:
    """Return the headings other systems give our columns; none where two would mean the same.

    Parameters
    ----------
    headings : sequence of str, of the table
    ours : sequence of str, columns the table may have, commonest first

    Examples
    --------
    >>> as_elsewhere(["Sales rep", "开始日期"], ["region", "salesperson", "valid_from"])
    {'Sales rep': 'salesperson', '开始日期': 'valid_from'}
    >>> as_elsewhere(["area", "territory"], ["region"])
    {}
    """
    called = {**names("people"), **names("sales")}
    missing = [c for c in reversed(ours) if c not in headings]
    means = {plain(way): c for c in missing for way in (c, *called.get(c, ()))}
    found = {h: means[plain(h)] for h in headings if h not in ours and plain(h) in means}
    told = list(found.values())
    return {heading: name for heading, name in found.items() if told.count(name) == 1}
