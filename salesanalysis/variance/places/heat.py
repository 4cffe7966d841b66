"""Two dimensions against each other: every cell with what it moved, for a map in colours."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.labels import Terms, check_lang, has_label, label, unit_of
from salesanalysis.results import Result, column_label
from salesanalysis.variance.adding import check_total
from salesanalysis.variance.names import TOP, change, check_top, effect_name, key_name, small
from salesanalysis.variance.places.checks import base_is_there, check_call
from salesanalysis.variance.places.cube import Cube
from salesanalysis.variance.rounded import Scale


@dataclass(frozen=True, eq=False)
class Heat(Result):
    """What each pair of members moved; the cells add up to the gap.

    Attributes
    ----------
    cells : DataFrame, one row per observed cell, in the order of names
        The two dimensions, ``base``, ``actual``, ``amount`` (currency), ``base_growth``
        (relative to its own base; empty where ``status`` says why), ``status``.
    rows, columns : str
        The two dimensions.
    start, end : float, currency
    names : (str, str)
        What the sides are, base first.
    measure : str
    favourable : str
        ``up``, or ``down`` for cost lines: turns colours, never signs.
    currency : str
    terms : Terms
    """

    cells: pd.DataFrame
    rows: str
    columns: str
    start: float
    end: float
    names: tuple[str, str]
    measure: str = "revenue"
    favourable: str = "up"
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Keep a copy, and refuse cells that do not add up to the gap."""
        object.__setattr__(self, "cells", self.cells.reset_index(drop=True).copy())
        check_total(self.cells["amount"], self.start, self.end)

    @property
    def gap(self) -> float:
        """Actual minus base, in currency."""
        return self.end - self.start

    def to_frame(self) -> pd.DataFrame:
        """Return one row per cell; a copy."""
        return self.cells.copy()

    def explain(self, lang: str = "en", *, top: int = TOP) -> str:
        """Return plain sentences that name the `top` cells that moved most.

        Raises
        ------
        ContractError
            A `top` below 1.
        """
        return "\n".join(self._sentences(check_lang(lang), check_top(top)))

    def _sentences(self, lang: str, top: int = TOP) -> list[str]:
        scale = Scale.of([self.gap, *self.cells["amount"]], lang)
        base = effect_name(self.names[0], lang, inside=True)
        key = f"variance.measure_{self.measure}"
        measure = label(key, lang) if has_label(key) else column_label(self.measure, lang)
        steps = scale.steps(self.gap)
        word = "equal" if not steps else "above" if steps > 0 else "below"
        text = label(
            f"variance.{word}", lang, when="", measure=measure, base=base,
            amount=scale.text(abs(steps)) + _unit(self.currency, lang),
            percent=label("variance.in_brackets", lang, text=change(self.gap / self.start, lang))
            if self.start > 0 and steps
            else "",
            parts="",
        )  # fmt: skip
        largest = self._largest(scale, lang, top)
        dims = [small(key_name(d, lang)) for d in (self.rows, self.columns)]
        return [
            text[:1].upper() + text[1:] + largest,
            label("heat.how", lang, rows=dims[0], columns=dims[1], base=base),
        ]

    def _largest(self, scale: Scale, lang: str, top: int) -> str:
        """Name the cells that moved most."""
        order = (-self.cells["amount"].abs()).sort_values(kind="stable").index[:top]
        dims = (self.rows, self.columns)
        parts = [
            label(
                "variance.part", lang,
                name=" / ".join(self.terms.show(d, row[d], lang) for d in dims),
                amount=scale.text(scale.steps(row["amount"]), signed=True),
            )
            for row in self.cells.loc[order].to_dict("records")
            if scale.steps(row["amount"])
        ]  # fmt: skip
        if not parts:
            return ""
        return label("heat.largest", lang, parts=label("variance.comma", lang).join(parts))


def _unit(currency: str, lang: str) -> str:
    unit = unit_of(currency, lang)
    return unit if lang == "zh" and unit != currency else f" {unit}"


def heat(
    actual: pd.DataFrame,
    base: pd.DataFrame,
    *,
    rows: str,
    columns: str,
    value: str = "revenue",
    names: tuple[str, str] = ("target", "actual"),
    favourable: str = "up",
    currency: str = "CNY",
    terms: Terms | None = None,
) -> Heat:
    """Compare every pair of members of two dimensions, such as region x product line.

    Parameters
    ----------
    actual, base : DataFrame
        Rows or sums of them: `rows`, `columns` and `value`. Rows of one cell are summed.
    rows, columns : str
        The two dimensions.
    value : str, currency
    names, favourable, currency, terms
        See `explain`.

    Returns
    -------
    Heat

    Raises
    ------
    ContractError
        Columns, names or values that do not fit; a base that adds up to 0.

    Examples
    --------
    >>> plan = pd.DataFrame({"region": list("EEWW"), "product": list("ABAB"),
    ...                      "revenue": [100.0, 100.0, 100.0, 100.0]})
    >>> found = heat(plan.assign(revenue=[90.0, 100.0, 100.0, 140.0]), plan,
    ...              rows="region", columns="product")
    >>> print(found.headline())
    Sales 30.00 CNY above target (+7.5%); largest cells W / B +40.00, E / A -10.00
    """
    if rows == columns:
        raise ContractError(
            f"rows and columns are both {rows!r}.",
            where="heat(rows=..., columns=...)",
            fix="name two different columns",
            code="bad-choice",
        )
    check_call(actual, base, [rows, columns], (), names, value=value, where="heat")
    cube = Cube.of(actual, base, [rows, columns], value)
    base_is_there(cube)
    known = cube.base > 0
    table = pd.DataFrame(
        {
            rows: cube.names[0][cube.codes[0]].astype("str"),
            columns: cube.names[1][cube.codes[1]].astype("str"),
            "base": cube.base,
            "actual": cube.actual,
            "amount": cube.actual - cube.base,
            "base_growth": np.divide(
                cube.actual - cube.base, cube.base, out=np.full(len(known), np.nan), where=known
            ),
            "status": np.where(known, "ok", np.where(cube.base < 0, "negative_base", "no_base")),
        }
    )
    return Heat(
        table, rows, columns, float(cube.base.sum()), float(cube.actual.sum()),
        (str(names[0]), str(names[1])), value, favourable, currency, terms or Terms(),
    )  # fmt: skip
