"""People with everything a plan asks of them: told by a data set, else at target, and said so."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from salesanalysis.incentives import Plan
from salesanalysis.incentives.inputs.asked import scales_of
from salesanalysis.incentives.inputs.deals import LENGTHS
from salesanalysis.incentives.inputs.sheets import quota_measures, used_measures, wanted_of
from salesanalysis.labels import LANGUAGES, count
from salesanalysis.planner.crowd import Crowd
from salesanalysis.planner.mains import costs_of, of_main
from salesanalysis.planner.refusals import pair_of

#: Quota and result of a measure that counts things.
_COUNT = 10.0
#: Parts that pay by where people stand: the column they read.
_PLACES = {"pool": "team", "override": "manager"}


def fitted(crowd: Crowd, *plans: Plan) -> Crowd:
    """Return a crowd with what plans ask beside quota and sales.

    Team, manager, role and base pay come from the data set's table of people, cash from its
    collections, margin from the cost of its sales. What no table tells stands at target, and
    `Crowd.others` names it; where people stand is never assumed of a data set's own.
    """
    for plan in plans:
        crowd = _results(_places(crowd, plan), plan)
    return _of_group(crowd, plans[0])


def asked(plan: Plan) -> tuple[str, ...]:
    """Return what a plan asks beside quota and sales: the same for every move of its numbers."""
    counted = ("credited",) if plan.is_cumulative else ()
    return (plan.head.measure, *beside_sales(plan), *places_of(plan), *counted)


def beside_sales(plan: Plan) -> list[str]:
    """Return the measures a plan reads beside its main one, or wants of every deal."""
    used, head = used_measures(plan), plan.head
    wanted = (n for n, m in head.measures.items() if n in used or m.kind in ("money", "count"))
    return sorted(set(wanted) - {head.measure})


def titled(plan: Plan, measure: str) -> tuple[str, str]:
    """Return how a measure is called, (English, Chinese)."""
    return plan.head.measures[measure].title or (measure, measure)


def as_sold(plan: Plan) -> tuple[Plan, tuple[tuple[str, str], ...]]:
    """Return a plan that pays on sales what it pays on cash, and how it calls what follows sales.

    A curve over completion has no cash of its own: it would pay nothing at every completion.
    """
    head = plan.head
    paid = {s.pay for part in plan.components for s in scales_of(part)} - {head.measure, ""}
    names = sorted(n for n in paid if n in head.measures and head.measures[n].kind == "money")
    names = [n for n in names if n not in quota_measures(plan)]
    if not names:
        return plan, ()
    text = plan.to_yaml()
    for name in names:
        said = rf"(\bpay_measure:\s*)(['\"]?){re.escape(name)}\2(?!\w)"
        text = re.sub(said, rf"\g<1>{head.measure}", text)
    return Plan.from_text(text, name=plan.document.name), tuple(titled(plan, n) for n in names)


def places_of(plan: Plan) -> list[str]:
    """Return the columns that say where people stand, of those a plan pays by."""
    parts = plan.document.data["components"]
    found = [_PLACES[p["type"]] for p in parts if p["type"] in _PLACES]
    found += ["base_pay" for p in parts if p["type"] == "pool" and p.get("weights") == "base_pay"]
    found += [c for columns in (plan.head.applies_to, *plan.rules.only.values()) for c in columns]
    return list(dict.fromkeys(found))


def _places(crowd: Crowd, plan: Plan) -> Crowd:
    """Return people with team, manager and groups: as told, or assumed where nobody is anybody."""
    lost = [c for c in places_of(plan) if c not in crowd.people.columns]
    if not lost:
        return crowd
    if not crowd.source:
        made = replace(crowd, people=crowd.people.assign(**_assumed(plan, lost, crowd)))
        names = [pair_of(f"column.{c}", c) for c in lost if c != "base_pay"]
        return made.remarked("planner.assumed.places", names)
    told = crowd.told.people
    known = [] if told is None else [c for c in lost if c in told.columns]
    if told is None or not known:
        return crowd
    people = crowd.people.merge(told[["salesperson", *known]], on="salesperson", how="left")
    texts = {c: people[c].fillna("") for c in known if c != "base_pay"}
    made = replace(crowd, people=people.assign(**texts))
    return _unpaid_managers(made) if "manager" in known else made


def _of_group(crowd: Crowd, plan: Plan) -> Crowd:
    """Return the people a plan is for, and say how many are not."""
    group = {c: v for c, v in plan.head.applies_to.items() if c in crowd.people.columns}
    others = [~crowd.people[c].astype("str").isin(values) for c, values in group.items()]
    inside = ~pd.concat(others, axis=1).any(axis=1) if others else crowd.people["quota"].notna()
    gone = int((~inside).sum())
    if not crowd.source or not gone or not inside.any():
        return crowd
    people = crowd.people[inside].reset_index(drop=True)
    deals = crowd.deals[crowd.deals["salesperson"].isin(people["salesperson"])]
    made = replace(crowd, people=people, deals=deals.reset_index(drop=True))
    kinds = [(v, v) for values in group.values() for v in values]
    return made.remarked("planner.group", kinds, n=count(gone))


def _unpaid_managers(crowd: Crowd) -> Crowd:
    """Return a crowd that says which managers are not among its people."""
    managers = set(crowd.people["manager"]) - {""}
    gone = sorted(managers - set(crowd.names))
    if not gone:
        return crowd
    shown = [tuple(crowd.terms.show("salesperson", n, lang) for lang in LANGUAGES) for n in gone]
    names = [(english, chinese) for english, chinese in shown]
    return crowd.remarked("planner.managers.gone", names, data=crowd.source)


def _assumed(plan: Plan, lost: Sequence[str], crowd: Crowd) -> dict[str, list[str]]:
    """Return teams of ten, the first of each its manager; groups in turns."""
    n = len(crowd.people)
    names = crowd.people["salesperson"].astype("str").tolist()
    wide = max(2, len(str((n - 1) // 10 + 1)))
    made = {
        "team": [f"T{i // 10 + 1:0{wide}d}" for i in range(n)],
        "manager": ["" if i % 10 == 0 else names[i - i % 10] for i in range(n)],
    }
    for columns in (plan.head.applies_to, *plan.rules.only.values()):
        for column, values in columns.items():
            made.setdefault(column, [sorted(values)[i % len(values)] for i in range(n)])
    return {c: made[c] for c in lost if c in made}


def _results(crowd: Crowd, plan: Plan) -> Crowd:
    """Return people and deals with every measure a plan reads."""
    crowd = of_main(crowd, plan)
    people, deals, at_target = crowd.people.copy(), crowd.deals, []
    personal = wanted_of(plan, ["amount"]).results
    main = plan.head.measure
    sold = [name for name in beside_sales(plan) if name not in personal]
    if sold and main not in deals.columns:
        deals = deals.assign(**{main: deals["amount"]})
    for name in beside_sales(plan):
        kind = plan.head.measures[name].kind
        free = name not in quota_measures(plan)
        ruled = free and plan.head.measures[name].margin is not None and _costed(plan, deals)
        own = free and name in sold and (ruled or name in crowd.told.results)
        column = f"quota_{name}"
        if kind in ("money", "count") and column not in people.columns and not own:
            people[column] = people["quota"] if kind == "money" else _COUNT
        if name in personal and name not in people.columns:
            people[name] = {"ratio": 1.0, "number": 0.0}.get(kind, _COUNT)
            at_target.append(name)
        if name in sold and name not in deals.columns and not ruled:
            rows = crowd.told.results[name] if own else _met(crowd, people, name)
            # deals that are assumed are one a person, in the order of the people
            deals = (_told(deals, rows, name, main) if crowd.source
                     else deals.assign(**{name: rows["amount"].to_numpy()}))  # fmt: skip
            rule = plan.head.measures[name].margin
            if rule is not None and not crowd.source:
                cost = deals["amount"].to_numpy() - rows["amount"].to_numpy()
                deals = deals.assign(**{rule.cost: cost.round(2)})
            at_target += [] if own else [name]
    if plan.is_cumulative and not crowd.source and "credited" not in people.columns:
        people["credited"] = 0.0
    said = dict.fromkeys((*crowd.others, *(titled(plan, name) for name in at_target)))
    return replace(crowd, people=people, deals=deals, others=tuple(said))


def _costed(plan: Plan, deals: pd.DataFrame) -> bool:
    return costs_of(plan) <= set(deals.columns)


def _told(deals: pd.DataFrame, rows: pd.DataFrame, name: str, main: str) -> pd.DataFrame:
    """Return deals with the rows of another measure below them; each counts for its own alone."""
    # nothing sold, not nothing known: a plan that reads sales alone takes every row
    sales = {c: 0.0 for c in ("amount", "cost", main) if c in deals.columns}
    below = rows.rename(columns={"amount": name}).assign(**sales)
    return pd.concat([deals, below], ignore_index=True)


def _met(crowd: Crowd, people: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return one deal a person with which everybody stands exactly at target."""
    part = LENGTHS[crowd.per] / LENGTHS[crowd.quota_per]
    return pd.DataFrame(
        {
            "salesperson": people["salesperson"].astype("str"),
            "order_id": [f"{name}-{i + 1}" for i in range(len(people))],
            "date": crowd.period + pd.Timedelta(days=14),
            "amount": (people[f"quota_{name}"].fillna(0.0) * part).round(2),
        }
    )
