"""``salesanalysis targets build|card|diff|check``: plans, cards, what changed, what is mistyped."""

import argparse
from pathlib import Path
from typing import Any

from salesanalysis.errors import ParamError

#: File in a plan folder that says which columns its tables have.
_PLAN = "plan"
_CARD = "card"


def add_arguments(add: argparse.ArgumentParser) -> None:
    """Add what the subcommand understands."""
    steps = add.add_subparsers(required=True, metavar="STEP", parser_class=type(add))
    build = steps.add_parser("build", help="hand the target down and write the plan to a folder")
    build.add_argument("source", metavar="SOURCE", help="demo, a file, a folder, a database")
    build.add_argument("--mapping", metavar="FILE", help="column names of your export")
    build.add_argument("--as-of", dest="as_of", metavar="DATE", help="look from this evening")
    build.add_argument("--out", required=True, metavar="FOLDER", help="new, or an older draft")
    build.add_argument("--status", default="draft", choices=("draft", "approved", "frozen"))
    build.set_defaults(work=run_build)
    card = steps.add_parser("card", help="write the target card as a workbook")
    card.add_argument("plan", metavar="PLAN", help="a folder that build has written")
    card.add_argument("--out", required=True, metavar="FILE", help="the .xlsx file")
    card.add_argument("--region", metavar="NAME", help="one region only")
    card.add_argument("--person", metavar="NAME", help="one salesperson only, with a page to sign")
    card.set_defaults(work=run_card)
    diff = steps.add_parser("diff", help="what changed between two plans")
    diff.add_argument("old", metavar="OLD")
    diff.add_argument("new", metavar="NEW")
    diff.add_argument("--out", metavar="FILE", help="write every changed cell as CSV")
    diff.set_defaults(work=run_diff)
    check = steps.add_parser("check", help="mistyped targets, or edits of a workbook")
    check.add_argument("file", metavar="FILE", help="a CSV table of targets, or a card's .xlsx")
    check.add_argument("--plan", metavar="FOLDER", help="the plan the workbook was written from")
    check.add_argument("--by", default="", metavar="COLUMNS", help="salesperson,metric ...")
    check.add_argument("--period", default="period", metavar="COLUMN", help="of the month")
    check.add_argument("--value", default="value", metavar="COLUMN", help="of the target")
    check.add_argument("--out", metavar="FILE", help="write what was found as CSV")
    check.set_defaults(work=run_check)
    for step in (build, card, diff, check):
        step.add_argument("--lang", default="en", choices=("en", "zh"), help="default en")


def run_build(given: argparse.Namespace) -> int:
    """Make the plan of a data set and write it."""
    import salesanalysis  # noqa: PLC0415  the version is told in one place
    from salesanalysis import store  # noqa: PLC0415
    from salesanalysis.book import company  # noqa: PLC0415
    from salesanalysis.data import load  # noqa: PLC0415
    from salesanalysis.targets.card.versions import STATES, version  # noqa: PLC0415

    folder = Path(given.out)
    _refuse_frozen(folder)
    data = load(given.source, given.mapping, as_of=given.as_of or None)
    results = company(data)
    made = version(
        results.plan,
        parameters={"data": data.name, "as_of": f"{data.as_of:%Y-%m-%d}", "way": results.plan.way},
        inputs={"basis": results.basis.to_frame()},
        code=salesanalysis.__version__,
    )
    for status in STATES[1 : STATES.index(given.status) + 1]:
        made = made.to(status)
    store.write(made, folder / _PLAN)
    store.write(_card(results, made), folder / _CARD)
    _write_csv(folder / "plan.csv", made.plan.to_frame())
    print(made.headline(given.lang))
    print(made.plan.explain(given.lang))
    print(folder)
    return 0


def _card(results: Any, made: Any) -> Any:
    """Return the card of a plan, with chances, what was sold so far, and the year before."""
    from contextlib import suppress  # noqa: PLC0415

    from salesanalysis.errors import ContractError  # noqa: PLC0415
    from salesanalysis.targets.card.build import card  # noqa: PLC0415
    from salesanalysis.targets.fairness.planned import chances, plan_report  # noqa: PLC0415

    plan, data = made.plan, results.data
    quality, likely = None, None
    with suppress(ContractError):
        # too little history for a forecast: the card says that the chance is not known
        quality = plan_report(plan, forecast=results.forecast, panel=results.business)
        likely = chances(plan, results.forecast)
    sold = data.panel(by=list(plan.levels)).frame
    year = plan.calendar.years_of(sold["period"])
    return card(
        made,
        quality=quality,
        chances=likely,
        actual=sold[year == plan.year],
        last_year=sold[year == plan.year - 1],
    )


