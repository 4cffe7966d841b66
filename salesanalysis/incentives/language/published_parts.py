"""The components of the plan language as JSON Schema, from the tables the reader itself uses."""

from salesanalysis.incentives.language.bonus import METHODS
from salesanalysis.incentives.language.kinds import FACTOR_TYPES, TYPES
from salesanalysis.incentives.language.place import PERIODS
from salesanalysis.incentives.language.shapes import (
    BOTH,
    COMPLETION,
    FACTOR,
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

_CLOSED = one("lower", "upper")
_EDGE = or_null(NUMBER)


def _points(y: Schema) -> Schema:
    """Return a list of points [x, y]."""
    pair = {"type": "array", "prefixItems": [NUMBER, y], "items": NUMBER}
    return list_of({**pair, "minItems": 2, "maxItems": 2})


def _measured(*, paid: bool) -> Schema:
    """Return what edges are measured in, and what is paid on where anything is."""
    keys = {
        "unit": one("attainment", "amount"),
        "quota": one(*PERIODS, "ytd"),
        "tier_measure": TEXT,
    }
    needed = ("unit", "tier_measure", *(("pay_measure",) if paid else ()))
    keys |= {"pay_measure": TEXT} if paid else {}
    return block(keys, needed, **when(holds(unit="attainment"), need("quota")))


def _pays(*more: str) -> Schema:
    """Return what is paid in full: an amount, or the target incentive."""
    keys = {"amount": POSITIVE, "of": one("TI"), **dict.fromkeys(more, FLAG)}
    return block(keys, more, oneOf=[need("amount"), need("of")])


_AXIS = block(
    {"closed": _CLOSED, "measured": _measured(paid=False), "edges": list_of(_EDGE)},
    ("closed", "measured", "edges"),
)
_KPI = block(
    {
        "measure": TEXT,
        "weight": SHARE,
        "direction": one("higher", "lower"),
        "ratio": one("target_over_actual", "linear"),
        "points": _points(NUMBER),
        "below": NUMBER,
        "cap": or_null(NUMBER),
    },
    ("measure", "weight", "direction", "points", "below"),
    **when(holds(direction="lower"), need("ratio"), need(ratio=False)),
)
_COUNTS = numbers(r"\+?0*(0\.[0-9]*[1-9][0-9]*|1(\.0+)?)", minimum=1, maximum=1)
_BAND = block({"from": NUMBER, "value": FACTOR}, ("from", "value"))
_FIRST_BAND = block({"from": {"type": "null"}, "value": FACTOR}, ("value",))
#: Keys that mean one thing in every component; the others differ by type.
_KEYS: Schema = {
    "basis": one("deal", "period", "cumulative"),
    "closed": _CLOSED,
    "mode": one("marginal", "retroactive"),
    "negative": one("zero", "carry", "first_rate"),
    "reprice": one("all", "new_only"),
    "allow_rate_above_one": FLAG,
    "threshold": or_null(
        block({"at": NUMBER, "variant": one("full", "excess", "first_unit")}, ("at", "variant"))
    ),
    "points": _points(NUMBER),
    "below": NUMBER,
    "scale": one("TI", "amount"),
    "steps": list_of(block({"from": NUMBER, "amount": POSITIVE}, ("from", "amount"))),
    "free": NUMBER,
    "size": POSITIVE,
    "amount": POSITIVE,
    "measure": TEXT,
    "per_unit": NUMBER,
    "prizes": list_of(POSITIVE),
    "budget": TEXT,
    "multiplies": list_of(TEXT),
    "bands": {**list_of(_BAND), "prefixItems": [_FIRST_BAND]},
    "at": NUMBER,
    "lookup": one("stepped", "bilinear"),
    "axes": {**list_of(_AXIS, 2), "maxItems": 2},
    "values": list_of(list_of(NUMBER)),
    "kpis": list_of(_KPI),
    "source": {
        "anyOf": [
            block({"share": SHARE, "measure": TEXT}, ("share", "measure")),
            block(
                {
                    "of": one("TI"),
                    "closed": _CLOSED,
                    "measured": _measured(paid=False),
                    "points": _points(NUMBER),
                    "below": NUMBER,
                },
                ("of", "closed", "measured", "points", "below"),
            ),
        ]
    },
    "weights": one("credit", "equal", "base_pay"),
    "unit": POSITIVE,
    "method": one(*METHODS),
    "rate": POSITIVE,
    "of": one("team_credit", "differential"),
    "tiers": list_of(
        block(
            {"from": NUMBER, "rate": POSITIVE, "flat": POSITIVE, "back_to": NUMBER},
            ("from", "rate"),
        )
    ),
}
_OWN: dict[str, Schema] = {
    "interpolated": {
        "tiers": list_of(
            block({"from": NUMBER, "to": NUMBER, "amount": POSITIVE}, ("from", "to", "amount"))
        )
    },
    "step": {"pays": one("reached", "sum")},
    "kpi_weighted": {"pays": _pays("all_met_gate")},
    "matrix": {"pays": _pays()},
    "multiplier": {"points": _points(FACTOR)},
}
#: Keys a type may leave out.
_OPTIONAL = (
    "reprice", "allow_rate_above_one", "threshold", "per_unit", "prizes", "unit", "method",
)  # fmt: skip


def _from(shape: Schema) -> Schema:
    return {"items": need(**{"from": shape})}


#: Where the edges of a type stand, each a completion where that is what is measured.
_EDGES: dict[str, Schema] = {
    "tiers": need(tiers=_from(COMPLETION), threshold={"properties": {"at": COMPLETION}}),
    "interpolated": need(tiers=_from(COMPLETION)),
    "step": need(steps=_from(COMPLETION)),
    "bands": need(bands=_from(or_null(COMPLETION))),
    "gate": need(at=COMPLETION),
    "curve": need(points={"items": {"prefixItems": [COMPLETION]}}),
    "multiplier": need(points={"items": {"prefixItems": [COMPLETION]}}),
}
#: Where the rates of a type stand; above 1 they look like percent.
_RATES: dict[str, Schema] = {
    "tiers": need(tiers={"items": need(rate=SHARE)}),
    "average_rate": need(points={"items": {"prefixItems": [NUMBER, SHARE]}}),
    "override": need(rate=SHARE),
}
_COUNTED = holds(mode="retroactive", basis="cumulative")
#: What one key of a type asks of the others.
_RULES: dict[str, list[Schema]] = {
    "tiers": [
        when(_COUNTED, need("reprice"), {"not": {"required": ["reprice"]}}),
        when(holds(basis="deal"), need(negative=one("zero", "first_rate"))),
        when(holds(mode="retroactive"), need(tiers={"items": need(back_to=False)})),
        when(
            holds(reprice="new_only"),
            need(threshold={"properties": {"variant": one("full", "excess")}}),
        ),
    ],
    "spif": [{"oneOf": [need("per_unit"), need("prizes")]}],
    "kpi_weighted": [
        when(
            need("pays", pays=holds(all_met_gate=False)), need(kpis={"items": need(weight=_COUNTS)})
        )
    ],
    "pool": [{"dependentRequired": {"unit": ["method"]}}],
}


def component(kind: str) -> Schema:
    """Return one type of component; its keys are those of the reader."""
    own = {"measured": _measured(paid=kind not in FACTOR_TYPES), **_OWN.get(kind, {})}
    keys = TYPES[kind][1]
    properties = {"id": ID, "type": {"const": kind}, "text": BOTH, "applies_to": WHO}
    properties |= {name: own[name] if name in own else _KEYS[name] for name in keys}
    optional = (*_OPTIONAL, *(("measure",) if kind == "package" else ()))
    required = ("id", "type", *(k for k in keys if k not in optional))
    about = "multiplies what others earn" if kind in FACTOR_TYPES else "earns pay"
    more = {"allOf": rules} if (rules := _rules(kind)) else {}
    return block(properties, required, description=f"{kind}: {about}", **more)


def _rules(kind: str) -> list[Schema]:
    """Return what one key of a type asks of the others."""
    rules = list(_RULES.get(kind, []))
    if kind in _EDGES:
        rules.append(when(need("measured", measured=holds(unit="attainment")), _EDGES[kind]))
    if kind in _RATES:
        above = holds(allow_rate_above_one=True)
        rules.append(when(above, {}, _RATES[kind]))
    return rules
