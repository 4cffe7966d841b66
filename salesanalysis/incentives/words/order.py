"""The order of calculation in plain words: the fixed one, with the steps that a plan uses."""

from typing import TYPE_CHECKING

from salesanalysis.incentives.components import FACTORS, Override, Pool
from salesanalysis.incentives.language.reader import decimal
from salesanalysis.incentives.words.voice import Voice

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan


def order_text(plan: "Plan", voice: Voice) -> str:
    """Return the steps of the evaluation order that this plan uses, in one sentence."""
    steps = voice.say("order.comma").join(
        voice.say(f"order.{name}", unit=decimal(plan.head.unit)) for name in steps_of(plan)
    )
    return voice.say("text.order", steps=steps)


def steps_of(plan: "Plan") -> list[str]:
    """Return the names of the steps that a plan uses, in the order they are taken."""
    rules, parts = plan.rules, plan.components
    cap, settled = rules.limits.cap, rules.settlement
    of = cap.of if cap else ""
    early = cap is not None and cap.before_factors
    steps = {
        "deals": True,
        "large": rules.credit.windfall is not None,
        "deal_cap": of == "deal",
        "split": any(m.credit == "splits" for m in plan.head.measures.values()),
        "credit_cap": of == "credit",
        "quota": plan.needs_quota,
        "lines": True,
        "early_cap": early,
        "factors": any(isinstance(part, FACTORS) for part in parts),
        "team": any(isinstance(part, Pool | Override) for part in parts),
        "cap": of in ("pay", "rate") and not early,
        "floor": rules.limits.floor is not None,
        "penalties": bool(rules.penalties),
        "clawback": settled.clawback is not None,
        "round": True,
        "true_up": settled.true_up != "none",
        "draw": settled.draw is not None,
        "holdback": settled.holdback is not None,
        "cents": True,
    }
    return [name for name, used in steps.items() if used]