def _refuse_frozen(folder: Path) -> None:
    """Refuse to write over a plan that is frozen, or over files of somebody else."""
    if (folder / _PLAN / "result.json").is_file():
        if _read(folder).status != "frozen":
            return
        raise ParamError(
            f"The plan in {folder} is frozen.",
            where="salesanalysis targets build --out",
            fix="write into another folder, and compare the two with targets diff",
            code="bad-choice",
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ParamError(
            f"{folder} exists and holds no plan.",
            where="salesanalysis targets build --out",
            fix="choose a new folder",
            code="bad-choice",
        )


def _read_card(folder: str | Path) -> Any:
    """Read the card of a plan folder."""
    from salesanalysis import store  # noqa: PLC0415

    _read(folder)
    home = Path(folder) / _CARD
    if store.is_stored(home):
        return store.read(home)
    raise ParamError(
        f"{folder} holds a plan without its card.",
        where=str(home),
        fix="build the plan again",
        code="no-input",
    )


def _read(folder: str | Path) -> Any:
    """Read the version of a plan folder."""
    from salesanalysis import store  # noqa: PLC0415
    from salesanalysis.targets.card.versions import Version  # noqa: PLC0415

    home = Path(folder) / _PLAN
    found = store.read(home) if store.is_stored(home) else None
    if isinstance(found, Version):
        return found
    raise ParamError(
        f"{folder} holds no plan.",
        where=str(home),
        fix=f"write one: salesanalysis targets build demo --out {folder}",
        code="no-input",
    )


def run_card(given: argparse.Namespace) -> int:
    """Write the workbook of a plan."""
    from salesanalysis.atomic import write_atomic  # noqa: PLC0415
    from salesanalysis.targets.card.workbook import workbook  # noqa: PLC0415

    _require_suffix(given.out, ".xlsx", "--out")
    made = _read_card(given.plan)
    where = {"region": given.region, "salesperson": given.person}
    chosen = {level: name for level, name in where.items() if name}
    if chosen:
        made = made.select(**chosen)
    path = write_atomic(Path(given.out), workbook(made, lang=given.lang))
    print(made.headline(given.lang))
    print(path)
    return 0


def _require_suffix(name: str, suffix: str, where: str) -> None:
    if not name.casefold().endswith(suffix):
        raise ParamError(
            f"{name} does not end with {suffix}.",
            where=where,
            fix=f"write {name}{suffix}",
            code="bad-choice",
        )


def run_diff(given: argparse.Namespace) -> int:
    """Say what changed between two plans."""
    from salesanalysis.targets.card.diff import diff_plans  # noqa: PLC0415

    old, new = _read(given.old), _read(given.new)
    found = diff_plans(old.plan, new.plan, old_name=old.plan_id, new_name=new.plan_id)
    print(found.explain(given.lang))
    if given.out:
        print(_write_csv(Path(given.out), found.to_frame()))
    return 0


def run_check(given: argparse.Namespace) -> int:
    """Name mistyped targets of a table, or the edits of a workbook; 1 where there are any."""
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


def _check_workbook(given: argparse.Namespace) -> int:
    from salesanalysis.commands.words import table_text  # noqa: PLC0415
    from salesanalysis.labels import count, label  # noqa: PLC0415
    from salesanalysis.targets.card.reading import read_edits  # noqa: PLC0415

    made = _read_card(given.plan)
    edits = read_edits(Path(given.file).read_bytes(), made)
    print(label("card.edits" if len(edits) else "card.no_edits", given.lang, n=count(len(edits))))
    if len(edits):
        print(table_text(edits, given.lang, made.terms))
    if given.out:
        print(_write_csv(Path(given.out), edits))
    return int(len(edits) > 0)


def _check_table(given: argparse.Namespace) -> int:
    from salesanalysis.targets.fairness.entry import find_entry_errors  # noqa: PLC0415

    table = _read_csv(given)
    by = [c.strip() for c in given.by.split(",") if c.strip()]
    found = find_entry_errors(table, by=by or _keys(table))
    print(found.explain(given.lang))
    if given.out:
        print(_write_csv(Path(given.out), found.to_frame()))
    return int((found.frame["kind"] != "roll_up").any())


def _read_csv(given: argparse.Namespace) -> Any:
    """Read a table of targets; names stay text, NA is a name."""
    import pandas as pd  # noqa: PLC0415

    from salesanalysis.errors import ContractError, require_columns  # noqa: PLC0415

    try:
        table = pd.read_csv(given.file, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise ContractError(
            f"{given.file} is no CSV table: {type(error).__name__}.",
            where=given.file,
            fix="save it as UTF-8 CSV with a row of headings",
            code="bad-value",
        ) from None
    require_columns(table, [given.period, given.value], name=given.file)
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


def _write_csv(path: Path, frame: Any) -> Path:
    """Write a table as CSV every spreadsheet reads, text kept from running."""
    from salesanalysis.atomic import write_atomic  # noqa: PLC0415
    from salesanalysis.spreadsheet import csv_text  # noqa: PLC0415

    shown = frame.copy()
    for column in shown.select_dtypes("datetime").columns:
        shown[column] = shown[column].dt.strftime("%Y-%m-%d")
    rows = [
        [None if v != v else v for v in row]  # noqa: PLR0124
        for row in shown.itertuples(index=False, name=None)
    ]
    text = csv_text([str(c) for c in shown.columns], rows)
    return write_atomic(path, text.encode("utf-8-sig"))
