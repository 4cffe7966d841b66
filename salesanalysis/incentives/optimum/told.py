"""What the best numbers of a plan are said to be: the change, the money, what was given up."""

from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from salesanalysis.incentives.optimum.wording import edge_text, number_text, shown
from salesanalysis.incentives.simulate.naming import assumed_of
from salesanalysis.incentives.words.numbers import ratio
from salesanalysis.labels import count, growth, label, percent

if TYPE_CHECKING:
    from salesanalysis.incentives.optimum.result import Optimum


def sentences(found: "Optimum", lang: str) -> list[str]:
    """Return what is said of a plan found, the headline first."""
    return [
        _first(found, lang),
        *_numbers(found, lang),
        *_money(found, lang),
        *_given_up(found, lang),
        _asked(found, lang),
        _scene(found, lang),
        *(said.rstrip(".。") for said in assumed_of(found.assumed, found.terms, lang)),
    ]


def _first(found: "Optimum", lang: str) -> str:
    goal = found.goal
    old, new = found.figure(goal, "old"), found.figure(goal)
    key = f"optimum.headline.{found.objective}"
    cost = found.figure("cost")
    if not (found.frame["old"] != found.frame["new"]).any():
        key = f"optimum.headline.same{'.local' if found.local else ''}"
        return label(key, lang, title=found.plan_title[lang])
    return label(
        key, lang, title=found.plan_title[lang], old=_amount(found, old, lang),
        new=_amount(found, new, lang), cost=_amount(found, cost, lang),
        change=_change(cost, found.figure("cost", "old")),
    )  # fmt: skip


def _numbers(found: "Optimum", lang: str) -> list[str]:
    """Return one sentence per number that changed."""
    changed = found.frame[found.frame["old"] != found.frame["new"]]
    return [
        label(
            _number_key(row),
            lang,
            title=found.terms.show("component", row["component"], lang),
            start=edge(found, row["begins"], lang),
            old=written(found, row["kind"], row["old"], lang),
            new=written(found, row["kind"], row["new"], lang),
        )
        for _, row in changed.iterrows()
    ]


def _money(found: "Optimum", lang: str) -> list[str]:
    said = [
        label("optimum.points", lang,
              **{k: _amount(found, found.figure(f"pay_{k}"), lang)
                 for k in ("target", "p10", "p50", "p90")},
              **{f"old_{k}": _amount(found, found.figure(f"pay_{k}", "old"), lang)
                 for k in ("target", "p10", "p50", "p90")})
    ]  # fmt: skip
    if found.budget is not None:
        said.append(label("optimum.budget", lang, budget=_amount(found, found.budget, lang),
                          cost=_amount(found, found.cost, lang),
                          old=_amount(found, found.figure("cost", "old"), lang)))  # fmt: skip
        price = found.shadow_price or 0.0
        key = "optimum.price.none" if abs(price) < 1e-12 else f"optimum.price.{found.objective}"
        thousand = _amount(found, 1000, lang)
        said.append(label(key, lang, more=thousand, gain=_amount(found, abs(1000 * price), lang)))
    if "losers" in set(found.conditions["condition"]):
        share = found.figure("losers")
        said.append(label("optimum.losers", lang, n=count(round(share * found.n_people)),
                          all=count(found.n_people), share=percent(share)))  # fmt: skip
        chance = percent(found.figure("losers_expected"), 0)
        said.append(label("optimum.losers.expected", lang, share=chance))
    if "cvar" in set(found.measures["measure"]):
        said.append(label("optimum.tail", lang, p95=_amount(found, found.figure("p95"), lang),
                          cvar=_amount(found, found.figure("cvar"), lang),
                          old=_amount(found, found.figure("p95", "old"), lang)))  # fmt: skip
    return said


