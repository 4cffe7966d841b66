"""The plan language as a JSON Schema for editors, from the tables the reader itself uses."""

from typing import Any

from salesanalysis.incentives.language.bonus import METHODS
from salesanalysis.incentives.language.kinds import FACTOR_TYPES, TYPES
from salesanalysis.incentives.language.penalties import FLOORS, STACKS
from salesanalysis.incentives.language.penalties import KINDS as DEDUCTIONS
from salesanalysis.incentives.language.place import KINDS, PERIODS
from salesanalysis.incentives.language.schema import BLOCKS
from salesanalysis.incentives.rules.penalties import COMPARE

Schema = dict[str, Any]

_NUMBER: Schema = {
    "description": 'an exact decimal in quotes, such as "0.06"',
    "anyOf": [{"type": "string", "pattern": r"^[-+]?[0-9]+(\.[0-9]+)?$"}, {"type": "integer"}],
}
_EDGE: Schema = {"anyOf": [_NUMBER, {"type": "null"}]}
_TEXT: Schema = {"type": "string", "minLength": 1}
_ID: Schema = {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_-]*$"}
_FLAG: Schema = {"type": "boolean"}
_DAY: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}


def _one(*options: str) -> Schema:
    return {"enum": list(options)}


def _block(properties: Schema, required: tuple[str, ...] = (), **more: Any) -> Schema:
    """Return a mapping with no other keys."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


def _list(items: Schema, least: int = 1) -> Schema:
    return {"type": "array", "items": items, "minItems": least}


def _null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


_BOTH = _block({"en": _TEXT, "zh": _TEXT}, ("en", "zh"))
_POINTS = _list({"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2})
_CLOSED = _one("lower", "upper")
_MEASURED = _block(
    {
        "unit": _one("attainment", "amount"),
        "quota": _one(*PERIODS, "ytd"),
        "tier_measure": _TEXT,
        "pay_measure": _TEXT,
    },
    ("unit", "tier_measure"),
)
_PAYS = _block({"amount": _NUMBER, "of": _one("TI"), "all_met_gate": _FLAG})
_AXIS = _block(
    {"closed": _CLOSED, "measured": _MEASURED, "edges": _list(_EDGE)},
    ("closed", "measured", "edges"),
)
_KPI = _block(
    {
        "measure": _TEXT,
        "weight": _NUMBER,
        "direction": _one("higher", "lower"),
        "ratio": _one("target_over_actual", "linear"),
        "points": _POINTS,
        "below": _NUMBER,
        "cap": _null(_NUMBER),
    },
    ("measure", "weight", "direction", "points", "below"),
)
_WHO = _null({"type": "object", "additionalProperties": _list(_TEXT)})
#: Keys that mean one thing in every component; the others differ by type.
_KEYS: Schema = {
    "basis": _one("deal", "period", "cumulative"),
    "closed": _CLOSED,
    "measured": _MEASURED,
    "mode": _one("marginal", "retroactive"),
    "negative": _one("zero", "carry", "first_rate"),
    "reprice": _one("all", "new_only"),
    "allow_rate_above_one": _FLAG,
    "threshold": _null(
        _block({"at": _NUMBER, "variant": _one("full", "excess", "first_unit")}, ("at", "variant"))
    ),
    "points": _POINTS,
    "below": _NUMBER,
    "scale": _one("TI", "amount"),
    "steps": _list(_block({"from": _NUMBER, "amount": _NUMBER}, ("from", "amount"))),
    "free": _NUMBER,
    "size": _NUMBER,
    "amount": _NUMBER,
    "measure": _TEXT,
    "per_unit": _NUMBER,
    "prizes": _list(_NUMBER),
    "budget": _TEXT,
    "multiplies": _list(_TEXT),
    "bands": _list(_block({"from": _EDGE, "value": _NUMBER}, ("value",))),
    "at": _NUMBER,
    "lookup": _one("stepped", "bilinear"),
    "axes": {**_list(_AXIS, 2), "maxItems": 2},
    "values": _list(_list(_NUMBER)),
    "kpis": _list(_KPI),
    "source": {
        "anyOf": [
            _block({"share": _NUMBER, "measure": _TEXT}, ("share", "measure")),
            _block(
                {
                    "of": _one("TI"),
                    "closed": _CLOSED,
                    "measured": _MEASURED,
                    "points": _POINTS,
                    "below": _NUMBER,
                },
                ("of", "closed", "measured", "points", "below"),
            ),
        ]
    },
    "weights": _one("credit", "equal", "base_pay"),
    "unit": _NUMBER,
    "method": _one(*METHODS),
    "rate": _NUMBER,
    "of": _one("team_credit", "differential"),
    "tiers": _list(
        _block(
            {"from": _NUMBER, "rate": _NUMBER, "flat": _NUMBER, "back_to": _NUMBER},
            ("from", "rate"),
        )
    ),
}
_OWN: dict[str, Schema] = {
    "interpolated": {
        "tiers": _list(
            _block({"from": _NUMBER, "to": _NUMBER, "amount": _NUMBER}, ("from", "to", "amount"))
        )
    },
    "step": {"pays": _one("reached", "sum")},
    "kpi_weighted": {"pays": _PAYS},
    "matrix": {"pays": _PAYS},
}
#: Keys a type may leave out.
_OPTIONAL = (
    "reprice", "allow_rate_above_one", "threshold", "per_unit", "prizes", "unit", "method",
)  # fmt: skip


def json_schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of plan files.

    It knows shapes, keys and choices, so that an editor can complete and underline; what needs
    two places at once (edges that rise, names that exist, weights that sum to 1) only the reader
    checks.

    Examples
    --------
    >>> schema = json_schema()
    >>> sorted(schema["required"])
    ['components', 'measures', 'plan', 'quota', 'schema']
    """
    parts = [_component(kind) for kind in sorted(TYPES)]
    properties: Schema = {
        "schema": {"const": 1},
        "plan": _plan(),
        "measures": {"type": "object", "minProperties": 1, "additionalProperties": _measure()},
        "credit": _null(_credit()),
        "quota": _quota(),
        "components": _list({"oneOf": parts}),
        "limits": _null(_limits()),
        "penalties": _null(_list(_penalty(), 0)),
        "settlement": _null(_settlement()),
        "tax_warning": _null(_one("cn_one_off_bonus")),
    }
    if set(properties) != set(BLOCKS):
        raise KeyError(f"blocks differ: {sorted(set(properties) ^ set(BLOCKS))}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Incentive plan, schema 1",
        **_block(properties, ("schema", "plan", "measures", "quota", "components")),
    }


