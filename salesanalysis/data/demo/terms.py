"""How everything in the demo company is called in Chinese."""

from salesanalysis.data.demo.causes import CAUSES, EFFECTS
from salesanalysis.data.demo.customers import CHANNELS, TYPES, Customers
from salesanalysis.data.demo.pipeline import STAGES
from salesanalysis.data.demo.products import LINES, Catalogue
from salesanalysis.data.demo.staff import HEADS, LEVELS, REGIONS, ROLES, SEATS, TEAMS
from salesanalysis.labels import Terms

SUBJECT_KINDS = {
    "customer": ("Customers", "客户"),
    "360 superior": ("Superiors", "上级"),
    "360 peer": ("Peers", "同级"),
    "360 subordinate": ("Subordinates", "下级"),
}


def demo_terms(shop: Catalogue, who: Customers) -> Terms:
    """Return the Chinese name of every value; English is the value itself but for short keys."""
    persons = {name: zh for name, zh, *_ in [*HEADS.values(), *SEATS]}
    teams = {team: zh for team, (_, zh) in TEAMS.items()}
    chinese = {
        "region": REGIONS,
        "team": teams,
        "salesperson": persons,
        "name": persons,
        "manager": persons,
        "owner": persons,
        "subject": {**REGIONS, **persons},
        "role": ROLES,
        "level": {level: values[0] for level, values in LEVELS.items()},
        "product_line": {line: values[0] for line, values in LINES.items()},
        "product": dict(zip(shop.names, shop.names_zh, strict=True)),
        "customer": dict(zip(who.names, who.names_zh, strict=True)),
        "customer_type": TYPES,
        "channel": CHANNELS,
        "stage": {stage: values[0] for stage, values in STAGES.items()},
    }
    both = {
        "cause": {name: (cause.title, cause.title_zh) for name, cause in CAUSES.items()},
        "effect": EFFECTS,
        "subject_kind": SUBJECT_KINDS,
    }
    names = {c: {value: {"zh": zh} for value, zh in terms.items()} for c, terms in chinese.items()}
    short = {
        c: {value: {"en": en, "zh": zh} for value, (en, zh) in terms.items()}
        for c, terms in both.items()
    }
    return Terms({**names, **short})
