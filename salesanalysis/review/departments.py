"""The table that says who answers for an effect and where it comes from; a file, not code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from salesanalysis.errors import ParamError, nearest
from salesanalysis.labels import LANGUAGES
from salesanalysis.project import params
from salesanalysis.strictyaml import Document, read
from salesanalysis.variance.origins import TABLE, origins_in

_PARTS = ("departments", "groups", "effects")


@dataclass(frozen=True)
class Departments:
    """Who answers for which effect.

    Attributes
    ----------
    departments, groups : mapping of key -> language -> name
    effects : mapping of effect -> (department, group)
    origins : mapping of effect -> origin
        See `salesanalysis.variance.read_origins`, which reads the same table.

    Examples
    --------
    >>> read_departments().of("price")
    ('pricing', 'sales_strategy')
    >>> read_departments().of("weather")
    ('', '')
    """

    departments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    effects: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)

    def of(self, effect: str) -> tuple[str, str]:
        """Return department and group of causes of an effect; empty where none is set."""
        return self.effects.get(effect, ("", ""))


def read_departments(path: str | Path | None = None) -> Departments:
    """Read the table of departments from a YAML file.

    Parameters
    ----------
    path : str or Path, optional
        A file with the mappings ``departments``, ``groups`` and ``effects``; default
        ``params/review/departments.yaml``, one's own before the shipped one. A row of effects
        has ``department`` and ``group``, ``origin``, or all three. One's own table stands for
        the whole shipped one: an effect it leaves out has no department.

    Returns
    -------
    Departments

    Raises
    ------
    ParamError
        A file that cannot be read, a missing or unknown key, a department or group that is
        named but not declared, an origin that does not exist; file, line and key are named.
    """
    doc = read(path or params(*TABLE))
    data = doc.data if isinstance(doc.data, dict) else {}
    for key in data:
        if key not in _PARTS:
            close = nearest(key, [k for k in _PARTS if k not in data])
            raise _broken(
                f"{doc.name} has an unknown part {key!r}.", doc.where(key),
                f"write {close!r}" if close else f"give exactly {', '.join(_PARTS)}",
            )  # fmt: skip
    for key in _PARTS:
        if key not in data:
            raise _broken(
                f"{doc.name} has no part {key!r}.", doc.where(),
                f"add {key}: one's own table stands for the whole shipped one; copy that and "
                "edit it",
            )  # fmt: skip
    names = {part: _names(doc, part, data[part]) for part in _PARTS[:2]}
    rows = data["effects"] or {}
    found = {e: _effect(doc, e, row, names) for e, row in rows.items()}
    effects = {e: told for e, told in found.items() if told != ("", "")}
    return Departments(names["departments"], names["groups"], effects, origins_in(doc, rows))


def _names(doc: Document, part: str, rows: Any) -> dict[str, dict[str, str]]:
    """Return names in every language."""
    for key, texts in (rows or {}).items():
        if not isinstance(texts, dict) or set(texts) != set(LANGUAGES):
            raise _broken(
                f"{key!r} needs a name in each of {', '.join(LANGUAGES)}.",
                doc.where(part, key),
                f"write {key}: {{en: ..., zh: ...}}",
            )
    return {str(k): {lang: str(t) for lang, t in v.items()} for k, v in (rows or {}).items()}


def _effect(
    doc: Document, effect: str, row: Any, names: Mapping[str, Mapping[str, Any]]
) -> tuple[str, str]:
    """Return department and group of one effect, both declared; empty with an origin alone."""
    place = doc.where("effects", effect)
    if isinstance(row, dict) and set(row) == {"origin"}:
        return "", ""
    if not isinstance(row, dict) or set(row) - {"origin"} != {"department", "group"}:
        raise _broken(
            f"{effect!r} needs a department and a group.", place,
            f"write {effect}: {{department: sales, group: market}}",
        )  # fmt: skip
    for key, part in (("department", "departments"), ("group", "groups")):
        if row[key] not in names[part]:
            close = nearest(str(row[key]), list(names[part]))
            raise _broken(
                f"{row[key]!r} is not declared under {part}.", place,
                f"write {close!r}" if close else f"declare it under {part}",
            )  # fmt: skip
    return str(row["department"]), str(row["group"])


def _broken(what: str, where: str, fix: str) -> ParamError:
    return ParamError(what, where=where, fix=fix, code="bad-yaml")
