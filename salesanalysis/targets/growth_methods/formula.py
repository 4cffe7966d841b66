"""The formula behind one proposed number, as text with its figures."""

from collections.abc import Mapping
from typing import Any

from salesanalysis.labels import count, growth, label, money, percent

#: Places that hold a plain number.
_PLAIN = ("phi",)


def formula_text(
    method: str,
    row: Mapping[str, Any],
    facts: Mapping[str, float],
    *,
    without: bool,
    lang: str,
    currency: str,
) -> str:
    """Write how the proposed value of one unit came about.

    Parameters
    ----------
    row : mapping
        ``base``, ``growth``, ``value``, ``status``, ``reason`` and the figures of the formula.
    facts : mapping
        Figures that are the same for every unit.
    without : bool
        Whether the unit has no base.
    """
    words = {k: _figure(k, v, lang, currency) for k, v in {**facts, **row}.items() if _there(v)}
    words["terms"] = _terms(method, row, lang, currency)
    key = f"basis.form.{_form(method, row, facts, without=without)}"
    rise = label("basis.form.growth", lang, growth=words.get("growth", "–"))
    return label(key, lang, **{"growth": "–", **words, "rise": rise})


def _form(method: str, row: Mapping[str, Any], facts: Mapping[str, float], *, without: bool) -> str:
    """Return which formula holds for this unit."""
    if without:
        return "none"
    if row["status"] in ("borrowed", "flat", "pulled", "capped"):
        return str(row["status"])
    reason = str(row["reason"])
    if method in ("weighted_years", "weighted3", "moving3"):
        return "weighted"
    if method == "robust":
        return reason
    if method == "damped" and "part_1" not in row:
        return "damped"
    forms = {"blend": "blend_total" if "total" in facts else "blend"}
    forms |= {"constant": "constant_total" if "total" in facts else "constant"}
    forms |= {"forecast": "quantile" if "quantile" in facts else "forecast"}
    forms |= {"untapped": "cut" if reason == "by_cut" else "untapped", "potential": "index"}
    return forms.get(method, method)


def _there(value: Any) -> bool:
    return isinstance(value, int | float) and value == value  # noqa: PLR0124  NaN


def _figure(name: str, value: float, lang: str, currency: str) -> str:
    """Write a figure of a formula by its name."""
    if name.startswith("n_"):
        return count(value)
    if name in _PLAIN:
        return f"{value:g}"
    if name in {"growth", "rate"} or name.endswith("_growth"):
        return growth(value)
    if name in ("r2", "quantile", "leverage", "pull"):
        return percent(value)
    return money(value, lang, currency)


def _terms(method: str, row: Mapping[str, Any], lang: str, currency: str) -> str:
    """Write a weighted sum part by part."""
    out = []
    for k in range(1, 20):
        part, weight = row.get(f"part_{k}"), row.get(f"weight_{k}")
        if part is None:
            break
        if not _there(part):
            continue
        if method in ("index", "potential"):
            text = percent(part)
        elif method == "blend":
            text = money(part, lang, currency)
        else:
            text = growth(part)
        out.append(f"{weight:.3g} × ({text})" if text[:1] in "+-" else f"{weight:.3g} × {text}")
    return " + ".join(out)
