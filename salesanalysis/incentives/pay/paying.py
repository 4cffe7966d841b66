"""Settled sheets as results: rows of a register, the lines of a statement, what comes next."""

import hashlib
import json
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.incentives.components import (
    Component,
    Tiers,
)
from salesanalysis.incentives.exact.ahead import next_edge
from salesanalysis.incentives.exact.settle import Settled, next_value, settle
from salesanalysis.incentives.inputs.book import Sheet
from salesanalysis.incentives.inputs.deals import first_of
from salesanalysis.incentives.inputs.people import Person
from salesanalysis.incentives.inputs.sheets import (
    Given,
    below_cost,
    large_deals,
    quota_measures,
    quotas_needed,
    sheets_of,
)
from salesanalysis.incentives.language.reader import decimal
from salesanalysis.incentives.pay.lines import line_names, lines_of
from salesanalysis.incentives.pay.register import PayRegister
from salesanalysis.incentives.pay.rows import EMPTY, row_of, runs_on
from salesanalysis.incentives.pay.statement import Statement
from salesanalysis.incentives.words.numbers import factor_text
from salesanalysis.incentives.words.policy import margin_text
from salesanalysis.incentives.words.voice import Voice
from salesanalysis.labels import LANGUAGES, Terms
from salesanalysis.rounding import round_half_up

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

__all__ = [
    "check_quotas",
    "inputs_text",
    "line_names",
    "make_register",
    "make_statement",
    "row_of",
    "sha",
    "statement_of",
    "titles",
]

#: A statement says what this much more of sales would add, in cents; of what is counted, one more.
MORE, ONE = 1_000_000, 100
#: What a deal counts in cents; of a margin also what it is the difference of.
_CENTS = ("cents", "sold", "cost")


def check_quotas(plan: "Plan", people: Sequence[Person]) -> None:
    """Refuse people without a quota, unless the plan says to list them."""
    if plan.rules.settlement.true_up != "none":
        _require_to_date(plan, people)
    missing = [
        (p.name, m)
        for p in people
        for m in quotas_needed(plan, p, pools=True)
        if p.quota(m) is None
    ]
    if not (missing and plan.head.zero_quota == "error"):
        return
    without = list(dict.fromkeys(name for name, _ in missing))
    names, own = first_of(without, 5), missing[0][1]
    column = "quota" if own == plan.head.measure else f"quota_{own}"
    raise ContractError(
        f"{len(without)} of {len(people)} people have no quota above 0: {names}.",
        where=f"plan {plan.head.id!r}, column {column!r}",
        fix="give them a quota, or write quota: {zero_quota: exclude_with_report} in the plan",
        rows=pd.DataFrame({"salesperson": without}),
    )


def _require_to_date(plan: "Plan", people: Sequence[Person]) -> None:
    """Refuse a credit of earlier periods without their quotas: the year would look too good."""
    for m in quota_measures(plan):
        odd = [
            p.name
            for p in people
            if p.credited.get(m) and m not in p.before and p.to_date.get(m) is None
        ]
        if odd:
            column = "quota_to_date" if m == plan.head.measure else f"quota_to_date_{m}"
            raise ContractError(
                f"{len(odd)} of {len(people)} people have a credit of earlier periods and no "
                f"quota to date: {first_of(odd, 5)}.",
                where=f"plan {plan.head.id!r}, people, column {column!r}",
                fix=f"add {column!r}: the quotas of the year up to and with this period",
                code="missing-column",
            )


def make_register(plan: "Plan", given: Given, terms: Terms) -> PayRegister:
    """Pay everybody; each amount equals that of the person's statement."""
    # exact fractions, one person at a time: the reference that the arrays are checked against
    sheets = sheets_of(plan, given)
    settled = [None if s is None else settle(plan, s) for s in sheets]
    rows = [
        row_of(plan, given, who, sheet, paid)
        for who, sheet, paid in zip(given.people, sheets, settled, strict=True)
    ]
    large = [deal for who in given.people for deal in large_deals(plan, given, who)]
    total = sum(s.cents for s in settled if s)
    return PayRegister(
        frame=pd.DataFrame(rows),
        total=total / 100,
        first=given.deals.first,
        last=given.deals.last,
        n_outside=given.n_outside,
        n_rounded=given.n_rounded,
        n_repeated=given.n_repeated,
        large=tuple(large),
        below_cost=tuple(below_cost(given)),
        measure=measure_names(plan),
        counted=_counts(plan),
        plan_id=plan.head.id,
        plan_title=titles(plan),
        digest=sha(plan.digest + repr([list(row.values()) for row in rows])),
        currency=plan.head.currency,
        terms=terms,
    )


def make_statement(plan: "Plan", name: str, given: Given, terms: Terms) -> Statement:
    """Put one person's settled lines, and what comes next, into a statement."""
    at = [who.name for who in given.people].index(name)
    return statement_of(plan, given.people[at], given, sheets_of(plan, given)[at], terms)


