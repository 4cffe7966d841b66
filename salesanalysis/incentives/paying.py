"""Settled books as results: rows of a register, the lines of a statement, what comes next."""

import hashlib
import json
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.incentives.book import Book
from salesanalysis.incentives.components import Component, Package, Tiers, next_edge
from salesanalysis.incentives.deals import Credits, first_of
from salesanalysis.incentives.people import Person
from salesanalysis.incentives.problems import decimal
from salesanalysis.incentives.register import PayRegister
from salesanalysis.incentives.settle import Settled, next_value, settle
from salesanalysis.incentives.statement import Statement, shown_completion
from salesanalysis.incentives.wording import edge_text, factor_text, line_rule
from salesanalysis.labels import LANGUAGES, Terms, label
from salesanalysis.rounding import round_half_up

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

#: A statement says what this much more of sales would add, in cents.
MORE = 1_000_000
EMPTY = float("nan")  # only ever beside a status that says why


def amounts_of(frame: pd.DataFrame) -> tuple[int, ...]:
    """Return one amount per order, in cents: a return in the period reduces its own deal."""
    netted = frame.groupby("order_id", sort=False)["cents"].sum()
    return tuple(int(v) for v in netted)


def check_quotas(plan: "Plan", people: Sequence[Person]) -> None:
    """Refuse people without a quota, unless the plan says to list them."""
    without = [p.name for p in people if not p.quota or p.quota <= 0]
    if not (without and plan.needs_quota and plan.head.zero_quota == "error"):
        return
    names = first_of(without, 5)
    raise ContractError(
        f"{len(without)} of {len(people)} people have no quota above 0: {names}.",
        where=f"plan {plan.head.id!r}, column 'quota'",
        fix="give them a quota, or write quota: {zero_quota: exclude_with_report} in the plan",
        rows=pd.DataFrame({"salesperson": without}),
    )


def make_register(
    plan: "Plan", people: Sequence[Person], credits_: Credits, terms: Terms
) -> PayRegister:
    """Pay everybody; each amount equals that of the person's statement."""
    sold = {str(n): part for n, part in credits_.frame.groupby("salesperson", sort=False)}
    none = credits_.frame.iloc[:0]
    # one exact person at a time: tens of people; the array back end is a later issue
    settled = [_pay_one(plan, p, amounts_of(sold.get(p.name, none))) for p in people]
    rows = [row for row, _, _ in settled]
    total = sum(s.cents for _, s, _ in settled if s)
    return PayRegister(
        frame=pd.DataFrame(rows),
        total=total / 100,
        first=credits_.first,
        last=credits_.last,
        n_outside=credits_.n_outside,
        plan_id=plan.head.id,
        plan_title=titles(plan),
        digest=sha(plan.digest + repr([list(row.values()) for row in rows])),
        currency=plan.head.currency,
        terms=terms,
    )


def make_statement(plan: "Plan", who: Person, credits_: Credits, terms: Terms) -> Statement:
    """Put one person's settled lines, and what comes next, into a statement."""
    row, settled, book = _pay_one(plan, who, amounts_of(credits_.frame))
    lines, words = _lines(settled, plan.head.currency)
    ahead = next_edge(plan.components, book) if book else None
    factor = settled.coefficient if settled else None
    return Statement(
        lines=lines,
        payout=row["pay"],
        salesperson=who.name,
        name=who.shown,
        first=credits_.first,
        last=credits_.last,
        quota=row["quota"],
        actual=row["actual"],
        completion=row["completion"],
        completion_text=row["completion_text"],
        coefficient_text="" if factor is None else factor_text(factor),
        status=row["status"],
        to_next=ahead[0] / 100 if ahead else 0.0,
        next_edge=_edge_texts(ahead, plan.head.currency),
        more=MORE / 100,
        more_value=_more_value(plan, book),
        carried=_carried(plan, book),
        n_outside=credits_.n_outside,
        plan_id=plan.head.id,
        plan_title=titles(plan),
        digest=_proof(plan, who, credits_),
        unit=float(plan.unit),
        currency=plan.head.currency,
        terms=Terms({**terms.names, **words}),
    )