def _component(kind: str) -> Schema:
    """Return one type of component; its keys are those of the reader."""
    own = _OWN.get(kind, {})
    keys = TYPES[kind][1]
    properties = {"id": _ID, "type": {"const": kind}, "text": _BOTH, "applies_to": _WHO}
    properties |= {name: own[name] if name in own else _KEYS[name] for name in keys}
    optional = (*_OPTIONAL, *(("measure",) if kind == "package" else ()))
    required = ("id", "type", *(k for k in keys if k not in optional))
    about = "multiplies what others earn" if kind in FACTOR_TYPES else "earns pay"
    return _block(properties, required, description=f"{kind}: {about}")


def _plan() -> Schema:
    rounding = {
        "unit": _NUMBER, "mode": _one("half_up"), "lines": _one("largest_remainder"),
    }  # fmt: skip
    return _block(
        {
            "id": _ID,
            "currency": _TEXT,
            "effective": _block({"from": _DAY, "to": _null(_DAY)}, ("from",)),
            "title": _BOTH,
            "target_incentive": _null(
                _block({"amount": _NUMBER, "per": _one(*PERIODS)}, ("amount", "per"))
            ),
            "rounding": _block(rounding, ("unit", "mode", "lines")),
            "applies_to": _WHO,
        },
        ("id", "currency", "effective", "title", "rounding"),
    )


