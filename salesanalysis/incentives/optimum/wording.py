"""What conditions are called where no plan meets them."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.incentives.optimum.ask import Ask
from salesanalysis.incentives.optimum.case import Case
from salesanalysis.incentives.words.numbers import amount_text, factor_text, ratio


def shown(value: float, lang: str, currency: str) -> str:
    """Write an amount with its currency, cents only below a thousand.

    Examples
    --------
    >>> shown(12_345.678, "en", "CNY"), shown(0.5, "zh", "CNY")
    ('12,346 CNY', '0.50元')
    """
    digits = 2 if abs(value) < 1000 else 0
    return amount_text(Fraction(f"{value:.{digits}f}"), lang, currency)


def edge_text(start: float, lang: str, currency: str, beside: Iterable[float] = ()) -> str:
    """Write where a number begins: a share of the quota, or an amount; empty for no edge.

    Edges in money are large; `beside` are the others of the plan, as 0 may be either.
    """
    if not np.isfinite(start):
        return ""
    value = Fraction(f"{start:.9g}")
    share = max((abs(v) for v in (start, *beside) if np.isfinite(v)), default=0.0) <= 10
    return ratio(value) if share else amount_text(value, lang, currency)


def number_text(kind: str, value: float, lang: str, currency: str) -> str:
    """Write a number that is no edge: rates in percent, amounts with their currency.

    Examples
    --------
    >>> number_text("rate", 0.015, "en", "CNY"), number_text("coefficient", 1.2, "en", "CNY")
    ('1.5%', '1.2')
    """
    exact = Fraction(f"{value:.9g}")
    if kind in ("rate", "share"):
        return ratio(exact)
    return amount_text(exact, lang, currency) if kind == "amount" else factor_text(exact)


def _said(ask: Ask, case: Case, name: str) -> str:
    """Return a condition in words with its number."""
    shape, points = ask.shape, case.points()

    def amount(value: float | None) -> str:
        return f"{value or 0.0:,.2f}"

    words = {
        "budget": f"expected cost of at most {amount(ask.budget)} (budget)",
        "cvar": f"worst twentieth of draws at most {amount(ask.cvar)} on average (cvar)",
        "at_target": f"pay at 100 % of exactly {amount(ask.at_target)} (at_target)",
        "upside": f"pay at {points['p90']:.1%} of at least {amount(ask.least_p90)} (upside)",
        "most_p10": f"pay at {points['p10']:.1%} of at most {amount(ask.most_p10)} (most_p10)",
        "losers": f"at most {ask.losers or 0:.1%} of people paid less than today (losers)",
        "gap": f"coefficients at least {shape.gap or 0:g} apart (shape.gap)",
        "bounds": "numbers between 0 and their largest",
        "within": f"every number within {shape.within or 0:.0%} of today's (shape.within)",
        "rising": "rates and coefficients that do not fall (shape.rising)",
        "concave": f"rates that do not rise above {shape.concave_above or 0:.1%} "
        "(shape.concave_above)",
        "ratio": f"each rate at most {shape.ratio or 0:g} times the one below (shape.ratio)",
        "step": f"coefficients at most {shape.step or 0:g} apart (shape.step)",
        "jump": "no jump above today's largest (shape.jump)"
        if isinstance(shape.jump, str)
        else f"jumps of at most {shape.jump or 0:.0%} of pay at target (shape.jump)",
        "cap": "pay at the points looked at below the cap",
        "no_fall": "pay that never falls (shape.no_fall)",
    }
    return words[name]


def conflict_error(
    ask: Ask,
    case: Case,
    names: Sequence[str],
    freed: Mapping[str, float | None],
    *,
    alone: bool,
) -> ContractError:
    """Return the error: the smallest set that conflicts, and the money that would free it.

    Its ``rows`` tell the same without words: a row per ``condition``, its ``limit``, the completion
    it is ``at``, the ``least`` limit that would do (currency; a share of people), each empty where
    there is none, and ``alone``, true where one kind of number at a time was moved.
    """
    said = "; ".join(_said(ask, case, n) for n in names)
    people = freed.get("losers")
    money = {k: v for k, v in freed.items() if v is not None and k != "losers"}
    fix = "loosen one of these"
    if money:
        words = {"budget": "a budget", "cvar": "a limit"}
        parts = [f"{words[k]} of {_up(v):,.2f} or more" for k, v in money.items()]
        fix = f"give {' or '.join(parts)}, or loosen one of these"
    if people is not None:
        n = len(case.team.quota)
        fix = f"let {int(people)} of {n} people ({people / n:.1%}) be paid less, or {fix}"
    elif freed and not money:
        fix = "no budget is enough: loosen one of these"
    moved = " by moving the coefficients or the rates alone" if alone else ""
    none = "no plan was found that meets" if "losers" in names else "no plan meets"
    return ContractError(
        f"{none} {len(names)} conditions together{moved}: {said}.",
        where=f"optimise(objective={ask.objective!r})",
        fix=fix,
        code="infeasible",
        rows=pd.DataFrame(
            {
                "condition": list(names),
                "limit": [_limit(ask, n) for n in names],
                "at": [case.points()["p90"] if n == "upside" else None for n in names],
                "least": [_least(n, freed.get(n), len(case.team.quota)) for n in names],
                "alone": alone,
            }
        ).astype({"condition": "str", "limit": float, "at": float, "least": float}),
    )


def _limit(ask: Ask, name: str) -> float | None:
    """Return the number of a condition, where it has just one."""
    return {
        "budget": ask.budget,
        "cvar": ask.cvar,
        "at_target": ask.at_target,
        "upside": ask.least_p90,
        "most_p10": ask.most_p10,
        "within": ask.shape.within,
        "losers": ask.losers,
        "gap": ask.shape.gap,
    }.get(name)


def _least(name: str, value: float | None, people: int) -> float | None:
    """Return the least limit that would do: currency, of people who lose their share."""
    if value is None:
        return None
    return value / people if name == "losers" else _up(value)


def _up(value: float) -> float:
    """Return the next cent above, so that the amount written is enough."""
    return -(-value * 100 // 1) / 100 + 0.01
