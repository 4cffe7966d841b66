"""A plan in plain words, every number and switch of it, from the objects that pay."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from salesanalysis.incentives.components import Component
from salesanalysis.incentives.language.place import PERSONAL
from salesanalysis.incentives.words.order import order_text
from salesanalysis.incentives.words.parts import component_text
from salesanalysis.incentives.words.rules import rules_text
from salesanalysis.incentives.words.voice import Voice
from salesanalysis.labels import has_label, label

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan


def plan_text(plan: "Plan", lang: str) -> str:
    """Return the plan in plain words: head, components, rules, order of evaluation."""
    voice, head = Voice(plan.head, lang), plan.head
    period = voice.say(f"period.{head.per}")
    end = "text.until" if head.last_day else "text.open"
    lines = [
        voice.say(
            "text.head" if head.quota_per == head.per else "text.head.paid",
            title=head.title[0 if lang == "en" else 1],
            first=head.first_day,
            last=voice.say(end, last=head.last_day),
            unit=_unit(voice),
            period=period,
        )
    ]
    if head.quota_per != head.per:
        spread = plan.rules.quota.spread
        per = voice.say(f"period.{head.quota_per}")
        lines[0] += voice.say("gap") + voice.say(f"text.spread.{spread}", per=per, period=period)
    if head.applies_to:
        lines.append(voice.say("text.applies", who=_who(head.applies_to, voice)))
    if head.target_incentive is not None:
        stated = voice.money(head.target_incentive / head.incentive_share)
        per = voice.say(f"period.{head.incentive_per or head.per}")
        lines.append(voice.say("text.incentive", amount=stated, period=per))
        if head.incentive_share != 1:
            lines[-1] += voice.say("gap") + voice.say("text.incentive.part", period=period)
    lines += [
        credit_text(name, voice)
        for name, m in head.measures.items()
        if m.kind not in PERSONAL and m.credit != "none"
    ]
    lines += [margin_text(name, voice) for name, m in head.measures.items() if m.margin]
    lines += [_whole_text(plan, p, voice) for p in plan.components]
    lines += rules_text(plan, voice)
    if plan.needs_quota:
        lines.append(voice.say(f"text.zero.{head.zero_quota}"))
    return "\n".join([*lines, order_text(plan, voice)])


def credit_text(name: str, voice: Voice) -> str:
    """Say which day of a deal counts for a measure, and for whom."""
    own = voice.head.measures[name]
    measure = voice.measure(name)
    day = voice.say("text.day") if own.date == "date" else _column(own.date, voice)
    return voice.say(
        f"text.credit.{own.credit}", measure=measure[:1].upper() + measure[1:], day=day
    )


def _column(name: str, voice: Voice) -> str:
    """Write a column of dates: by its heading where the catalogue has one, else by its name."""
    key = f"column.{name}"
    text = label(key, voice.lang) if has_label(key) else name
    return voice.say("text.day.column", column=text)


def margin_text(name: str, voice: Voice) -> str:
    """Say of which columns a measure is the difference, and what a loss counts; else nothing."""
    margin = voice.head.measures[name].margin
    if margin is None:
        return ""
    columns = {
        part: label(f"column.{column}", voice.lang) if has_label(f"column.{column}") else column
        for part, column in (("amount", margin.amount), ("cost", margin.cost))
    }
    english = {part: text.lower() for part, text in columns.items()}
    measure = voice.measure(name)
    return voice.say(
        f"text.margin.{margin.loss}",
        measure=measure[:1].upper() + measure[1:],
        **(english if voice.lang == "en" else columns),
    )


def _whole_text(plan: "Plan", part: Component, voice: Voice) -> str:
    """Write a component and whom it is for."""
    text = component_text(part, plan.components, voice)
    columns = plan.rules.only.get(part.id)
    return (
        voice.say("gap").join([text, voice.say("text.only", who=_who(columns, voice))])
        if columns
        else text
    )


def _who(columns: Mapping[str, Sequence[str]], voice: Voice) -> str:
    """Write the people something is for: values by column."""
    return voice.say("join").join(
        voice.say("who", column=_heading(c, voice), values=voice.say("values").join(values))
        for c, values in columns.items()
    )


def _heading(name: str, voice: Voice) -> str:
    """Return what a column is called inside a sentence, its name where nothing is known of it."""
    key = f"column.{name}"
    return label(key, voice.lang).lower() if has_label(key) else name


def _unit(voice: Voice) -> str:
    from salesanalysis.labels import unit_of  # noqa: PLC0415

    return unit_of(voice.head.currency, voice.lang)
