"""The file of choices: everything a planner decides about a year, in one place."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from inspect import signature
from pathlib import Path
from typing import Any

import pandas as pd

from salesanalysis import strictyaml
from salesanalysis.book.planning.tables import plain, read_table
from salesanalysis.errors import ParamError, nearest
from salesanalysis.strictyaml import Document
from salesanalysis.targets.base_cleaning.policy import Policy
from salesanalysis.targets.growth import growth

MONTHS = ("season", "spring_festival", "working_days", "equal")
RELIEFS = ("hold", "redistribute")
STARTERS = ("none", "peers")
DAY_WEIGHTS = ("workday", "calendar")
#: Sections and the settings each may have.
_GROWTH = tuple(
    name for name in signature(growth).parameters if name not in ("history", "year", "forecast")
)
SECTIONS: dict[str, tuple[str, ...]] = {
    "growth": _GROWTH,
    "cleaning": tuple(f.name for f in fields(Policy)),
    "months": ("split", "weights", "calendar"),
    "people": ("table", "day_weight", "relief", "starters", "ramps"),
    "proposals": ("table", "how", "weight", "missing"),
    "tiers": ("attainability", "uplifts", "totals"),
    "smart": ("tier", "bands", "kpi", "weight", "control_gap"),
    "margins": ("table", "seed"),
    "metrics": ("by", "table", "asks", "pins"),
    "days": ("by", "weekdays", "month_end", "closed"),
}
#: Settings that stand alone; `over_assignment` is a rate or one rate per level.
ALONE = (
    "total", "step", "assumptions", "pins", "edits", "over_assignment", "responsibility",
    "requests", "note",
)  # fmt: skip
TABLES = ("assumptions", "pins", "edits", "responsibility", "requests")
_WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("months", "split"): MONTHS,
    ("people", "relief"): RELIEFS,
    ("people", "starters"): STARTERS,
    ("people", "day_weight"): DAY_WEIGHTS,
    ("proposals", "how"): ("top", "bottom", "weight"),
    ("proposals", "missing"): ("top", "error"),
    ("smart", "tier"): ("base", "average", "challenge"),
    ("days", "closed"): ("holidays", "never"),
}


@dataclass(frozen=True, eq=False)
class Choices:
    r"""What a planner decides about a year; everything has a default.

    Attributes
    ----------
    settings : dict
        Section -> settings, as the file says them; see `SECTIONS` and `ALONE`.
    tables : dict of DataFrame
        ``potential``, ``assumptions``, ``proposals``, ``pins``, ``edits``, ``people``,
        ``responsibility``, ``requests``, ``calendar``, ``margins``, ``metric_units``, ``asks``,
        ``metric_pins``: those that are given.
    file : str
        Where it was read from; empty for the defaults.

    Examples
    --------
    >>> choices = Choices.parse("growth: {method: cagr}\nmonths: {split: equal}")
    >>> choices.section("growth"), choices.alone("step", 1)
    ({'method': 'cagr'}, 1)
    >>> Choices.parse("growth: {methd: cagr}", name="plan.yaml")
    Traceback (most recent call last):
        ...
    salesanalysis.errors.ParamError: There is no setting 'methd' in section 'growth'.
      where: plan.yaml:1: growth.methd
      fix:   did you mean 'method'?
    """

    settings: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    file: str = ""

    @classmethod
    def read(cls, path: str | Path) -> "Choices":
        """Read a file of choices; tables it names lie beside it.

        Raises
        ------
        ParamError
            Unknown keys, each with the nearest name; values of the wrong kind; all at once.
        ContractError
            A table that is not there, or not what it should be.
        """
        return cls._of(strictyaml.read(path), Path(path).parent)

    @classmethod
    def parse(cls, text: str, *, name: str = "choices.yaml", folder: str | Path = ".") -> "Choices":
        """Read choices from text."""
        return cls._of(strictyaml.parse(text, name=name), Path(folder))

    @classmethod
    def _of(cls, doc: Document, folder: Path) -> "Choices":
        _check(doc)
        data = {k: v for k, v in doc.data.items() if v is not None}
        tables = {}
        for kind, key in _tables(data):
            given = data[key[0]] if len(key) == 1 else data[key[0]][key[1]]
            tables[kind] = read_table(given, kind, folder=folder, where=doc.where(*key))
        return cls(data, tables, doc.name)

    def section(self, name: str) -> dict[str, Any]:
        """Return the settings of a section; a copy."""
        return dict(self.settings.get(name) or {})

    def alone(self, name: str, default: Any = None) -> Any:
        """Return a setting that stands alone."""
        return self.settings.get(name, default)

    def table(self, name: str) -> pd.DataFrame | None:
        """Return a table, or None where it is not given."""
        found = self.tables.get(name)
        return None if found is None else found.copy()

    def told(self) -> dict[str, Any]:
        """Return the settings as one flat mapping: what a version keeps about itself."""
        return plain(self.settings)


def _tables(data: dict[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    """Return every table that is given, with the key it stands at."""
    nested = (
        ("potential", ("growth", "table")),
        ("proposals", ("proposals", "table")),
        ("people", ("people", "table")),
        ("calendar", ("months", "calendar")),
        ("margins", ("margins", "table")),
        ("metric_units", ("metrics", "table")),
        ("asks", ("metrics", "asks")),
        ("metric_pins", ("metrics", "pins")),
    )
    found: list[tuple[str, tuple[str, ...]]] = [(n, (n,)) for n in TABLES if n in data]
    for kind, (section, key) in nested:
        value = (data.get(section) or {}).get(key)
        if value is not None and value not in ("china", "weekdays"):
            found.append((kind, (section, key)))
    return found


Found = list[tuple[str, str, str]]


def _check(doc: Document) -> None:
    """Refuse everything that is wrong with the names and kinds of a file, all at once."""
    found: Found = []
    if not isinstance(doc.data, dict):
        found.append((doc.where(), "The file is no mapping.", "write keys such as growth: ..."))
    else:
        _check_top(doc, found)
    if not found:
        return
    if len(found) == 1:
        where, what, fix = found[0]
        raise ParamError(what, where=where, fix=fix, code="unknown-name")
    gap = "\n         "
    raise ParamError(
        f"{len(found)} problems in {doc.name}.",
        where=gap.join(f"{i}. {where}: {what}" for i, (where, what, _) in enumerate(found, 1)),
        fix=gap.join(f"{i}. {fix}" for i, (_, _, fix) in enumerate(found, 1)),
        code="unknown-name",
    )


def _check_top(doc: Document, found: Found) -> None:
    for name, value in doc.data.items():
        if name in SECTIONS:
            _check_section(doc, name, value, found)
        elif name not in ALONE:
            _unknown(doc, (name,), f"There is no section {name!r}.", (*SECTIONS, *ALONE), found)
        elif name not in (*TABLES, "over_assignment"):
            _check_value(doc, (name,), value, found)


def _check_section(doc: Document, name: str, given: Any, found: Found) -> None:
    if given is None:
        return
    if not isinstance(given, dict):
        example = f"{name}: {{{SECTIONS[name][0]}: ...}}"
        what = f"Section {name!r} is no mapping, got {given!r}."
        found.append((doc.where(name), what, f"write {example}"))
        return
    for key, value in given.items():
        if key not in SECTIONS[name]:
            what = f"There is no setting {key!r} in section {name!r}."
            _unknown(doc, (name, key), what, SECTIONS[name], found)
            continue
        known = _WORDS.get((name, key))
        if known and value not in known:
            what = f"{key} of {name} is none of the choices: {value!r}."
            _unknown(doc, (name, key), what, known, found, named=str(value))
        _check_value(doc, (name, key), value, found)


_NUMBER: tuple[type, ...] = (int, float)
_KINDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "number": (lambda v: isinstance(v, _NUMBER) and not isinstance(v, bool), "a number"),
    "shares": (
        lambda v: (
            isinstance(v, dict)
            and all(isinstance(x, _NUMBER) and not isinstance(x, bool) for x in v.values())
        ),
        "one number per tier, such as {base: 0.8}",
    ),
    "numbers": (
        lambda v: (
            isinstance(v, list)
            and all(isinstance(x, _NUMBER) and not isinstance(x, bool) for x in v)
        ),
        "a list of numbers",
    ),
    "levels": (
        lambda v: (
            isinstance(v, str) or (isinstance(v, list) and all(isinstance(x, str) for x in v))
        ),
        "levels, such as [region, salesperson]",
    ),
    "ramps": (
        lambda v: isinstance(v, dict) and all(isinstance(x, list) for x in v.values()),
        "factors by name, such as {new: [0.25, 0.5]}",
    ),
}
_KIND_OF: dict[tuple[str, ...], str] = {
    ("total",): "number",
    ("step",): "number",
    ("growth", "rate"): "number",
    ("growth", "cap"): "number",
    ("growth", "total"): "number",
    ("growth", "weights"): "numbers",
    ("months", "weights"): "numbers",
    ("people", "ramps"): "ramps",
    ("proposals", "weight"): "number",
    ("tiers", "attainability"): "shares",
    ("tiers", "uplifts"): "shares",
    ("tiers", "totals"): "shares",
    ("smart", "weight"): "number",
    ("smart", "control_gap"): "number",
    ("margins", "seed"): "number",
    ("metrics", "by"): "levels",
    ("days", "by"): "levels",
    ("days", "weekdays"): "numbers",
    ("days", "month_end"): "numbers",
}


def _check_value(doc: Document, key: tuple[str, ...], value: Any, found: Found) -> None:
    kind = _KIND_OF.get(key)
    if kind is None or value is None or _KINDS[kind][0](value):
        return
    what = f"{' of '.join(reversed(key))} is not {_KINDS[kind][1]}: {value!r}."
    found.append((doc.where(*key), what, f"write {_KINDS[kind][1]}"))


def _unknown(
    doc: Document,
    key: tuple[str, ...],
    what: str,
    known: tuple[str, ...],
    found: Found,
    *,
    named: str = "",
) -> None:
    close = nearest(named or key[-1], known)
    fix = f"did you mean {close!r}?" if close else f"use one of: {', '.join(known)}"
    found.append((doc.where(*key), what, fix))
