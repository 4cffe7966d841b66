"""What a basis says of itself: the proposal of the whole, then every unit with its reason."""

from typing import TYPE_CHECKING

import pandas as pd

from salesanalysis.labels import count, growth, label, money, percent
from salesanalysis.results import show_value
from salesanalysis.targets.growth_methods.formula import formula_text
from salesanalysis.targets.states import BY_VALUE, CLEANED, NO_BASE
from salesanalysis.targets.words import MOST_NAMES, listing, node_text, node_texts, year_text

if TYPE_CHECKING:
    from salesanalysis.targets.basis import Basis

_LINES = 8
_HALF_CENT = 0.005


def reasons(basis: "Basis", lang: str = "en") -> pd.DataFrame:
    """Return one sentence per unit, largest proposed value first."""
    order = _largest_first(basis)
    texts = [_line(basis, row, lang) for row in order.to_dict("records")]
    out = order[list(basis.by)].reset_index(drop=True)
    return out.assign(note=pd.Series(texts, dtype="str"))


def formulas(basis: "Basis", lang: str = "en") -> pd.DataFrame:
    """Return the formula of every proposed value with its figures, largest value first."""
    order = _largest_first(basis).reset_index(drop=True)
    texts = [_formula_of(basis, row, lang) for row in _with_inputs(basis, order)]
    return order[list(basis.by)].assign(note=pd.Series(texts, dtype="str"))


def _with_inputs(basis: "Basis", rows: pd.DataFrame) -> list[dict[str, object]]:
    """Return rows with the figures of their formulas."""
    if not len(basis.inputs):
        return list(rows.to_dict("records"))
    keys = list(basis.by)
    both = rows.merge(basis.inputs, on=keys, how="left") if keys else rows.join(basis.inputs)
    return list(both.to_dict("records"))


def _formula_of(basis: "Basis", row: dict[str, object], lang: str) -> str:
    """Write the formula of one unit."""
    if basis.method == "given":
        return label("basis.formula.given", lang)
    without = row["status"] in NO_BASE
    return formula_text(
        basis.method, row, basis.facts, without=without, lang=lang, currency=basis.currency
    )


def _largest_first(basis: "Basis") -> pd.DataFrame:
    """Return the units, the largest value first."""
    keys = ["value", *basis.by]
    up = [False] + [True] * len(basis.by)
    ordered: pd.DataFrame = basis.frame.sort_values(keys, ascending=up, kind="stable")
    return ordered


def _line(basis: "Basis", row: dict[str, object], lang: str) -> str:
    """Write one unit: base, growth, value and reason."""
    words = {
        "node": node_text(row, basis.by, basis.terms, lang),
        "reason": show_value("reason", row["reason"], lang, basis.terms),
    }
    if row["status"] in NO_BASE:
        return label("basis.no_line", lang, **words)
    amounts = {k: money(float(str(row[k])), lang, basis.currency) for k in ("base", "value")}
    if row["status"] == BY_VALUE:
        return label("basis.line_no_base", lang, value=amounts["value"], **words)
    rise = growth(float(str(row["growth"])))
    return label("basis.line", lang, growth=rise, **words, **amounts)


def sentences(basis: "Basis", lang: str) -> list[str]:
    """Return what a basis says, the finding first."""
    lines = _largest_first(basis).head(_LINES).to_dict("records")
    out = [_headline(basis, lang), _formula(basis, lang)]
    if "pull" in basis.facts:
        out.append(label("basis.pulled", lang, pull=percent(basis.facts["pull"], 0)))
    out += [_line(basis, row, lang) for row in lines]
    left = len(basis.frame) - len(lines)
    if left:
        out.append(label("basis.more", lang, n=count(left)))
    if basis.method not in ("given", "weighted_years", "constant") and lines:
        node = node_text(lines[0], basis.by, basis.terms, lang)
        text = _formula_of(basis, _with_inputs(basis, _largest_first(basis).head(1))[0], lang)
        out.append(label("basis.example", lang, node=node, formula=text))
    return out + _left_out(basis, lang)


def _headline(basis: "Basis", lang: str) -> str:
    """Write what is proposed for the whole."""
    year = year_text(basis.calendar, basis.year, lang)
    if basis.method == "given":
        return label("basis.headline_given", lang, year=year, n=count(len(basis.frame)))
    whole = basis.roll_up([]).iloc[0]
    base, value = float(whole["base"]), float(whole["value"])
    if base <= 0:
        names = node_texts(basis.frame.head(MOST_NAMES), basis.by, basis.terms, lang)
        nodes = listing(names, lang, n=len(basis.frame))
        state = show_value("status", whole["status"], lang, basis.terms)
        return label("basis.headline_empty", lang, year=year, nodes=nodes, status=state)
    return label(
        "basis.headline",
        lang,
        year=year,
        value=money(value, lang, basis.currency),
        growth=growth(value / base - 1),
        base=money(base, lang, basis.currency),
        base_year=year_text(basis.calendar, basis.year - basis.span, lang),
    )


def _formula(basis: "Basis", lang: str) -> str:
    """Write how this method works."""
    weights = label("targets.comma", lang).join(f"{w:g}" for w in basis.weights)
    return label(
        f"basis.formula.{_formula_key(basis)}",
        lang,
        n=len(basis.weights),
        weights=weights,
        rate=growth(basis.weights[0]) if basis.weights else "",
        total=money(basis.facts.get("total", 0.0), lang, basis.currency),
        r2=percent(basis.facts.get("r2", 0.0)),
        quantile=percent(basis.facts.get("quantile", 0.0), 0),
    )


def _formula_key(basis: "Basis") -> str:
    """Return which sentence says how this method works."""
    if basis.method == "constant" and "total" in basis.facts:
        return "constant_total"
    if basis.method == "forecast" and "quantile" in basis.facts:
        return "quantile"
    return basis.method


def _left_out(basis: "Basis", lang: str) -> list[str]:
    """Say what is in no base, and what rules took out of one."""
    year = year_text(basis.calendar, basis.year - basis.span, lang)
    said = []
    for column, key in (("left_out_amount", "basis.left_out"), (CLEANED, "basis.cleaned")):
        part = basis.frame[basis.frame[column].abs() >= _HALF_CENT]
        if len(part):
            amount = money(float(part[column].sum()), lang, basis.currency)
            n = count(len(part))
            said.append(label(key, lang, amount=amount, n=n, base_year=year))
    return said
