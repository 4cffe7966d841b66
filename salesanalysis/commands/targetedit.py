"""``salesanalysis targets edit``: what a planner typed, handed down again into a new plan."""

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesanalysis.commands import planfolder
from salesanalysis.errors import ParamError

if TYPE_CHECKING:
    import pandas as pd


def run_edit(given: argparse.Namespace) -> int:
    """Apply the edits of a workbook or a CSV table to a plan, and write the new one."""
    from salesanalysis.book.planning.choices import Choices  # noqa: PLC0415
    from salesanalysis.targets.card.diff import diff_plans  # noqa: PLC0415

    home, out = Path(given.plan), Path(given.out)
    old = planfolder.read_version(home)
    _refuse_same(home, out)
    planfolder.refuse_foreign(out)
    edits = _edits(given, home)
    choices, origin = planfolder.read_origin(home, given.source)
    before = choices.tables.get("edits")
    tables = {**choices.tables, "edits": _together(before, edits, old.plan.levels)}
    settings = {**choices.settings, "edits": f"{len(tables['edits'])} rows"}
    company = planfolder.open_company(origin, Choices(settings, tables, choices.file), old.plan)
    planfolder.refuse_other_data(old, company, home)
    edited = company.asked.made[1]
    made = planfolder.write_plan(out, company, "draft", origin)
    if edited is not None:
        print(edited.explain(given.lang))
    found = diff_plans(
        old.plan, made.plan, old_name=old.plan_id, new_name=made.plan_id,
        old_why=planfolder.read_why(home), new_why=planfolder.read_why(out),
    )  # fmt: skip
    print(found.explain(given.lang))
    print(made.headline(given.lang))
    print(out)
    return 0


def _refuse_same(home: Path, out: Path) -> None:
    if home.resolve() == out.resolve():
        raise ParamError(
            "The edited plan would replace the one it was made from.",
            where="salesanalysis targets edit --out",
            fix="write into another folder, so that the two can be compared",
            code="bad-choice",
        )


def _edits(given: argparse.Namespace, home: Path) -> "pd.DataFrame":
    """Return the edits of a workbook, or of a CSV table."""
    from salesanalysis.book.planning.tables import read_table  # noqa: PLC0415
    from salesanalysis.targets.card.reading import read_edits  # noqa: PLC0415
    from salesanalysis.targets.card.typed import edits_from_card  # noqa: PLC0415

    path = Path(given.file)
    if not path.is_file():
        raise ParamError(
            f"There is no file {given.file}.",
            where="salesanalysis targets edit",
            fix="check the path",
            code="no-input",
        )
    day = given.on or date.today().isoformat()
    if path.suffix.casefold() != ".xlsx":
        table = read_table(str(path.resolve()), "edits", folder=path.parent, where=given.file)
        return _signed(table, given, day)
    for flag, text in (("--reason", given.reason), ("--author", given.author)):
        if not text:
            raise ParamError(
                f"A workbook does not say {flag.removeprefix('--')}: {flag} is needed.",
                where="salesanalysis targets edit",
                fix=f'write {flag} "..."',
                code="bad-choice",
            )
    made = planfolder.read_card(home)
    step = planfolder.read_version(home).plan.step
    found = read_edits(path.read_bytes(), made, step=step)
    if not len(found):
        raise ParamError(
            f"Nothing was changed in {given.file}.",
            where="salesanalysis targets edit",
            fix="change white cells of the months, save, and come back",
            code="no-input",
        )
    return edits_from_card(
        found, made, reason=given.reason, author=given.author, time=day, pay=given.pay
    )


def _signed(table: "pd.DataFrame", given: argparse.Namespace, day: str) -> "pd.DataFrame":
    """Fill what a table leaves empty with what was said on the command line."""
    import pandas as pd  # noqa: PLC0415

    for column, text in (("reason", given.reason), ("author", given.author)):
        if text:
            table[column] = table[column].where(table[column].str.strip() != "", text)
    table["time"] = table["time"].fillna(pd.Timestamp(day))
    return table


def _together(old: Any, new: "pd.DataFrame", levels: tuple[str, ...]) -> "pd.DataFrame":
    """Return every edit made so far; what the new ones say anew takes the place of the old."""
    import pandas as pd  # noqa: PLC0415

    from salesanalysis.book.planning.ground import joined_edits  # noqa: PLC0415

    return joined_edits(pd.DataFrame() if old is None else old, new, levels)
