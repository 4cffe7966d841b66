"""What is worth a word about how a source was read: units, currencies, headers left out."""

from collections.abc import Iterator

from salesanalysis.data.mapping import ColumnRule, Mapping
from salesanalysis.labels import count
from salesanalysis.schema import TABLES

#: Key of the words, and what fills them.
Remark = tuple[str, tuple[tuple[str, str], ...]]


def remark(key: str, /, **values: object) -> Remark:
    """Return a remark with its values as text."""
    return key, tuple((k, str(v)) for k, v in values.items())


def remarks_of(mapping: Mapping, headers: dict[str, int]) -> tuple[Remark, ...]:
    """Return what to say about a mapping and the files read with it.

    Parameters
    ----------
    headers : dict, file -> rows that repeat its header
    """
    out = [] if mapping.currency_said else [remark("quality.no_currency")]
    out += [remark("quality.headers", n=count(n), file=file) for file, n in headers.items()]
    return tuple(dict.fromkeys([*out, *_headings(mapping)]))


def _headings(mapping: Mapping) -> Iterator[Remark]:
    """Yield the headings that say a unit or a currency the mapping does not."""
    # the package that proposes mappings tries them out: it needs the whole of loading
    from salesanalysis.data.words.headings import heading  # noqa: PLC0415

    labelled = bool(mapping.rates) or mapping.currency_is_label
    for theirs, rule in _money(mapping):
        said = heading(theirs)
        if said.unit and rule.unit == 1 and said.unit != "percent":
            yield remark("quality.unit_unsaid", heading=theirs, unit=said.unit)
        if said.currency and not labelled and not mapping.currency_said:
            yield remark("quality.currency_unsaid", heading=theirs, currency=said.currency)
        elif said.currency and not labelled and said.currency != mapping.currency:
            yield remark(
                "quality.currency_other", heading=theirs, currency=said.currency,
                ours=mapping.currency,
            )  # fmt: skip


def _money(mapping: Mapping) -> Iterator[tuple[str, ColumnRule]]:
    """Yield their columns of amounts with their rules."""
    for name, rules in mapping.tables.items():
        money = {c.name for c in TABLES[name] if c.unit == "currency"}
        for table in rules:
            for ours, rule in table.rules.items():
                if ours in money:
                    yield from ((theirs, rule) for theirs in rule.theirs)
