"""Sentences on what speaks against a reading: growth before, placebo dates, timing, threats."""

from typing import TYPE_CHECKING

import numpy as np

from salesanalysis.incentives.effects.checks import CLEAR
from salesanalysis.labels import count, exact, label

if TYPE_CHECKING:
    from salesanalysis.incentives.effects.result import SchemeEffect
    from salesanalysis.incentives.effects.words import Teller

#: Changes outside these shares of the control's level are told as groups of another size.
WEAKER, LARGER = 0.9, 1.1


def doubtful(result: "SchemeEffect") -> bool:
    """Tell whether what the months before show could be all of the effect: none is claimed then.

    With very many people the slightest drift is clear; one that could not make an effect of this
    size is told beside it (Rambachan and Roth 2023).
    """
    low, high = result.interval
    near = max(low, -high, 0.0) if np.isfinite(low) else 0.0
    far = max(_carried(result)[1], _shown(result)[1])
    return far > 0 and far >= near


def off_by(result: "SchemeEffect") -> float:
    """Return by about how much the months before say the difference is off; 0 for nothing."""
    return max(_carried(result)[0], _shown(result)[0])


def _carried(result: "SchemeEffect") -> tuple[float, float]:
    """Return the size of a clear growth apart carried on past the change, and its far end."""
    rows = result.frame[result.frame["figure"] == "growth_before"]
    if not (rows["p_value"] <= CLEAR).any():
        return 0.0, 0.0
    row = rows.iloc[0]
    size, far = abs(row["change"]), max(abs(row["low_end"]), abs(row["high_end"]))
    # from the middle of the months before to the middle of those after
    months = (result.meta.n_before + result.meta.n_after) / 2
    return float(size * months), float((far if np.isfinite(far) else 2 * size) * months)


def _shown(result: "SchemeEffect") -> tuple[float, float]:
    """Return the largest change at half or more dates without one, and its far end."""
    meta, clear = result.meta, result.placebos[result.placebos["clear"].astype("bool")]
    if meta.n_placebos < 2 or 2 * meta.n_false < meta.n_placebos:
        return 0.0, 0.0
    return float(clear["effect"].abs().max()), float(clear[["low", "high"]].abs().max().max())


def chance(p: float) -> str:
    """Write a p value; a tiny one never reads 0."""
    if not np.isfinite(p):
        return "–"
    return "<0.001" if p < 0.001 else exact(p, 3)


def checks(t: "Teller") -> list[str]:
    """Say whether the groups grew apart before, and what placebo dates show."""
    rows = t.result.frame[t.result.frame["figure"] == "growth_before"]
    if not len(rows):
        return []
    row, lines = rows.iloc[0], []
    if row["status"] == "not_estimable":
        lines.append(label("scheme.growth_unknown", t.lang, why=t.why(row)))
    else:
        carried = _carried(t.result)[0]
        words = {"slope": t.amount(row["change"]), "p": chance(row["p_value"])}
        read = "none" if not carried else "clear" if doubtful(t.result) else "part"
        part = t.amount(carried, signed=False)
        lines.append(label(f"scheme.growth_{read}", t.lang, **words, carried=part))
    if t.meta.n_placebos:
        n, false, largest = count(t.meta.n_placebos), count(t.meta.n_false), _shown(t.result)[0]
        read = "" if not largest else "_show" if doubtful(t.result) else "_part"
        words = {"n": n, "false": false, "largest": t.amount(largest, signed=False)}
        lines.append(label(f"scheme.placebos{read}", t.lang, **words))
    return lines


def timing(t: "Teller") -> list[str]:
    """Say whether sales moved across the switch."""
    rows = t.result.frame[t.result.frame["stage"] == "timing"].set_index("figure")
    total = rows.loc["window_sum"]
    if total["status"] == "not_estimable":
        return [label("scheme.timing_none", t.lang, why=t.why(total))]
    ahead, behind = rows.loc["window_before"], rows.loc["window_after"]
    words = {"n": count(t.meta.window), "sum": t.amount(total["change"])}
    size = {"before": t.amount(abs(ahead["change"]), signed=False),
            "after": t.amount(abs(behind["change"]), signed=False)}  # fmt: skip
    if ahead["low_end"] > 0 and behind["high_end"] < 0:
        return [label("scheme.timing_pulled", t.lang, **words, **size)]
    if ahead["high_end"] < 0 and behind["low_end"] > 0:
        return [label("scheme.timing_pushed", t.lang, **words, **size)]
    sums = {"before": t.amount(ahead["change"]), "after": t.amount(behind["change"])}
    if total["status"] == "no_interval":
        return [label("scheme.timing_bare", t.lang, **words, **sums)]
    ends = {"low": t.amount(total["low_end"]), "high": t.amount(total["high_end"])}
    return [label("scheme.timing_unclear", t.lang, **words, **sums, **ends)]


def threats(t: "Teller") -> list[str]:
    """List what stands against the reading: answered yes, not answered, and named."""
    meta, lines = t.meta, []
    for name in ("quota_changed", "price_changed", "chosen_weak"):
        answer = getattr(meta, name)
        if answer != "no":
            lines.append(label(f"scheme.threat_{name}_{answer}", t.lang))
    return [*lines, *_sizes(t), *(label("scheme.threat_also", t.lang, text=a) for a in meta.also)]


def _sizes(t: "Teller") -> list[str]:
    """Name what follows where the changed stood lower, or on another level, than the control."""
    meta, lines = t.meta, []
    if not (meta.before_level > 0 and meta.control_level > 0):
        return []
    levels = {"changed": t.amount(meta.before_level, signed=False), "per": t.per,
              "control": t.amount(meta.control_level, signed=False)}  # fmt: skip
    size = meta.before_level / meta.control_level
    if size < WEAKER and meta.chosen_weak != "no":
        lines.append(label("scheme.threat_weaker", t.lang, **levels))
    if meta.kind == "money" and not WEAKER <= size <= LARGER:
        lines.append(label("scheme.threat_size", t.lang, **levels))
    return lines


def counts(t: "Teller") -> list[str]:
    """Say what was left out."""
    meta, lines = t.meta, []
    if meta.switch_left_out:
        lines.append(label("scheme.switch_left_out", t.lang))
    if meta.n_gaps:
        lines.append(label(f"scheme.gaps_{meta.gaps}", t.lang, n=count(meta.n_gaps)))
    for key, n in (("idle", meta.n_idle), ("lost", meta.n_lost), ("new", meta.n_new),
                   ("moved", meta.n_moved)):  # fmt: skip
        if n:
            lines.append(label(f"scheme.{key}", t.lang, n=count(n), cluster=t.group()))
    return lines
