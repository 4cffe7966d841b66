"""From tables of theirs to the drafts of all of ours: seen, recognised, put together."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from salesanalysis.data.engine import connect
from salesanalysis.data.propose.checking import empty_rows, is_label, settle_decimals
from salesanalysis.data.propose.doubts import converted
from salesanalysis.data.propose.drafting import Draft, draft
from salesanalysis.data.propose.encodings import look_either
from salesanalysis.data.propose.grouping import overlap, pattern_of, same_shape
from salesanalysis.data.propose.lookups import add_lookups, two_steps
from salesanalysis.data.propose.matching import Note, note
from salesanalysis.data.propose.rows import settle
from salesanalysis.data.propose.seen import Seen, look
from salesanalysis.data.propose.tables import Known, known_as, recognise
from salesanalysis.data.sources import Place, list_tables
from salesanalysis.data.sources.workbook import hidden_sheets
from salesanalysis.data.words.headings import currency_of
from salesanalysis.errors import ContractError, SalesAnalysisError


@dataclass
class Plan:
    """Everything that is proposed for one source.

    Attributes
    ----------
    source : str
        How the source is called.
    drafts : dict, our table -> drafts of its parts
    rules : dict
        Cleaning rules that rows ask for.
    left : list of (name, Note)
        Tables that are not used, and why.
    broken : list of (name, error)
        Tables nobody can read.
    notes : list of Note
    currency : str
    choice : str
        ``label`` or ``open`` where the amounts name several currencies.
    asleep : dict, our table -> why its rules are only a comment
    total : str
        What the order lines are said to add up to.
    """

    source: str
    drafts: dict[str, list[Draft]] = field(default_factory=dict)
    rules: dict[str, Any] = field(default_factory=dict)
    left: list[tuple[str, Note]] = field(default_factory=list)
    broken: list[tuple[str, SalesAnalysisError]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    currency: str = ""
    choice: str = ""
    asleep: dict[str, str] = field(default_factory=dict)
    total: str = ""


def planned(places: list[Place], source: str) -> Plan:
    """Look at every place and write the drafts.

    Raises
    ------
    ContractError
        No place can be read.
    """
    con, plan = connect(), Plan(source)
    plan.notes += _hidden(places)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        room = Path(folder)
        groups = _seen(con, places, room, plan)
        everything = _recognised(groups, plan)
        _sales(con, plan, everything)
        _others(con, plan, everything)
        _lookups(con, plan, [k.seen for k in everything])
        for drafts in plan.drafts.values():
            for made in drafts:
                _merge_rules(plan.rules, settle(con, made))
                settle_decimals(made.seen, made.lines)
        _currency(con, plan)
        _unused(plan, everything)
    return plan


def _hidden(places: list[Place]) -> list[Note]:
    """Name the filled sheets of workbooks that cannot be seen and are not read."""
    books = sorted({p.path for p in places if p.path and p.sheet})
    found = [(path.name, hidden_sheets(path)) for path in books]
    return [
        note("remark.hidden_sheets", file=name, names=", ".join(sheets))
        for name, sheets in found
        if sheets
    ]


def places_of(path: Path) -> list[Place]:
    """Return every table at a path, or refuse a folder without one.

    Raises
    ------
    ContractError
    """
    found = list_tables(path)
    if not found:
        raise ContractError(
            f"{path} holds no table that can be read.",
            where=f"folder {path}",
            fix="put CSV, Excel, Parquet or DuckDB files there",
            code="empty-table",
        )
    return found


def _seen(con: Any, places: list[Place], room: Path, plan: Plan) -> list[Seen]:
    """Look at every place; files of one shape become one."""
    found = []
    for place in places:
        try:
            seen = look_either(con, place, room)
            found.append((seen.place, seen))
        except SalesAnalysisError as error:
            name = place.path.name if place.path else place.table
            plan.broken.append((name + (f" / {place.sheet}" if place.sheet else ""), error))
    if not found:
        raise plan.broken[0][1]
    names = sorted({p.path.name for p in places if p.path})
    out: list[Seen] = []
    for group in same_shape(found):
        pattern = pattern_of(group, names)
        try:
            whole = [look(con, pattern, room)] if pattern else group
        except SalesAnalysisError:
            whole = group
        if pattern and len(whole) == 1:
            whole[0].memo["files"] = sorted({s.file for s in group})
        out += whole
    return out


#: Tables whose figures are no sales.
_NO_SALES = ("targets", "collections", "activities", "market", "surveys", "people")


def _recognised(groups: list[Seen], plan: Plan) -> list[Known]:
    """Recognise every table; where none is sales, take what comes closest."""
    known = [recognise(seen, alone=len(groups) == 1) for seen in groups]
    if any(k.table == "sales" for k in known):
        return known
    deals = [k for k in known if k.table == "opportunities"]
    free = [k for k in known if not k.table] or ([] if deals else known)
    as_sales = [known_as(k.seen, "sales") for k in (deals or free)]
    best = max(as_sales, key=lambda k: (_fit(k), k.seen.called), default=None)
    if best is None:
        return known
    if any(k.seen is best.seen and k.table in _NO_SALES for k in known):
        plan.notes.append(note("remark.no_lines", file=best.seen.called))
    kept = [k for k in known if k.seen is not best.seen or k.table == "opportunities"]
    return [best, *kept]


def _fit(known: Known) -> float:
    """Say how well a table fits one of ours."""
    c = known.chosen
    if known.table == "targets":
        return sum(p.confidence for p in c.values()) + ("month" in known.seen.called.casefold())
    core = ("date", "revenue", "_gross", "order_id", "region", "quantity", "unit_price")
    return sum(c[x].confidence for x in core if x in c) + 0.01 * len(c)


def _sales(con: Any, plan: Plan, everything: list[Known]) -> None:
    """Take every table of order lines that does not repeat another."""
    known = [k for k in everything if k.table == "sales"]
    order = sorted(known, key=lambda k: (-_fit(k), k.seen.called))
    kept: list[Draft] = []
    for k in order:
        made = draft(con, k)
        again = next(
            ((d, why) for d in kept if (why := overlap(con, d, made)) in ("ids", "days", "unread")),
            None,
        )
        if again is None:
            near = next((d for d in kept if overlap(con, d, made) == "new"), None)
            if near is not None:
                made.notes.append(note("remark.same_days", other=near.seen.called))
            kept.append(made)
        else:
            other, why = again
            plan.left.append(
                (k.seen.called, note(f"remark.repeats_{why}", other=other.seen.called))
            )
    place = {id(k.seen): i for i, k in enumerate(everything)}
    plan.drafts["sales"] = sorted(kept, key=lambda d: place[id(d.seen)])
    if len({tuple(d.seen.fields) for d in kept}) > 1:
        plan.notes.append(note("remark.parts", names=", ".join(d.seen.called for d in kept)))


def _others(con: Any, plan: Plan, everything: list[Known]) -> None:
    """Take the best table of theirs for each other of ours."""
    for table in (
        "targets",
        "people",
        "collections",
        "activities",
        "opportunities",
        "market",
        "surveys",
    ):
        known = sorted(
            (k for k in everything if k.table == table), key=lambda k: (-_fit(k), k.seen.called)
        )
        for k in known[1:]:
            plan.left.append(
                (k.seen.called, note("remark.second", table=table, other=known[0].seen.called))
            )
        if known:
            plan.drafts[table] = [draft(con, known[0])]


def _lookups(con: Any, plan: Plan, everything: list[Seen]) -> None:
    """Look names up in the tables that are no lines themselves."""
    lines = {id(d.seen) for t, drafts in plan.drafts.items() for d in drafts if t != "people"}
    others = [s for s in everything if id(s) not in lines]
    for table, drafts in plan.drafts.items():
        if table in ("sales", "targets", "opportunities", "collections"):
            for made in drafts:
                add_lookups(con, made, others)
                two_steps(made, others)


def _merge_rules(into: dict[str, Any], rules: dict[str, Any]) -> None:
    """Put the rules of several parts together."""
    for name, rule in rules.items():
        mine = into.setdefault(name, {"action": rule["action"], "n": 0})
        mine["n"] += rule["n"]
        if rule["action"] == "drop":
            mine["action"] = "drop"
        for column, values in rule.get("where", {}).items():
            there = mine.setdefault("where", {}).setdefault(column, [])
            there += [v for v in values if v not in there]


def _currency(con: Any, plan: Plan) -> None:
    """Find the currency of the amounts: in signs, headings and columns."""
    found: set[str] = set()
    weights: dict[str, int] = {}
    labels: list[bool] = []
    for made in plan.drafts["sales"]:
        found |= made.seen.memo.get("currencies", set())
        line = made.line("currency")
        if not line.theirs:
            made.lines.remove(line)
            continue
        counts = made.seen.counts(con, line.theirs[0], 50)
        codes = {v: currency_of(v) for v in counts}
        gaps = empty_rows(con, made.seen, line.theirs[0])
        if gaps and len(set(codes.values())) == 1 and all(codes.values()):
            # it stands once an order: the amounts of the others are in the same
            line.notes.append(note("remark.currency_gaps", n=gaps, currency=codes.popitem()[1]))
            found |= {currency_of(v) for v in counts}
            line.asleep = True
            continue
        if not counts or not all(codes.values()):
            line.notes.append(note("remark.currency_strange"))
            line.asleep = True
            continue
        renamed = {v: c for v, c in codes.items() if v != c}
        if renamed:
            line.spec["values"] = renamed
        for value, n in counts.items():
            weights[codes[value]] = weights.get(codes[value], 0) + n
        found |= set(codes.values())
        labels.append(is_label(con, made))
    if not found:
        plan.notes.append(note("quality.no_currency"))
    elif len(found) == 1:
        plan.currency = found.pop()
    else:
        plan.choice = "label" if labels and all(labels) else "open"
        plan.currency = max(sorted(found), key=lambda c: weights.get(c, 0))
        key = f"remark.currencies_{plan.choice}"
        if plan.choice == "open":
            _in_one(plan)
        plan.notes.append(note(key, codes=", ".join(sorted(found)), currency=plan.currency))


def _in_one(plan: Plan) -> None:
    """Offer the column that holds the amounts in one currency, where there is one."""
    for made in plan.drafts["sales"]:
        given = [x for x in made.lines if x.ours == "currency" and x.theirs]
        if given and (column := converted(made, given[0].theirs[0])):
            line = made.line("revenue")
            line.notes.append(note("remark.converted", column=column))
            line.choices.append(({"column": column}, column))


def _unused(plan: Plan, everything: list[Known]) -> None:
    """Name the tables that nothing reads."""
    used = {s.called for drafts in plan.drafts.values() for d in drafts for s in d.parts}
    used |= {j.seen.called for drafts in plan.drafts.values() for d in drafts for j in d.joins}
    used |= {name for name, _ in plan.left}
    for k in everything:
        if k.seen.called not in used:
            used.add(k.seen.called)
            plan.left.append(
                (
                    k.seen.called,
                    note("remark.not_known", columns=", ".join(list(k.seen.fields)[:6])),
                )
            )
