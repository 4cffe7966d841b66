"""Sentences of actions and of what became of them, in both languages."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.labels import count, day, has_label, label, money, percent, points
from salesanalysis.results import column_label
from salesanalysis.review.action import QUESTIONS
from salesanalysis.variance.names import effect_name, small, window_name

if TYPE_CHECKING:
    from salesanalysis.review.action import Action
    from salesanalysis.review.followup import FollowUp


def sentences(action: "Action", lang: str) -> list[str]:
    """Return the action in one line, the six answers, its kind, and what is missing."""
    answers = {q: _answer(action, q, lang) for q in QUESTIONS}
    lines = [_headline(action, lang)]
    lines += [
        label("review.answer", lang, question=label(f"question.{q}", lang), answer=text)
        for q, text in answers.items()
    ]
    lines.append(_kind(action, lang))
    if action.missing:
        names = [small(label(f"question.{name}", lang)) for name in action.missing]
        lines.append(label("review.missing", lang, names=label("review.comma", lang).join(names)))
    return lines


def form(action: "Action", lang: str) -> pd.DataFrame:
    """Return the six questions and their answers."""
    asked = [label(f"question.{q}", lang) for q in QUESTIONS]
    told = [_answer(action, q, lang) for q in QUESTIONS]
    return pd.DataFrame({"question": asked, "answer": told}, dtype="str")


def register_line(action: "Action", lang: str) -> pd.DataFrame:
    """Return the line of the register with department, place and gaps in words."""
    names = [small(label(f"question.{name}", lang)) for name in action.missing]
    words = {
        "where": _where(action, lang),
        "department": action.department_names.get(lang, action.department),
        "effect": effect_name(str(action.cause["effect"]), lang, terms=action.terms),
        "kpi": column_label(action.kpi, lang),
        "missing": label("review.comma", lang).join(names),
    }
    return action.to_frame().assign(**words).astype(dict.fromkeys(words, "str"))


def amount_text(record: dict[str, Any], value: float, lang: str, *, signed: bool = False) -> str:
    """Write an amount of a cause: money, pieces, or points of a share."""
    kind = record.get("kind", "money")
    if kind == "share":
        text = points(100 * value, lang)
        return text if signed else text.removeprefix("+")
    if kind == "count":
        return f"{'+' if signed and value > 0 else ''}{count(value)}"
    return money(value, lang, str(record["currency"]), signed=signed)


def _headline(action: "Action", lang: str) -> str:
    words = {"effect": _effect(action, lang), "where": _where(action, lang)}
    if action.expected is None:
        amount = amount_text(action.cause, action.cause["amount"], lang, signed=True)
        return label("review.headline_open", lang, amount=amount, **words)
    words["expected"] = amount_text(action.cause, action.expected, lang)
    if action.due is None:
        return label("review.headline_undated", lang, **words)
    return label("review.headline", lang, due=day(action.due, lang), **words)


def _answer(action: "Action", question: str, lang: str) -> str:
    """Return the answer to one of the six questions, or that it is missing."""
    if question in action.missing:
        return label("review.not_given", lang)
    writers = {"what": _what, "why": _why, "when": _when, "where": _where, "who": _who}
    return writers[question](action, lang) if question in writers else _how(action, lang)


def _what(action: "Action", lang: str) -> str:
    size = abs(float(action.cause["amount"]))
    expected = action.expected or 0.0
    return label(
        "review.what", lang, effect=_effect(action, lang),
        expected=amount_text(action.cause, expected, lang), share=percent(expected / size),
    )  # fmt: skip


def _why(action: "Action", lang: str) -> str:
    record = action.cause
    months = tuple(pd.Timestamp(str(m)) for m in record["window"])
    share = record.get("gap_share")
    parts = {
        "effect": _effect(action, lang),
        "amount": amount_text(record, record["amount"], lang, signed=True),
        "base": effect_name(str(record["base"]), lang, inside=True, terms=action.terms),
        "window": window_name(months, 0, lang) or label("review.no_window", lang),
        "share": label("review.share", lang, share=percent(share)) if share is not None else "",
        "id": str(record["id"]),
        "rule": _rule(record, lang),
    }
    return label("review.why", lang, **parts)


def _rule(record: dict[str, Any], lang: str) -> str:
    """Name method and convention, as far as they have names."""
    keys = [f"review.method_{record['method']}", f"convention.{record.get('convention', '')}"]
    keys.append(f"mix_reference.{record.get('mix', '')}")
    named = [label(key, lang) for key in keys if has_label(key)]
    return label("review.comma", lang).join(named or [str(record["method"])])


def _when(action: "Action", lang: str) -> str:
    return label("review.when", lang, start=day(action.start, lang), due=day(action.due, lang))


def _where(action: "Action", lang: str) -> str:
    names = [action.terms.show(c, name, lang) for c, name in action.place.items()]
    return " / ".join(names) if names else label("word.company", lang)


def _who(action: "Action", lang: str) -> str:
    owner = action.terms.show("owner", action.owner, lang)
    if not action.department:
        return owner
    name = action.department_names.get(lang, action.department)
    return label("review.who", lang, owner=owner, department=name)


def _how(action: "Action", lang: str) -> str:
    return label("review.semicolon", lang).join(action.measures)


def _effect(action: "Action", lang: str) -> str:
    return effect_name(str(action.cause["effect"]), lang, inside=True, terms=action.terms)


def _kind(action: "Action", lang: str) -> str:
    return label(f"review.kind_{action.kind}", lang)


def follow_up_sentences(result: "FollowUp", lang: str) -> list[str]:
    """Return what became of the row, what was expected and measured, and what it does not show."""
    action, record = result.action, result.action.cause
    words = {
        "effect": _effect(action, lang), "where": _where(action, lang),
        "before": amount_text(record, result.before, lang, signed=True),
        "after": amount_text(record, result.after, lang, signed=True),
        "won": amount_text(record, abs(result.won_back), lang),
    }  # fmt: skip
    side = "up" if result.won_back > 0 else "down" if result.won_back < 0 else "same"
    keep = ("effect", "where", "before", "after") + (("won",) if side != "same" else ())
    lines = [label(f"review.moved_{side}", lang, **{k: words[k] for k in keep})]
    if action.expected is not None:
        expected = amount_text(record, action.expected, lang)
        share = percent(result.won_back / action.expected)
        lines.append(
            label(f"review.verdict_{result.verdict}", lang, expected=expected, share=share)
        )
    return [*lines, *_measured(result, lang), label("review.caveat", lang)]


def _measured(result: "FollowUp", lang: str) -> list[str]:
    if not result.measured:
        return [label("review.not_measured", lang)]
    names = ("effect", "low", "high")
    record = result.action.cause
    told = [amount_text(record, value, lang, signed=True) for value in result.measured]
    lines = [label("review.measured", lang, **dict(zip(names, told, strict=True)))]
    if result.n_draws:
        lines.append(label("review.measured_by", lang, n=count(result.n_draws)))
    return [*lines, label(f"review.effect_{result.effect_status}", lang)]