def titles(plan: "Plan") -> dict[str, str]:
    """Return what the plan is called in each language."""
    return dict(zip(LANGUAGES, plan.head.title, strict=True))


def _pay_one(
    plan: "Plan", who: Person, amounts: tuple[int, ...]
) -> tuple[dict[str, Any], Settled | None, Book | None]:
    """Return one person's row of the register, what it is settled from, and on which book."""
    quota = who.quota if who.quota and who.quota > 0 else None
    book = None
    if quota or not plan.needs_quota:
        book = Book(amounts, quota, who.credited, who.carried)
    settled = settle(plan, book) if book else None
    actual, factor = sum(amounts), settled.coefficient if settled else None
    row = {
        "salesperson": who.name,
        "name": who.shown,
        "quota": EMPTY if who.quota is None else who.quota / 100,
        "actual": actual / 100,
        "completion": actual / quota if quota else EMPTY,
        "completion_text": shown_completion(actual, quota),
        "coefficient": EMPTY if factor is None else float(factor),
        "pay": settled.cents / 100 if settled else EMPTY,
        "status": _status(settled, quota),
    }
    return row, settled, book


def _status(settled: Settled | None, quota: int | None) -> str:
    """Say why there is pay, or none."""
    if settled is None:
        return "no_quota"
    if quota is None:
        return "amounts_only"
    return "paid" if settled.cents else "nothing_due"


def _lines(settled: Settled | None, currency: str) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the table of lines, and their Chinese words by the English ones."""
    columns = ["line", "rule", "kind", "base", "pay_rate", "exact", "paid"]
    words: dict[str, Any] = {"rule": {}, "line": {}}
    rows = []
    for (part, piece), cents in zip(settled.lines, settled.paid, strict=True) if settled else ():
        single = piece.kind == "factor" or isinstance(part, Package) or len(part.edges) == 1
        number = "" if single else f" {piece.number}"
        flat = " flat" if piece.kind == "times" and isinstance(part, Tiers) else ""
        line = f"{part.id}{number}{flat}"
        rule, chinese = (line_rule(part, piece, lang, currency) for lang in LANGUAGES)
        words["rule"][rule] = {"zh": chinese}
        words["line"][line] = {"zh": f"{part.title[1]}{number}"}
        money = (float(Fraction(piece.base) / 100), float(piece.rate), float(piece.exact / 100))
        rows.append((line, rule, piece.kind, *money, cents / 100))
    types = dict.fromkeys(columns[:3], "str") | dict.fromkeys(columns[3:], "float64")
    return pd.DataFrame(rows, columns=columns).astype(types), words


def _edge_texts(ahead: tuple[int, Component, Fraction] | None, currency: str) -> dict[str, str]:
    """Write the next edge in both languages."""
    if ahead is None or isinstance(ahead[1], Package):
        return {}
    scale, edge = ahead[1].scale, ahead[2]
    return {
        lang: label(f"pay.of.{scale.unit}", lang, span=edge_text(edge, scale, lang, currency))
        for lang in LANGUAGES
    }


def _more_value(plan: "Plan", book: Book | None) -> float:
    """Return what a further `MORE` of sales would add, rounded half up to the plan's unit."""
    if book is None:
        return 0.0
    return float(round_half_up(next_value(plan, book, MORE) / 100, decimal(plan.unit)))


def _carried(plan: "Plan", book: Book | None) -> float:
    """Return the negative balance that goes into the next period, in currency."""
    carries = any(
        isinstance(p, Tiers) and (p.negative, p.basis) == ("carry", "period")
        for p in plan.components
    )
    if book is None or not carries:
        return 0.0
    return min(float(book.total + book.carried), 0.0) / 100


def _proof(plan: "Plan", who: Person, credits_: Credits) -> str:
    """Return the hash of the plan and of everything that went into a statement."""
    frame = credits_.frame
    deals = [
        (str(order), f"{day:%Y-%m-%d}", int(cents))
        for order, day, cents in zip(frame["order_id"], frame["date"], frame["cents"], strict=True)
    ]
    inputs = [who.name, who.quota, who.credited, who.carried, f"{credits_.first:%Y-%m}", deals]
    return sha(plan.digest + json.dumps(inputs, ensure_ascii=False))


def sha(text: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
