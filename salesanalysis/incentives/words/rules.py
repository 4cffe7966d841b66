"""Rules beside the components in plain words: crediting, quotas, limits, penalties, balances."""

from typing import TYPE_CHECKING

from salesanalysis.incentives.exact.lowered import CHANGING
from salesanalysis.incentives.inputs.deals import LENGTHS
from salesanalysis.incentives.language.reader import decimal
from salesanalysis.incentives.rules import Cap, Limits, Penalty, QuotaRules, Settlement, Windfall
from salesanalysis.incentives.words.numbers import factor_text, ratio
from salesanalysis.incentives.words.voice import Voice

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan


def rules_text(plan: "Plan", voice: Voice) -> list[str]:
    """Return one line per rule that the plan has."""
    rules = plan.rules
    lines = []
    if rules.credit.splits_total is None:
        lines.append(voice.say("text.overlay"))
    elif rules.credit.splits_total != 1 or _splits(plan):
        lines.append(voice.say("text.splits", total=ratio(rules.credit.splits_total)))
    if rules.credit.fx == "plan_rate":
        lines.append(voice.say("text.fx"))
    if rules.credit.round_input:
        lines.append(voice.say("text.round_input"))
    if rules.credit.windfall:
        lines.append(_windfall(rules.credit.windfall, voice))
    lines += _quota(rules.quota, voice) + _limits(rules.limits, voice)
    lines += [_penalty(plan, rule, voice) for rule in rules.penalties]
    kinds = {rule.deduct.kind for rule in rules.penalties}
    if "share" in kinds and kinds & set(CHANGING):
        lines.append(voice.say("text.shares_of_rest"))
    lines += _settlement(rules.settlement, voice, LENGTHS[plan.head.per])
    if rules.tax_warning:
        lines.append(voice.say(f"text.tax.{rules.tax_warning}"))
    return lines


def _splits(plan: "Plan") -> bool:
    """Tell whether deals are shared out at all."""
    return any(m.credit == "splits" for m in plan.head.measures.values())


def _windfall(rule: Windfall, voice: Voice) -> str:
    limit = voice.money(rule.limit)
    if rule.review:
        return voice.say("text.windfall.review", limit=limit)
    return voice.say("text.windfall.keep", limit=limit, keep=ratio(rule.keep))


def _quota(rule: QuotaRules, voice: Voice) -> list[str]:
    lines = [voice.say(f"text.days.{rule.days}")]
    if rule.mid_period_change != "none":
        lines.append(voice.say(f"text.change.{rule.mid_period_change}"))
    if rule.ramp:
        shares = voice.say("comma").join(ratio(s) for s in rule.ramp.shares)
        what = voice.say("and").join(voice.say(f"ramp.{name}") for name in rule.ramp.of)
        lines.append(voice.say("text.ramp", shares=shares, what=what))
    return lines


def _limits(rule: Limits, voice: Voice) -> list[str]:
    lines = []
    if rule.cap:
        lines.append(_cap(rule.cap, voice))
    if rule.floor:
        amount = voice.money(rule.floor.amount)
        until = voice.say("text.floor.until", day=rule.floor.until) if rule.floor.until else ""
        lines.append(voice.say("text.floor", amount=amount, until=until))
    return lines


def _cap(cap: Cap, voice: Voice) -> str:
    most = ratio(cap.amount) if cap.of == "rate" else voice.money(cap.amount)
    before = voice.say("text.cap.before") if cap.before_factors else ""
    excess = voice.say(f"text.cap.{cap.excess}")
    return voice.say(f"text.cap.of.{cap.of}", amount=most, before=before, excess=excess)


def _penalty(plan: "Plan", rule: Penalty, voice: Voice) -> str:
    """Write one penalty: when, what, how often, where it stops."""
    when = voice.say("text.when.register" + (".period" if rule.per == "period" else ""))
    if rule.when.measure:
        limit = voice.value(rule.when.limit, rule.when.measure)
        measure = voice.measure(rule.when.measure)
        when = voice.say(f"text.when.{rule.when.op}", measure=measure, limit=limit)
    of = voice.names(rule.deduct.of, plan.components)
    kind, size = rule.deduct.kind, rule.deduct.size
    if kind == "amount":
        shown = voice.money(size)
    elif kind == "share":
        shown = ratio(size)
    elif kind == "rate":
        shown = decimal(size * 100)
    else:
        shown = {"coefficient": factor_text(size), "tier": decimal(size)}.get(kind, "")
    what = voice.say(f"text.deduct.{kind}", size=shown, of=of, least=factor_text(rule.deduct.least))
    parts = [
        voice.say("text.penalty", title=voice.title(rule), when=when, what=what),
        voice.say(f"text.per.{rule.per}"),
        voice.say(f"text.stop.{rule.floor}"),
    ]
    if rule.stack:
        parts.append(voice.say(f"text.stack.{rule.stack}"))
    if rule.limit is not None:
        parts.append(voice.say("text.limit", share=ratio(rule.limit)))
    return voice.say("gap").join(parts)


def _settlement(rule: Settlement, voice: Voice, length: int) -> list[str]:
    """Write what moves between periods, which are `length` months long."""
    lines = []
    if rule.true_up != "none":
        lines.append(voice.say(f"text.true_up.{rule.true_up}"))
    if rule.draw:
        key = "text.draw.recoverable" if rule.draw.recoverable else "text.draw.kept"
        amount, months = voice.money(rule.draw.amount), str(rule.draw.periods * length)
        share = ratio(rule.draw.recovery_share)
        lines.append(voice.say(key, amount=amount, months=months, share=share))
    if rule.clawback:
        months = str(rule.clawback.window_months)
        stop = voice.say(f"text.stop.{rule.clawback.floor}")
        lines.append(voice.say(f"text.clawback.{rule.clawback.method}", months=months, stop=stop))
    if rule.holdback:
        release = rule.holdback.release[0 if voice.lang == "en" else 1]
        share = ratio(rule.holdback.share)
        lines.append(voice.say("text.holdback", share=share, release=release))
    if rule.leaver:
        lines.append(voice.say(f"text.leaver.{rule.leaver}"))
    return lines
