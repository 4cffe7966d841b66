"""Many files of one shape as one table: 2024-*.csv."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from salesanalysis.data.engine import quiet
from salesanalysis.data.sources.header import FILE
from salesanalysis.data.sources.paths import inside
from salesanalysis.data.sources.place import Opened, Place
from salesanalysis.errors import ContractError


def is_pattern(path: Path) -> bool:
    """Tell whether a file name stands for several files; one that exists as written does not."""
    return any(c in path.name for c in "*?[") and not path.exists()


def matching(path: Path) -> list[Path]:
    """Return the files a pattern stands for, in the order of their names.

    Raises
    ------
    ContractError
        No file fits, or one is a link that leads out of the folder.
    """
    names = sorted(p.name for p in path.parent.glob(path.name) if p.is_file())
    found = [inside(path.parent, name) for name in names]
    if not found:
        raise ContractError(
            f"No file fits {path.name}.",
            where=f"folder {path.parent}",
            fix="check the pattern: * stands for any letters, ? for one",
            code="no-input",
        )
    return found


def open_all(place: Place, open_one: Callable[[Place], Opened]) -> Opened:
    """Open every file of a pattern and put them below each other.

    Raises
    ------
    ContractError
        A file whose columns are not those of the first.
    """
    import ibis  # noqa: PLC0415

    path = Path(str(place.path))
    files = matching(path)
    opened = [open_one(replace(place, path=file)) for file in files]
    first = opened[0]
    for other in opened[1:]:
        _require_same(first, other, path)
    with quiet():
        tables = [
            o.table.select(*first.table.columns).mutate(**{FILE: ibis.literal(file.name)})
            for o, file in zip(opened, files, strict=True)
        ]
        table = ibis.union(*tables) if len(tables) > 1 else tables[0]
    return replace(
        first,
        table=table,
        name=f"{path.name} ({len(files)} files)",
        blanks=sum(o.blanks for o in opened),
        bare=all(o.bare for o in opened),
        file=FILE,
        errors=_together([o.errors for o in opened], files),
        doubtful=_together([o.doubtful for o in opened], files),
        zones=_one_zone(opened, path),
        notes=tuple(dict.fromkeys(n for o in opened for n in o.notes)),
    )


def _one_zone(opened: list[Opened], path: Path) -> dict[str, str]:
    """Return the time zones of the files, which must be the same."""
    for other in opened[1:]:
        if other.zones != opened[0].zones:
            raise ContractError(
                f"{other.name} counts days in other time zones than {opened[0].name}: "
                f"{other.zones} and {opened[0].zones}.",
                where=f"{path.parent}, file: {path.name}",
                fix="map the files one by one, each with its own timezone:",
                code="bad-choice",
            )
    return opened[0].zones


def _require_same(first: Opened, other: Opened, path: Path) -> None:
    """Refuse a file of another shape, with the columns that differ."""
    mine, theirs = dict(first.table.schema().items()), dict(other.table.schema().items())
    if mine == theirs:
        return
    missing = [c for c in mine if c not in theirs]
    extra = [c for c in theirs if c not in mine]
    kinds = [
        f"{c} ({mine[c]} and {theirs[c]})" for c in mine if c in theirs and mine[c] != theirs[c]
    ]
    parts = {"lacks": missing, "has besides": extra, "has in another type": kinds}
    said = "; ".join(
        f"{verb} {', '.join(map(str, names))}" for verb, names in parts.items() if names
    )
    raise ContractError(
        f"{other.name} has not the columns of {first.name}: it {said}.",
        where=f"{path.parent}, file: {path.name}",
        fix="give all files of the pattern the same columns, or narrow the pattern",
        code="missing-column",
    )


def _together(
    opened: list[dict[str, tuple[str, ...]]], files: list[Path]
) -> dict[str, tuple[str, ...]]:
    """Return the named cells of all workbooks, each with its file."""
    cells: dict[str, tuple[str, ...]] = {}
    for one, file in zip(opened, files, strict=True):
        for column, found in one.items():
            cells[column] = (*cells.get(column, ()), *(f"{file.name} {cell}" for cell in found))
    return cells
