"""A plan that asks more, or less, than the whole span of its forecast from base to challenge."""

from salesanalysis import targets
from salesanalysis.labels import label, money, percent


def beyond_line(plan: targets.Plan, three: object, lang: str) -> str:
    """Say that the company's total lies outside the forecast's span; empty where it does not.

    Parameters
    ----------
    plan : Plan
    three : Tiers, or a note where nothing can tell them
        Without a forecast behind them there is no span.
    lang : str, "en" or "zh"

    Examples
    --------
    >>> import pandas as pd
    >>> shares = pd.DataFrame({"region": ["East"], "value": [1.0]})
    >>> plan = targets.cascade(990, shares, levels=["region"], year=2024)
    >>> values = [600.0, 700, 800, 900, 1000]
    >>> draws = pd.DataFrame({"region": "", "draw": range(5), "value": values})
    >>> beyond_line(plan, targets.tiers(plan, draws), "zh")
    '计划下达990元，比预测的挑战水平920元（达成概率20%）高70元。'
    """
    if not isinstance(three, targets.Tiers) or not three.attainability:
        return ""
    company = three.units.iloc[0]
    low, high = float(company["base_quantile"]), float(company["challenge_quantile"])
    if not plan.total > high and not plan.total < low:
        return ""
    tier, level = ("challenge", high) if plan.total > high else ("base", low)
    return label(
        f"asked.beyond_{tier}",
        lang,
        plan=money(plan.total, lang, plan.currency),
        gap=money(abs(plan.total - level), lang, plan.currency),
        value=money(level, lang, plan.currency),
        chance=percent(three.attainability[tier], 0),
    )
