"""``salesanalysis targets``: choices, a plan, its card and edits, what changed, what is odd."""

import argparse
from pathlib import Path

from salesanalysis.commands import planfolder
from salesanalysis.commands.targetcheck import run_check
from salesanalysis.commands.targetedit import run_edit
from salesanalysis.errors import ParamError


def add_arguments(add: argparse.ArgumentParser) -> None:
    """Add what the subcommand understands."""
    steps = add.add_subparsers(required=True, metavar="STEP", parser_class=type(add))
    start = steps.add_parser("start", help="write a file with every choice there is, commented")
    start.add_argument("--out", required=True, metavar="FILE", help="the .yaml file, new")
    start.set_defaults(work=run_start)
    build = steps.add_parser("build", help="hand the target down and write the plan to a folder")
    build.add_argument("source", metavar="SOURCE", help="demo, a file, a folder, a database")
    build.add_argument("--mapping", metavar="FILE", help="column names of your export")
    build.add_argument(
        "--as-of", dest="as_of", metavar="DATE",
        help="look from this evening; the plan is for the fiscal year it lies in",
    )  # fmt: skip
    build.add_argument("--choices", metavar="FILE", help="the planner's .yaml file; see start")
    build.add_argument("--previous", metavar="PLAN", help="the last plan, for edits that freeze")
    build.add_argument("--out", required=True, metavar="FOLDER", help="new, or an older draft")
    build.add_argument(
        "--status",
        default="draft",
        choices=("draft", "approved", "frozen"),
        help="of the plan, default draft",
    )
    build.set_defaults(work=run_build)
    card = steps.add_parser("card", help="write the target card as a workbook")
    card.add_argument("plan", metavar="PLAN", help="a folder that build has written")
    card.add_argument("--out", required=True, metavar="FILE", help="the .xlsx file")
    card.add_argument("--region", metavar="NAME", help="one region only")
    card.add_argument("--person", metavar="NAME", help="one salesperson only, with a page to sign")
    card.set_defaults(work=run_card)
    edit = steps.add_parser("edit", help="hand down again with what was changed by hand")
    edit.add_argument("plan", metavar="PLAN", help="a folder that build has written")
    edit.add_argument("file", metavar="FILE", help="the card's .xlsx, changed, or a CSV of edits")
    edit.add_argument("--out", required=True, metavar="FOLDER", help="of the new plan")
    edit.add_argument("--reason", default="", metavar="TEXT", help="why the workbook was changed")
    edit.add_argument("--author", default="", metavar="NAME", help="who changed it")
    edit.add_argument("--on", default="", metavar="DATE", help="when; default today")
    edit.add_argument(
        "--pay", default="months", choices=("months", "siblings"),
        help="who pays for a changed month: other months of the same year (default), or the units "
        "beside it",
    )  # fmt: skip
    edit.add_argument("--source", metavar="SOURCE", help="of the data, where it has moved")
    edit.set_defaults(work=run_edit)
    diff = steps.add_parser("diff", help="what changed between two plans, and why")
    diff.add_argument("old", metavar="OLD")
    diff.add_argument("new", metavar="NEW")
    diff.add_argument("--out", metavar="FILE", help="write every changed cell as CSV")
    diff.set_defaults(work=run_diff)
    check = steps.add_parser("check", help="a plan's quality, mistyped targets, a workbook's edits")
    check.add_argument("file", metavar="FILE", help="a plan, a CSV of targets, or a card's .xlsx")
    check.add_argument("--plan", metavar="FOLDER", help="the plan the workbook was written from")
    check.add_argument("--by", default="", metavar="COLUMNS", help="salesperson,metric ...")
    check.add_argument("--period", default="period", metavar="COLUMN", help="of the month")
    check.add_argument("--value", default="value", metavar="COLUMN", help="of the target")
    check.add_argument("--out", metavar="FILE", help="write what was found as CSV")
    check.set_defaults(work=run_check)
    for step in (build, card, edit, diff, check):
        step.add_argument("--lang", default="en", choices=("en", "zh"), help="default en")


def run_start(given: argparse.Namespace) -> int:
    """Write a file with every choice, each with what it means and its default."""
    from salesanalysis.atomic import write_atomic  # noqa: PLC0415
    from salesanalysis.book.planning.template import TEMPLATE  # noqa: PLC0415

    _require_suffix(given.out, ".yaml", "--out")
    if Path(given.out).exists():
        raise ParamError(
            f"{given.out} exists.",
            where="salesanalysis targets start --out",
            fix="choose a new name",
            code="bad-choice",
        )
    print(write_atomic(Path(given.out), TEMPLATE.encode("utf-8")))
    return 0


def run_build(given: argparse.Namespace) -> int:
    """Make the plan of a data set and write it."""
    from salesanalysis.book.planning.beyond import beyond_line  # noqa: PLC0415
    from salesanalysis.book.planning.choices import Choices  # noqa: PLC0415
    from salesanalysis.book.planning.silent import silent_line  # noqa: PLC0415
    from salesanalysis.book.planning.yearover import year_over_line  # noqa: PLC0415

    folder = Path(given.out)
    planfolder.refuse_foreign(folder)
    # a mistake in the file is told before anything is loaded
    own = Choices.read(given.choices) if given.choices else None
    previous = planfolder.read_version(given.previous).plan if given.previous else None
    origin = planfolder.origin_of(given.source, given.mapping, given.as_of)
    company = planfolder.open_company(
        {**origin, "source": given.source, "mapping": given.mapping or ""}, own, previous
    )
    made = planfolder.write_plan(folder, company, given.status, origin)
    asked = company.asked
    print(made.headline(given.lang))
    print(made.plan.explain(given.lang))
    judged = (asked.tiers, asked.over, asked.gaps, asked.smart, asked.fairness)
    for part in (*judged, asked.metrics, asked.days, asked.made[1]):
        if part is not None:
            print(part.headline(given.lang))
    quiet = silent_line(
        asked.silent, given.lang, currency=asked.plan.currency, terms=asked.plan.terms
    )
    data = company.data
    late = year_over_line(data.calendar, data.as_of, data._span[1], given.lang)
    high = beyond_line(asked.plan, asked.tiers, given.lang)
    for line in filter(None, (high, quiet, late)):
        print(line)
    print(folder)
    return 0


def run_card(given: argparse.Namespace) -> int:
    """Write the workbook of a plan."""
    from salesanalysis.atomic import write_atomic  # noqa: PLC0415
    from salesanalysis.targets.card.workbook import workbook  # noqa: PLC0415

    _require_suffix(given.out, ".xlsx", "--out")
    made = planfolder.read_card(given.plan)
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
    """Say what changed between two plans, and why."""
    from salesanalysis.targets.card.diff import diff_plans  # noqa: PLC0415

    old, new = planfolder.read_version(given.old), planfolder.read_version(given.new)
    found = diff_plans(
        old.plan, new.plan, old_name=old.plan_id, new_name=new.plan_id,
        old_why=planfolder.read_why(given.old), new_why=planfolder.read_why(given.new),
    )  # fmt: skip
    print(found.explain(given.lang))
    if given.out:
        print(planfolder.write_csv(Path(given.out), found.to_frame()))
    return 0
