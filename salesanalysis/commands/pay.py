"""``salesanalysis pay``: statements for everybody, what changed since, and a plan looked at."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesanalysis.errors import ParamError

if TYPE_CHECKING:
    from salesanalysis.incentives import Plan
    from salesanalysis.report.pay.paid import Inputs, Payday


def add_arguments(add: argparse.ArgumentParser) -> None:
    """Add what the subcommand understands."""
    add.add_argument("--check", metavar="PLAN", help="say a plan in words, with what is doubtful")
    add.add_argument("--plan", metavar="PLAN", help="the plan, a .yaml file")
    add.add_argument("--people", metavar="FILE", help="who is paid: CSV or a workbook")
    add.add_argument("--deals", metavar="FILE", help="what is paid: CSV, a workbook, a folder")
    add.add_argument("--period", metavar="MONTH", help="the period to pay, such as 2024-03")
    add.add_argument("--through", metavar="MONTH", help="and all up to this one, balances carried")
    add.add_argument("--penalties", metavar="FILE", help="salesperson, penalty, count")
    add.add_argument("--clawbacks", metavar="FILE", help="cancelled deals of earlier periods")
    add.add_argument("--workdays", metavar="FILE", help="date, is_workday: other days off")
    add.add_argument("--fx", action="append", default=[], metavar="USD=7.10", help="a rate")
    add.add_argument("--closed-through", default="", metavar="MONTH", help="last closed month")
    add.add_argument("--dedupe", action="store_true", help="keep one of deals that stand twice")
    add.add_argument("--year-start", default=1, type=int, metavar="1..12", help="first month")
    add.add_argument("--against", metavar="OLD", help="an earlier folder or file of deals")
    add.add_argument("--appeal", metavar="FILE", help="claims: order_id, field, claimed")
    add.add_argument("--lang", default="both", choices=("en", "zh", "both"), help="default both")
    add.add_argument("--out", metavar="FOLDER", help="new, or one an earlier run has written")
    add.set_defaults(work=run)


def run(given: argparse.Namespace) -> int:
    """Pay everybody, or look at a plan."""
    if given.check:
        return run_check(given)
    _require(given)
    from salesanalysis.incentives import Plan  # noqa: PLC0415
    from salesanalysis.periods import FiscalCalendar  # noqa: PLC0415
    from salesanalysis.report.pay import writing  # noqa: PLC0415
    from salesanalysis.report.pay.paid import pay_everybody  # noqa: PLC0415

    out = Path(given.out)
    writing.refuse_foreign(out)
    plan = Plan.from_yaml(given.plan)
    inputs = _inputs(given, plan)
    last = given.through or given.period
    calendar = FiscalCalendar(given.year_start)
    payday = pay_everybody(plan, inputs, first=given.period, last=last, calendar=calendar)
    changed = _against(given, plan, inputs, payday, calendar) if given.against else None
    if given.appeal:
        changed = _appealed(given, plan, inputs, payday, calendar)
    languages = _languages(given)
    writing.write_payday(
        out, payday, inputs, languages=languages, plan_file=Path(given.plan), correction=changed
    )
    for line in _said(payday, inputs, languages[0]):
        print(line)
    if changed is not None:
        print(changed.explain(languages[0]))
    print(out)
    return 0


def run_check(given: argparse.Namespace) -> int:
    """Print a plan in words and what it provokes; 1 where something grave is found."""
    from salesanalysis.incentives import Plan, lint  # noqa: PLC0415

    plan = Plan.from_yaml(given.check)
    for lang in _languages(given):
        print(plan.text(lang))
        print()
        found = lint(plan)
        print(found.explain(lang))
    return int((found.frame["severity"] == "high").any())


def _languages(given: argparse.Namespace) -> list[str]:
    return ["en", "zh"] if given.lang == "both" else [given.lang]


def _require(given: argparse.Namespace) -> None:
    """Refuse a call that lacks something."""
    needed = ("plan", "people", "deals", "period", "out")
    missing = [f"--{name}" for name in needed if not getattr(given, name)]
    if missing:
        raise ParamError(
            f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing.",
            where="salesanalysis pay",
            fix="pay: --plan P --people F --deals F --period 2024-03 --out FOLDER; "
            "look at a plan: --check P",
            code="bad-choice",
        )
    if given.appeal and given.against:
        raise ParamError(
            "--appeal and --against both say what has changed.",
            where="salesanalysis pay",
            fix="use one of them at a time",
            code="bad-choice",
        )


def _inputs(given: argparse.Namespace, plan: "Plan") -> "Inputs":
    """Read everything that is paid from."""
    from salesanalysis.report.pay import reading  # noqa: PLC0415
    from salesanalysis.report.pay.paid import Inputs  # noqa: PLC0415

    registers = {
        name: reading.read_register(Path(path), plan, name)
        for name in ("penalties", "clawbacks", "workdays")
        if (path := getattr(given, name))
    }
    return Inputs(
        reading.read_people(Path(given.people), plan),
        reading.read_deals(Path(given.deals), plan),
        registers.get("penalties"),
        registers.get("clawbacks"),
        _rates(given.fx),
        registers.get("workdays"),
        given.closed_through,
        given.dedupe,
    )


def _rates(texts: list[str]) -> dict[str, str]:
    """Read rates such as USD=7.10."""
    import re  # noqa: PLC0415

    found = [re.fullmatch(r"([A-Za-z]{3})=(\d+(?:\.\d+)?)", t.strip()) for t in texts]
    for text, match in zip(texts, found, strict=True):
        if match is None or not float(match[2]):
            raise ParamError(
                f"--fx {text} is no rate.",
                where="salesanalysis pay --fx",
                fix="write what one unit is worth in the plan's currency: USD=7.10",
                code="bad-choice",
            )
    return {m[1].upper(): m[2] for m in found if m}


def _against(
    given: argparse.Namespace, plan: "Plan", inputs: "Inputs", payday: "Payday", calendar: Any
) -> Any:
    """Return what has changed since an earlier payday, or against an earlier file of deals."""
    from salesanalysis.incentives import compare_pay  # noqa: PLC0415
    from salesanalysis.report.pay import reading  # noqa: PLC0415

    old = Path(given.against)
    people, deals = inputs.people, inputs.deals
    if (old / "manifest.json").is_file():
        _refuse_other_rules(old, plan, inputs, payday)
        people = reading.read_people(old / "inputs" / "people.csv", plan)
        deals = reading.read_deals(old / "inputs" / "deals.csv", plan)
    else:
        deals = reading.read_deals(old, plan)
    return compare_pay(
        plan, (people, deals), (inputs.people, inputs.deals),
        first=payday.first, last=payday.last,
        extras=inputs.extras(payday.first, payday.last), calendar=calendar,
    )  # fmt: skip


def _appealed(
    given: argparse.Namespace, plan: "Plan", inputs: "Inputs", payday: "Payday", calendar: Any
) -> Any:
    """Return what claims would change; what was recorded is paid all the same."""
    from salesanalysis.incentives import appeal  # noqa: PLC0415
    from salesanalysis.report.pay import reading  # noqa: PLC0415

    claims = reading.read_register(Path(given.appeal), plan, "claims")
    return appeal(
        plan, claims, inputs.people, inputs.deals,
        period=payday.first, through=payday.last,
        extras=inputs.extras(payday.first, payday.last), calendar=calendar,
    )  # fmt: skip


def _refuse_other_rules(old: Path, plan: "Plan", inputs: "Inputs", payday: "Payday") -> None:
    """Refuse to compare what was paid by another plan, register, rate, or for other periods."""
    from salesanalysis.report.pay import reading, writing  # noqa: PLC0415

    was = writing.read_manifest(old)
    now = {
        "plan_digest": plan.digest,
        "first": f"{payday.first:%Y-%m}",
        "last": f"{payday.last:%Y-%m}",
    }
    odd = [name for name, value in now.items() if was.get(name) != value]
    for name in ("penalties", "clawbacks", "workdays"):
        path, table = old / "inputs" / f"{name}.csv", inputs.tables().get(name)
        before = reading.read_register(path, plan, name) if path.is_file() else None
        if (before is None) != (table is None) or (
            before is not None and table is not None and not before.equals(table)
        ):
            odd.append(name)
    if odd:
        raise ParamError(
            f"{old} was paid with another {', '.join(odd)}; a correction compares people and "
            "deals.",
            where="salesanalysis pay --against",
            fix="pay the earlier people and deals again with this plan and these registers",
            code="bad-choice",
        )


def _said(payday: "Payday", inputs: "Inputs", lang: str) -> list[str]:
    """Return what was paid, in sentences."""
    from salesanalysis.report.pay.saying import sentences  # noqa: PLC0415

    return sentences(payday, inputs, lang)