def _given_up(found: "Optimum", lang: str) -> list[str]:
    """Return what rounding costs, which numbers stand at a limit, and whether it is local."""
    said = []
    if not found.rounded:
        said.append(label("optimum.unrounded", lang))
    else:
        loss = found.rounding_loss
        key = "optimum.rounding" if loss > 0.005 else "optimum.rounding.none"
        said.append(label(key, lang, loss=_amount(found, loss, lang)))
        asked = found.conditions.set_index("condition")["bound"].get("at_target")
        gap = 0.0 if asked is None else found.figure("pay_target") - float(asked)
        if abs(gap) > 0.005:
            said.append(label("optimum.rounding.target", lang, gap=_amount(found, gap, lang)))
    jump, before = found.figure("jump"), found.figure("jump", "old")
    if abs(jump) > abs(before) + 0.5:
        said.append(label("optimum.jump", lang, jump=_amount(found, jump, lang),
                          old=_amount(found, before, lang)))  # fmt: skip
    corner = int((found.frame["limit"] != "free").sum())
    if corner:
        said.append(label("optimum.corner", lang, n=count(corner), all=count(len(found.frame))))
    said.append(_surety(found, lang))
    return said


def _surety(found: "Optimum", lang: str) -> str:
    """Return whether the optimum is that of all plans, and from where it was looked for."""
    if "losers" in set(found.conditions["condition"]):
        return label("optimum.losers.chosen", lang)
    if not found.local:
        return label("optimum.global", lang)
    said = label("optimum.local.limit" if found.limited else "optimum.local", lang)
    if len(found.starts) == 1:
        return said
    states = found.starts["status"].value_counts()
    best, none = (int(states.get(k, 0)) for k in ("best", "infeasible"))
    told = label("optimum.starts", lang, n=count(len(found.starts)), best=count(best))
    return said + told + (label("optimum.starts.none", lang, n=count(none)) if none else "")


def _asked(found: "Optimum", lang: str) -> str:
    gap = label("pay.comma", lang)
    said = [
        label(_condition_key(row), lang, bound=_bound(found, row, lang))
        for _, row in found.conditions.iterrows()
        if row["condition"] not in ("budget", "bounds")
    ]
    if not said:
        return label("optimum.conditions.none", lang)
    return label("optimum.conditions", lang, all=gap.join(said))


def _bound(found: "Optimum", row: pd.Series, lang: str) -> str:
    if pd.isna(row["bound"]):
        return ""
    if row["condition"] in ("at_target", "upside", "most_p10", "cvar"):
        return _amount(found, row["bound"], lang)
    if row["condition"] in ("ratio", "step", "gap"):
        return f"{row['bound']:g}"
    return ratio(Fraction(f"{row['bound']:.6g}"))


def _scene(found: "Optimum", lang: str) -> str:
    said = label(
        "optimum.scene.people" if found.n_people > 1 else "optimum.scene.one", lang,
        n=count(found.n_people), periods=count(found.n_periods),
        quota=_amount(found, found.quota, lang), p10=percent(found.p10), p50=percent(found.p50),
        p90=percent(found.p90),
    )  # fmt: skip
    if found.n_excluded:
        said += label("optimum.scene.excluded", lang, n=count(found.n_excluded))
    return said


def _amount(found: "Optimum", value: float, lang: str) -> str:
    return shown(value, lang, found.currency)


def edge(found: "Optimum", start: float, lang: str) -> str:
    """Write where a number begins."""
    return edge_text(start, lang, found.currency, found.frame["begins"])


def written(found: "Optimum", kind: str, value: float, lang: str) -> str:
    """Write a number of the plan the way its kind is written."""
    if kind == "edge":
        return edge(found, value, lang)
    return number_text(kind, value, lang, found.currency)


def _condition_key(row: pd.Series) -> str:
    """Return how a condition is said; a limit on jumps without a bound is today's."""
    today = row["condition"] == "jump" and pd.isna(row["bound"])
    return f"optimum.condition.{row['condition']}{'_today' if today else ''}"


def _number_key(row: pd.Series) -> str:
    """Return how a number is said: an edge, one that starts at an edge, or the lowest of all."""
    if row["kind"] == "edge":
        return "optimum.number.edge"
    return "optimum.number" if pd.isna(row["begins"]) else "optimum.number.from"


def _change(new: float, old: float) -> str:
    """Write a change in percent; from nothing there is none."""
    return growth(new / old - 1) if old else "–"
