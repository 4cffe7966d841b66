"""Where effects come from, as a table in a file: external, internal, plan or unassigned."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from salesanalysis.errors import ContractError, ParamError, nearest, unknown_name
from salesanalysis.project import params
from salesanalysis.variance.effects import EFFECTS, ORIGINS, Place

if TYPE_CHECKING:
    from salesanalysis.strictyaml import Document

#: The table of effects below ``params/``, one's own before the shipped one.
TABLE = ("review", "departments.yaml")


@dataclass(frozen=True)
class Origins:
    """Where the effects of any method come from, read from a file.

    Attributes
    ----------
    effects : mapping of effect to origin
        Those a method does not have are no mistake: one table serves every method.
    source : str
        The file.
    """

    effects: Mapping[str, str] = field(default_factory=dict)
    source: str = ""


def read_origins(path: str | Path | None = None) -> Origins:
    """Read where effects come from; ``explain(..., origin=...)`` takes the result.

    Parameters
    ----------
    path : str or Path, optional
        A table of effects as `salesanalysis.review.read_departments` reads it; default
        ``params/review/departments.yaml``, one's own before the shipped one. An effect without
        ``origin`` keeps that of its method.

    Returns
    -------
    Origins

    Raises
    ------
    ParamError
        A file that cannot be read, without effects, or with an origin that does not exist; file,
        line and the nearest name are given.

    Notes
    -----
    Market size, exchange rates and working days are external; price, mix, cost, launches, our
    share of the market and the factors of a driver tree internal. Accounting texts call size a
    planning variance (not controllable) and share an operational one: Kaplan Publishing (2018),
    ACCA Performance Management. What stays unassigned is shown and never spread over the others.

    Examples
    --------
    >>> table = read_origins()
    >>> table.effects["market_size"], table.effects["price"], table.effects["lost"]
    ('external', 'internal', 'unassigned')
    """
    from salesanalysis.strictyaml import read  # noqa: PLC0415  YAML is read only when asked for

    doc = read(path or params(*TABLE))
    rows = doc.data.get("effects") if isinstance(doc.data, dict) else None
    if not isinstance(rows, dict) or not rows:
        raise _broken(
            f"{doc.name} has no part 'effects'.", doc.where(),
            "write effects: {lost: {origin: external}}",
        )  # fmt: skip
    return Origins(origins_in(doc, rows), str(doc.name))


def origins_in(doc: "Document", rows: Mapping[str, object]) -> dict[str, str]:
    """Return the origin of each row that names one, refusing what is no origin."""
    found = {}
    for effect, row in rows.items():
        if not isinstance(row, Mapping) or "origin" not in row:
            continue
        origin = str(row["origin"])
        if origin not in ORIGINS[:-1]:  # months are open by their date, not by a table
            close = nearest(origin, ORIGINS[:-1])
            raise _broken(
                f"{effect!r} cannot come from {origin!r}.", doc.where("effects", effect),
                f"write {close!r}" if close else f"choose from {', '.join(ORIGINS[:-1])}",
            )  # fmt: skip
        found[str(effect)] = origin
    return found


def checked_origins(
    origin: Mapping[str, str] | Origins | None, more: Mapping[str, Place] | None = None
) -> tuple[str, ...]:
    """Return changed origins as ``effect=origin``, refusing names that do not exist.

    Parameters
    ----------
    origin : mapping of effect to origin, or Origins, optional
        Of a table only what differs from the defaults is a change.
    more : mapping of effect to place, optional
        Effects of a method of its own, beside those all methods share.
    """
    known = EFFECTS | dict(more or {})
    if isinstance(origin, Origins):
        changed = {
            name: to for name, to in origin.effects.items()
            if name in known and to != known[name][2]
        }  # fmt: skip
        return tuple(f"{name}={to}" for name, to in sorted(changed.items()))
    for effect, place in (origin or {}).items():
        for name, names, kind in ((effect, known, "effect"), (place, ORIGINS, "origin")):
            if name not in names:
                raise unknown_name(
                    name, tuple(names), kind=kind, where="explain(origin=...)",
                    error=ContractError,
                )  # fmt: skip
    return tuple(f"{effect}={place}" for effect, place in sorted((origin or {}).items()))


def _broken(what: str, where: str, fix: str) -> ParamError:
    return ParamError(what, where=where, fix=fix, code="bad-yaml")