def statement_of(
    plan: "Plan",
    who: Person,
    given: Given,
    sheet: Sheet | None,
    terms: Terms,
    *,
    inputs: str = "",
) -> Statement:
    """Return the statement of one person whose sheet is known; `inputs` as of `inputs_text`."""
    settled = None if sheet is None else settle(plan, sheet)
    row = row_of(plan, given, who, sheet, settled)
    lines, words = lines_of(plan, settled)
    ahead = next_edge(plan.components, sheet) if sheet else None
    factor = settled.coefficient if settled else None
    return Statement(
        lines=lines,
        payout=row["pay"],
        gross=settled.gross / 100 if settled else EMPTY,
        balances=_balances(settled),
        salesperson=who.name,
        name=who.shown,
        first=given.deals.first,
        last=given.deals.last,
        quota=row["quota"],
        actual=row["actual"],
        completion=row["completion"],
        completion_text=row["completion_text"],
        coefficient_text="" if factor is None else factor_text(factor),
        status=row["status"],
        to_next=ahead[0] / 100 if ahead else 0.0,
        next_edge=_edge_texts(plan, ahead),
        more=_more(plan) / 100,
        more_value=_more_value(plan, sheet),
        carried=carried(plan, sheet),
        n_outside=given.n_outside,
        n_late=given.registers.n_late,
        credit=row["credit"],
        stated_quota=row["stated_quota"],
        large=tuple(large_deals(plan, given, who)),
        below_cost=tuple(below_cost(given, who.name)),
        measure=measure_names(plan),
        counted=_counts(plan),
        meaning={
            lang: margin_text(plan.head.measure, Voice(plan.head, lang)) for lang in LANGUAGES
        },
        to_date=plan.rules.settlement.true_up != "none"
        or (sheet is not None and runs_on(plan, sheet)),
        n_rounded=given.n_rounded,
        n_repeated=given.n_repeated,
        plan_id=plan.head.id,
        plan_title=titles(plan),
        digest=_proof(plan, who, given, inputs),
        unit=float(plan.unit),
        currency=plan.head.currency,
        terms=Terms({**terms.names, **words}),
    )


def titles(plan: "Plan") -> dict[str, str]:
    """Return what the plan is called in each language."""
    return dict(zip(LANGUAGES, plan.head.title, strict=True))


def measure_names(plan: "Plan") -> dict[str, str]:
    """Return what the main measure is called in each language."""
    return {lang: Voice(plan.head, lang).main for lang in LANGUAGES}


def _balances(settled: Settled | None) -> dict[str, float]:
    """Return what is handed to the next period, in currency; the draw's periods as a count."""
    if settled is None:
        return {}
    out = {k: v / 100 for k, v in settled.balances._asdict().items()}
    return {**out, "periods": float(settled.balances.periods)}


def _edge_texts(plan: "Plan", ahead: tuple[int, Component, Fraction] | None) -> dict[str, str]:
    """Write the next edge in both languages."""
    if ahead is None:
        return {}
    scale, edge = ahead[1].scale, ahead[2]  # type: ignore[union-attr]
    voices = [Voice(plan.head, lang) for lang in LANGUAGES]
    return {v.lang: v.of(scale, v.edge(edge, scale)) for v in voices}


def _counts(plan: "Plan") -> bool:
    """Tell whether the plan counts pieces, not money."""
    return plan.head.measures[plan.head.measure].kind == "count"


def _more(plan: "Plan") -> int:
    """Return how much more a statement speaks of, in cents or hundredths of a piece."""
    return ONE if _counts(plan) else MORE


def _more_value(plan: "Plan", sheet: Sheet | None) -> float:
    """Return what so much more would add, rounded half up to the plan's unit."""
    if sheet is None:
        return 0.0
    return float(round_half_up(next_value(plan, sheet, _more(plan)) / 100, decimal(plan.unit)))


def carried(plan: "Plan", sheet: Sheet | None) -> float:
    """Return the negative balance that goes into the next period, in currency."""
    carries = any(
        isinstance(p, Tiers) and (p.negative, p.basis) == ("carry", "period")
        for p in plan.components
    )
    if sheet is None or not carries:
        return 0.0
    book = sheet.now.first
    return min(float(book.total + book.carried), 0.0) / 100


def inputs_text(given: Given) -> str:
    """Return the deals and register entries of a period as text, for the hashes of statements."""
    deals = [
        [
            name,
            [
                (str(order), f"{day:%Y-%m-%d}", *map(int, cents))
                for order, day, *cents in part.frame[
                    ["order_id", "date", *(c for c in _CENTS if c in part.frame.columns)]
                ].itertuples(index=False, name=None)
            ],
        ]
        for name, part in sorted(given.credits.items())
    ]
    entries = repr([given.registers.penalties, sorted(given.registers.reversals.items())])
    return ", ".join(json.dumps(part, ensure_ascii=False) for part in (deals, entries))


def _proof(plan: "Plan", who: Person, given: Given, inputs: str) -> str:
    """Return the hash of the plan and of everything that went into a statement."""
    texts = [repr(who), f"{given.deals.first:%Y-%m}"]
    if who.name in given.pieces:
        texts.append(repr(given.pieces[who.name]))
    if given.span.working is not None:
        texts.append(", ".join(f"{day:%Y-%m-%d}" for day in given.span.working))
    own = [json.dumps(v, ensure_ascii=False) for v in texts]
    return sha(f"{plan.digest}[{', '.join(own)}, {inputs or inputs_text(given)}]")


def sha(text: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
