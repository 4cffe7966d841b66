"""The plan language as a JSON Schema for editors, from the tables the reader itself uses."""

from salesanalysis.incentives.language.kinds import TYPES
from salesanalysis.incentives.language.penalties import FLOORS, STACKS
from salesanalysis.incentives.language.penalties import KINDS as DEDUCTIONS
from salesanalysis.incentives.language.place import KINDS, PERIODS
from salesanalysis.incentives.language.published_parts import component
from salesanalysis.incentives.language.schema import BLOCKS
from salesanalysis.incentives.language.shapes import (
    BOTH,
    DAY,
    DEFINITIONS,
    FLAG,
    ID,
    NUMBER,
    POSITIVE,
    SHARE,
    TEXT,
    WHO,
    Schema,
    block,
    holds,
    list_of,
    need,
    numbers,
    one,
    or_null,
    when,
)
from salesanalysis.incentives.rules.penalties import COMPARE


def json_schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of plan files.

    It knows shapes, keys, choices, ranges and which key asks for which, so that an editor can
    complete and underline. What compares values (edges that rise, names that exist, weights that
    sum to 1, dates in order, amounts finer than the unit) only the reader checks.

    Examples
    --------
    >>> schema = json_schema()
    >>> sorted(schema["required"])
    ['components', 'measures', 'plan', 'quota', 'schema']
    """
    properties: Schema = {
        "schema": {"const": 1},
        "plan": _plan(),
        "measures": {"type": "object", "minProperties": 1, "additionalProperties": _measure()},
        "credit": or_null(_credit()),
        "quota": _quota(),
        "components": list_of(_component()),
        "limits": or_null(_limits()),
        "penalties": or_null(list_of(_penalty(), 0)),
        "settlement": or_null(_settlement()),
        "tax_warning": or_null(one("cn_one_off_bonus")),
    }
    if set(properties) != set(BLOCKS):
        raise KeyError(f"blocks differ: {sorted(set(properties) ^ set(BLOCKS))}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Incentive plan, schema 1",
        **block(properties, ("schema", "plan", "measures", "quota", "components")),
        "$defs": DEFINITIONS,
    }


def _component() -> Schema:
    """Return a component: its type says which keys it has, so a wrong one is underlined itself."""
    kinds = sorted(TYPES)
    return {
        "type": "object",
        "properties": {"type": one(*kinds)},
        "required": ["id", "type"],
        "allOf": [when(holds(type=kind), component(kind)) for kind in kinds],
    }


def _plan() -> Schema:
    rounding = {
        "unit": numbers(r"(0\.0[125]|0\.[125]0?|[125]0{0,3}(\.0+)?)"),
        "mode": one("half_up"),
        "lines": one("largest_remainder"),
    }
    return block(
        {
            "id": ID,
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
            "effective": block({"from": DAY, "to": or_null(DAY)}, ("from",)),
            "title": BOTH,
            "target_incentive": or_null(
                block({"amount": POSITIVE, "per": one(*PERIODS)}, ("amount", "per"))
            ),
            "rounding": block(rounding, ("unit", "mode", "lines")),
            "applies_to": WHO,
        },
        ("id", "currency", "effective", "title", "rounding"),
    )


def _measure() -> Schema:
    return block(
        {
            "kind": one(*KINDS),
            "date": TEXT,
            "credit": one("owner", "splits", "none"),
            "returns": one("negative"),
            "text": BOTH,
            "margin": or_null(
                block(
                    {"amount": TEXT, "cost": TEXT, "loss": one("zero", "negative")},
                    ("amount", "cost", "loss"),
                )
            ),
        },
        ("kind",),
        **when(holds(kind="money"), need(credit=one("owner", "splits"))),
    )


def _credit() -> Schema:
    kept = {"not": {"required": ["keep"]}}
    windfall = block(
        {"limit": POSITIVE, "keep": SHARE, "review": FLAG},
        ("limit",),
        **when(holds(review=True), kept, need("keep")),
    )
    whole = numbers(r"\+?0*1(\.0+)?", minimum=1, maximum=1)
    total = {"anyOf": [whole, one("overlay")]}
    return block(
        {
            "splits_total": total,
            "windfall": or_null(windfall),
            "fx": one("plan_rate", "none"),
            "round_input": or_null(one("half_up")),
        }
    )


def _quota() -> Schema:
    ramp = block(
        {"shares": list_of(SHARE), "of": list_of(one("quota", "target_incentive"))},
        ("shares", "of"),
    )
    return block(
        {
            "per": one(*PERIODS),
            "paid": or_null(one(*PERIODS)),
            "spread": or_null(one("even", "days")),
            "zero_quota": one("error", "exclude_with_report"),
            "days": one("calendar", "working"),
            "mid_period_change": one("retro", "time_weighted", "split_period", "none"),
            "ramp": or_null(ramp),
        },
        ("per",),
        allOf=[_paid(i) for i in range(len(PERIODS))],
    )


def _paid(i: int) -> Schema:
    """Return what quotas of one length ask for: a spread where a shorter period is paid."""
    shorter = need("paid", paid=one(*PERIODS[:i]))
    same = need(paid={"enum": [PERIODS[i], None]}, spread={"type": "null"})
    return when(
        holds(per=PERIODS[i]), when(shorter, need("spread", spread={"type": "string"}), same)
    )


def _limits() -> Schema:
    by_rate = when(
        holds(of="rate"), need("rate", amount=False), need("amount", rate=False)
    )  # fmt: skip
    early = when(holds(before="coefficients"), need(of=one("pay", "rate")))
    late = when(holds(excess="deferred"), need(of=one("pay", "rate"), before={"type": "null"}))
    cap = block(
        {
            "of": one("pay", "rate", "credit", "deal"),
            "amount": POSITIVE,
            "rate": SHARE,
            "excess": one("lost", "deferred"),
            "before": or_null(one("coefficients")),
            "text": BOTH,
        },
        ("of", "excess"),
        allOf=[by_rate, early, late],
    )
    floor = block({"amount": POSITIVE, "until": or_null(DAY), "text": BOTH}, ("amount",))
    return block({"cap": or_null(cap), "floor": or_null(floor)})


def _penalty() -> Schema:
    ops = {"measure": TEXT, **dict.fromkeys(COMPARE, NUMBER)}
    condition = block(ops, ("measure",), oneOf=[need(op) for op in COMPARE])
    again = {"deduct": need("share"), **holds(per="occurrence")["properties"]}
    return block(
        {
            "id": TEXT,
            "text": BOTH,
            "when": {"anyOf": [one("register"), condition]},
            "deduct": _deduct(),
            "per": one("period", "occurrence"),
            "stack": one(*STACKS),
            "floor": one(*FLOORS),
            "limit": or_null(block({"share_of_pay": SHARE}, ("share_of_pay",))),
        },
        ("id", "when", "deduct", "per", "floor"),
        **when(need("deduct", "per", **again), need("stack")),
    )


def _deduct() -> Schema:
    """Return what one occurrence takes away: exactly one size, and whose pay it touches."""
    whole = numbers(r"[1-9][0-9]*(\.0+)?", minimum=1)
    sizes = {"amount": POSITIVE, "tier": whole, "forfeit": {"const": True}}
    kinds = []
    for kind in DEDUCTIONS:
        of = need(kind, of=False) if kind == "amount" else need(kind, "of")
        least = need("least") if kind == "coefficient" else need(least=False)
        others = need(**{other: False for other in DEDUCTIONS if other != kind})
        kinds.append({"allOf": [of, least, others]})
    keys = {kind: sizes.get(kind, SHARE) for kind in DEDUCTIONS}
    return block({**keys, "of": list_of(TEXT), "least": NUMBER}, oneOf=kinds)


def _settlement() -> Schema:
    true_up = block({"of": one("ytd"), "negative": one("carry", "claw")}, ("of", "negative"))
    draw = block(
        {
            "amount": POSITIVE,
            "months": {"type": "integer", "minimum": 1},
            "recoverable": FLAG,
            "recovery_share": SHARE,
            "text": BOTH,
        },
        ("amount", "months", "recoverable"),
        **when(holds(recoverable=True), need("recovery_share")),
    )
    clawback = block(
        {
            "window_months": {"type": "integer", "minimum": 1},
            "method": one("reversal", "recompute"),
            "floor": one(*FLOORS),
            "text": BOTH,
        },
        ("window_months", "method", "floor"),
    )
    part = numbers(r"\+?0+\.[0-9]*[1-9][0-9]*", minimum=1, maximum=0)  # no whole number
    holdback = block({"share": part, "release": BOTH, "text": BOTH}, ("share", "release"))
    return block(
        {
            "true_up": {"anyOf": [one("none"), {"type": "null"}, true_up]},
            "clawback": or_null(clawback),
            "holdback": or_null(holdback),
            "draw": or_null(draw),
            "leaver": one("forfeit", "prorata_to_last_day", "pay_earned"),
        },
        **when(need("draw", draw={"type": "object", **holds(recoverable=True)}), need("leaver")),
    )
