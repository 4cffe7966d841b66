"""``salesanalysis targets check``: mistyped targets, edits of a workbook, a plan's quality."""

import argparse
from pathlib import Path
from typing import Any

from salesanalysis.commands import planfolder
from salesanalysis.errors import ParamError

#: Findings that are no mistake in a plan the program has made itself.
_PLANNED = ("roll_up", "copied_year", "copied_forward")


def run_check(given: argparse.Namespace) -> int:
    """Name what is doubtful in a plan, a table of targets or a workbook; 1 where there is any."""
    if Path(given.file).is_dir():
        return _check_plan(given)
    if not Path(given.file).is_file():
        raise ParamError(
            f"There is no file {given.file}.",
            where="salesanalysis targets check",
            fix="check the path",
            code="no-input",
        )
    is_workbook = given.file.casefold().endswith(".xlsx")
    if is_workbook != bool(given.plan):
        raise ParamError(
            "A workbook goes with --plan, a table of targets without it.",
            where="salesanalysis targets check",
            fix="write --plan <folder> for an .xlsx file, and leave it out for a CSV file",
            code="bad-choice",
        )
    return _check_workbook(given) if is_workbook else _check_table(given)


def _check_plan(given: argparse.Namespace) -> int:
    """Judge a plan: fairness, SMART letters, months that look mistyped."""
    from salesanalysis import store  # noqa: PLC0415
    from salesanalysis.targets.fairness.entry import find_entry_errors  # noqa: PLC0415
    from salesanalysis.targets.fairness.report import QualityReport  # noqa: PLC0415

    made = planfolder.read_version(given.file)
    parts = [store.read(Path(given.file) / name) for name in planfolder.JUDGED]
    print(made.headline(given.lang))
    for part in parts:
        print(part.explain(given.lang))
    typed = find_entry_errors(
        made.plan.to_frame().drop(columns="status"), by=list(made.plan.levels),
        currency=made.plan.currency, terms=made.plan.terms,
    )  # fmt: skip
    wrong = typed.frame[~typed.frame["kind"].isin(_PLANNED)]
    print(typed.explain(given.lang) if len(wrong) else typed.headline(given.lang))
    fair = parts[0]
    doubtful = isinstance(fair, QualityReport) and (
        bool(fair.frame["harder"].any())
        or any(fair.verdict(t) == "unfair" for t in fair.tests["test"])
    )
    if given.out and isinstance(fair, QualityReport):
        print(planfolder.write_csv(Path(given.out), fair.frame))
    return int(doubtful or len(wrong) > 0)


def _check_workbook(given: argparse.Namespace) -> int:
    from salesanalysis.commands.words import table_text  # noqa: PLC0415
    from salesanalysis.labels import count, label  # noqa: PLC0415
    from salesanalysis.targets.card.reading import read_edits  # noqa: PLC0415

    made = planfolder.read_card(given.plan)
    edits = read_edits(Path(given.file).read_bytes(), made)
    print(label("card.edits" if len(edits) else "card.no_edits", given.lang, n=count(len(edits))))
    if len(edits):
        print(table_text(edits, given.lang, made.terms))
    if given.out:
        print(planfolder.write_csv(Path(given.out), edits))
    return int(len(edits) > 0)


def _check_table(given: argparse.Namespace) -> int:
    from salesanalysis.targets.fairness.entry import find_entry_errors  # noqa: PLC0415

    table = _read_csv(given)
    by = [c.strip() for c in given.by.split(",") if c.strip()]
    found = find_entry_errors(table, by=by or _keys(table))
    print(found.explain(given.lang))
    if given.out:
        print(planfolder.write_csv(Path(given.out), found.to_frame()))
    return int((found.frame["kind"] != "roll_up").any())


def _read_csv(given: argparse.Namespace) -> Any:
    """Read a table of targets; names stay text, NA is a name."""
    import pandas as pd  # noqa: PLC0415

    from salesanalysis.errors import ContractError  # noqa: PLC0415

    try:
        table = pd.read_csv(given.file, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise ContractError(
            f"{given.file} is no CSV table: {type(error).__name__}.",
            where=given.file,
            fix="save it as UTF-8 CSV with a row of headings",
            code="bad-value",
        ) from None
    lost = [f for f in ("period", "value") if getattr(given, f) not in table.columns]
    if lost:
        named = " ".join(f"--{flag} COLUMN" for flag in lost)
        raise ContractError(
            f"{given.file} has no column {getattr(given, lost[0])!r}.",
            where=f"{given.file}, columns: {', '.join(map(str, table.columns))}",
            fix=f"say which columns hold them: {named}",
            code="missing-column",
        )
    table = table.rename(columns={given.period: "period", given.value: "value"})
    period = pd.to_datetime(table["period"], errors="coerce", format="mixed")
    text = table["value"].str.replace(",", "", regex=False).str.strip()
    value = pd.to_numeric(text.mask(text == ""), errors="coerce")
    bad = table[period.isna() | (value.isna() & (text != ""))]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(table)} rows have no month or a target that is no number.",
            where=f"{given.file}, lines {[i + 2 for i in bad.index[:3]]}, see .rows",
            fix="write months as 2024-03-01 and targets as plain numbers",
            rows=bad,
        )
    return table.assign(period=period, value=value)


#: What tells targets apart, as far as a table has it.
_LEVELS = ("region", "product_line", "team", "salesperson", "salesperson_id", "metric", "tier")


def _keys(table: Any) -> list[str]:
    known = [c for c in _LEVELS if c in table.columns]
    if known:
        return known
    raise ParamError(
        f"Which columns tell units apart is not known; there are: {', '.join(table.columns)}.",
        where="salesanalysis targets check",
        fix="write --by salesperson, or several: --by region,salesperson",
        code="bad-choice",
    )
