"""Headings a planner may give a table: our words in any language, names of other systems."""

from collections.abc import Sequence

from salesanalysis.data.words.headings import plain
from salesanalysis.data.words.synonyms import names
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
    """Return the headings other systems give our columns, where they mean one column only.

    A heading that may mean two columns is left as it is, and so are two that mean the same.

    Parameters
    ----------
    headings : sequence of str, of the table
    ours : sequence of str, columns the table may have

    Examples
    --------
    >>> as_elsewhere(["Sales rep", "开始日期"], ["region", "salesperson", "valid_from"])
    {'Sales rep': 'salesperson', '开始日期': 'valid_from'}
    >>> as_elsewhere(["area", "territory"], ["region"])
    {}
    >>> as_elsewhere(["state"], ["region", "status"])
    {}
    >>> as_elsewhere(["OWNER"], ["salesperson", "owner"])
    {'OWNER': 'owner'}
    """
    called = {**names("people"), **names("sales")}
    meanings: dict[str, set[str]] = {}
    for column in ours:
        for way in called.get(column, ()):
            meanings.setdefault(way, set()).add(column)
    # the name of a column means that column, whichever other one goes by it elsewhere
    meanings |= {plain(column): {column} for column in ours}
    found = {
        heading: column
        for heading in headings
        for column in meanings.get(plain(heading), ())
        if column not in headings and len(meanings[plain(heading)]) == 1
    }
    told = list(found.values())
    return {heading: column for heading, column in found.items() if told.count(column) == 1}