def _measure() -> Schema:
    return _block(
        {
            "kind": _one(*KINDS),
            "date": _TEXT,
            "credit": _one("owner", "splits", "none"),
            "returns": _one("negative"),
            "text": _BOTH,
            "margin": _null(
                _block(
                    {"amount": _TEXT, "cost": _TEXT, "loss": _one("zero", "negative")},
                    ("amount", "cost", "loss"),
                )
            ),
        },
        ("kind",),
    )


def _credit() -> Schema:
    windfall = _block({"limit": _NUMBER, "keep": _NUMBER, "review": _FLAG}, ("limit",))
    total = {"anyOf": [_NUMBER, _one("overlay")]}
    return _block(
        {
            "splits_total": total,
            "windfall": _null(windfall),
            "fx": _one("plan_rate", "none"),
            "round_input": _null(_one("half_up")),
        }
    )


def _quota() -> Schema:
    ramp = _block(
        {"shares": _list(_NUMBER), "of": _list(_one("quota", "target_incentive"))},
        ("shares", "of"),
    )
    return _block(
        {
            "per": _one(*PERIODS),
            "paid": _null(_one(*PERIODS)),
            "spread": _null(_one("even", "days")),
            "zero_quota": _one("error", "exclude_with_report"),
            "days": _one("calendar", "working"),
            "mid_period_change": _one("retro", "time_weighted", "split_period", "none"),
            "ramp": _null(ramp),
        },
        ("per",),
    )


def _limits() -> Schema:
    cap = _block(
        {
            "of": _one("pay", "rate", "credit", "deal"),
            "amount": _NUMBER,
            "rate": _NUMBER,
            "excess": _one("lost", "deferred"),
            "before": _null(_one("coefficients")),
            "text": _BOTH,
        },
        ("of", "excess"),
    )
    floor = _block({"amount": _NUMBER, "until": _null(_DAY), "text": _BOTH}, ("amount",))
    return _block({"cap": _null(cap), "floor": _null(floor)})


def _penalty() -> Schema:
    register = _one("register")
    when = _block({"measure": _TEXT, **dict.fromkeys(COMPARE, _NUMBER)}, ("measure",))
    sizes = {kind: _FLAG if kind == "forfeit" else _NUMBER for kind in DEDUCTIONS}
    return _block(
        {
            "id": _TEXT,
            "text": _BOTH,
            "when": {"anyOf": [register, when]},
            "deduct": _block({**sizes, "of": _list(_TEXT), "least": _NUMBER}),
            "per": _one("period", "occurrence"),
            "stack": _one(*STACKS),
            "floor": _one(*FLOORS),
            "limit": _null(_block({"share_of_pay": _NUMBER}, ("share_of_pay",))),
        },
        ("id", "when", "deduct", "per", "floor"),
    )


def _settlement() -> Schema:
    true_up = _block({"of": _one("ytd"), "negative": _one("carry", "claw")}, ("of", "negative"))
    draw = _block(
        {
            "amount": _NUMBER,
            "months": {"type": "integer", "minimum": 1},
            "recoverable": _FLAG,
            "recovery_share": _NUMBER,
            "text": _BOTH,
        },
        ("amount", "months", "recoverable"),
    )
    clawback = _block(
        {
            "window_months": {"type": "integer", "minimum": 1},
            "method": _one("reversal", "recompute"),
            "floor": _one(*FLOORS),
            "text": _BOTH,
        },
        ("window_months", "method", "floor"),
    )
    holdback = _block({"share": _NUMBER, "release": _BOTH, "text": _BOTH}, ("share", "release"))
    return _block(
        {
            "true_up": {"anyOf": [_one("none"), {"type": "null"}, true_up]},
            "clawback": _null(clawback),
            "holdback": _null(holdback),
            "draw": _null(draw),
            "leaver": _one("forfeit", "prorata_to_last_day", "pay_earned"),
        }
    )
