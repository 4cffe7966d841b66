"""The basis: what every unit would be asked for from its own history, and why."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from salesanalysis.errors import (
    ContractError,
    ReconciliationError,
    require_columns,
    unknown_name,
)
from salesanalysis.hierarchy import Tree
from salesanalysis.labels import Terms, count, growth, label, money, percent
from salesanalysis.periods import FiscalCalendar
from salesanalysis.results import Result, require_adds_up, show_value
from salesanalysis.targets.base_cleaning.log import empty_log, node_names
from salesanalysis.targets.growth_methods.formula import formula_text
from salesanalysis.targets.words import MOST_NAMES, listing, node_text, node_texts, year_text

#: States in which a unit has no base, hence no growth and no share of a target.
NO_BASE = ("new_business", "zero_base", "negative_base", "unknown_base")
#: A unit without a base that has a value all the same: by potential, forecast or market.
BY_VALUE = "without_base"
COLUMNS = (
    "base", "growth", "value", "n_years", "left_out_amount", "carried_amount", "status", "reason",
)  # fmt: skip
#: What a rule took out of the base; 0 where nobody cleaned it.
CLEANED = "cleaned_amount"
#: What a unit has of its own, and what only the units above it may count.
PAIRS = (("base", "left_out_amount"), ("value", "carried_amount"))
_LINES = 8
_HALF_CENT = 0.005


@dataclass(frozen=True, eq=False)
class Basis(Result):
    """One row per unit: base, growth and proposed value, with the reason for each.

    Attributes
    ----------
    frame : DataFrame, one row per unit
        The columns of `by`, ``base`` (sales of the base year, currency), ``growth`` (0.05 = 5 %,
        empty only beside a status that says why), ``value`` (proposed, currency), ``n_years``
        (yearly growths used), ``left_out_amount`` (sales of the base year that are not in the
        base), ``carried_amount`` (what they would grow to: counted in the proposals of the units
        above, since a region keeps the sales of its newcomers), ``status``, ``reason`` and
        ``cleaned_amount`` (sales a rule took out of the base, negative where it put some in).
    by : tuple of str
        Levels from the top down; empty for the company alone.
    method : str
    year : int
        Fiscal year the values are proposed for; the base is `span` years before.
    sold : float, currency
        All sales of the base year: bases, left-out and cleaned amounts add up to it.
    weights : tuple of float
        Weights of the yearly growths, newest first; the one rate of method ``constant``.
    season : DataFrame
        Month shares the months of a plan can follow; see `targets.history.season`.
    inputs : DataFrame, one row per unit
        Level columns and the figures the formula of each unit was filled with.
    facts : dict
        Figures of the formula that are the same for every unit.
    policy_log : DataFrame
        ``node``, ``period``, ``rule``, ``before``, ``after``, ``reason``: every rule that
        changed a number.
    span : int
        Years from the base to `year`.

    Examples
    --------
    >>> shares = pd.DataFrame({"region": ["East", "West"], "value": [40.0, 60.0]})
    >>> basis = Basis.of(shares, by=["region"], year=2024)
    >>> basis.total()
    100.0
    """

    frame: pd.DataFrame
    by: tuple[str, ...]
    method: str
    year: int
    sold: float
    weights: tuple[float, ...]
    season: pd.DataFrame
    calendar: FiscalCalendar = FiscalCalendar()
    currency: str = "CNY"
    terms: Terms = Terms()
    inputs: pd.DataFrame = field(default_factory=pd.DataFrame)
    facts: dict[str, float] = field(default_factory=dict)
    policy_log: pd.DataFrame = field(default_factory=empty_log)
    span: int = 1

    def __post_init__(self) -> None:
        """Refuse values that do not follow from base and growth, and keep an ordered copy."""
        keys = list(self.by)
        require_columns(self.frame, [*keys, *COLUMNS], name="basis")
        if keys:
            Tree(self.by).check(self.frame, name="basis")
        known = self.frame if CLEANED in self.frame.columns else self.frame.assign(**{CLEANED: 0.0})
        frame, inputs = known[[*keys, *COLUMNS, CLEANED]].copy(), self.inputs
        if keys:
            frame = frame.sort_values(keys, kind="stable")
            inputs = inputs.sort_values(keys, kind="stable") if len(inputs) else inputs
        object.__setattr__(self, "frame", frame.reset_index(drop=True))
        object.__setattr__(self, "inputs", inputs.reset_index(drop=True))
        for name in ("season", "policy_log"):
            object.__setattr__(self, name, getattr(self, name).reset_index(drop=True))
        object.__setattr__(self, "by", tuple(self.by))
        _check_rows(self.frame)
        parts = pd.concat([frame["base"], frame["left_out_amount"], frame[CLEANED]])
        require_adds_up(parts, self.sold, what="Bases and sales left out")

    @classmethod
    def of(
        cls,
        shares: pd.DataFrame,
        *,
        by: Sequence[str],
        year: int,
        calendar: FiscalCalendar | None = None,
        currency: str = "CNY",
        terms: Terms | None = None,
    ) -> "Basis":
        """Build a basis from weights of your own: level columns and ``value``.

        Parameters
        ----------
        shares : DataFrame, one row per unit
            The columns of `by` and ``value``, zero or more, in any unit; where ``base`` (sales
            of the year before, currency) stands beside it, a plan can say what growth it asks,
            and a unit with neither is ``new_business``.
        by : sequence of str, levels from the top down
        year : int, fiscal year of the target

        Raises
        ------
        ContractError
            Missing columns, empty or doubled names, negative, empty or infinite values.
        """
        require_columns(shares, [*by, "value"], name="basis")
        has_base = "base" in shares.columns
        frame = shares[[*by, "value", *(["base"] if has_base else [])]].copy()
        for column in ("value", "base")[: 1 + has_base]:
            _check_amounts(frame, column)
        value = frame["value"].astype("float64")
        base = frame["base"].astype("float64") if has_base else value * 0.0
        empty = (value == 0) & (base == 0)
        frame = frame.assign(value=value, base=base, n_years=0, reason="given")
        frame = frame.assign(left_out_amount=0.0, carried_amount=0.0)
        frame["growth"] = value / base.where(base > 0) - 1
        none = "new_business" if has_base else "zero_base"
        frame["status"] = pd.Series(np.where(empty, none, "given"), index=frame.index, dtype="str")
        context = (calendar or FiscalCalendar(), currency, terms or Terms())
        sold = float(base.sum())
        return cls(frame, tuple(by), "given", year, sold, (), no_season(), *context)

    def to_frame(self) -> pd.DataFrame:
        """Return the table, one row per unit; a copy."""
        return self.frame.copy()

    def total(self) -> float:
        """Return what is proposed for the company, in `currency`: newcomers' sales included."""
        return float(self.roll_up([])["value"].iloc[0])

    def select(self, **where: str) -> "Basis":
        """Return the units below these names, with their own total.

        Raises
        ------
        ContractError
            A level or a name that is not in the basis, with the nearest that is.

        Examples
        --------
        >>> shares = pd.DataFrame({"region": ["East", "West"], "value": [40.0, 60.0]})
        >>> Basis.of(shares, by=["region"], year=2024).select(region="East").total()
        40.0
        """
        frame = self.frame
        for level, wanted in where.items():
            if level not in self.by:
                raise unknown_name(
                    level, self.by, kind="level", where="Basis.select", error=ContractError
                )
            known = sorted(frame[level].unique())
            if wanted not in known:
                raise unknown_name(
                    wanted, known, kind=level, where="Basis.select", error=ContractError
                )
            frame = frame[frame[level] == wanted]
        amounts = frame[["base", "left_out_amount", CLEANED]].to_numpy().ravel()
        inputs = self.inputs.loc[frame.index] if len(self.inputs) else self.inputs
        log = self.policy_log[self.policy_log["node"].isin(node_names(frame, self.by))]
        return replace(self, frame=frame, sold=math.fsum(amounts), inputs=inputs, policy_log=log)

    def roll_up(self, by: Sequence[str]) -> pd.DataFrame:
        """Return the units of fewer levels, one row per unit.

        Sales without a base of their own count as soon as a unit above has one; a unit whose
        parts differ in status is ``mixed``.

        Returns
        -------
        DataFrame
            `by`, ``base``, ``left_out_amount``, ``value``, ``carried_amount``, ``status`` and
            ``growth`` (of the sums, never a mean of growths; empty without a base).
        """
        require_columns(self.frame, by, name="basis")
        if by and tuple(by) == self.by:
            # one row per unit already: nothing to add up
            columns = [*by, *(column for pair in PAIRS for column in pair), "status"]
            table = _join_apart(self.frame[columns].copy(), PAIRS)
        else:
            table = gather(self.frame, list(by), PAIRS)
        return table.assign(growth=table["value"] / table["base"].where(table["base"] > 0) - 1)

    def reasons(self, lang: str = "en") -> pd.DataFrame:
        """Return one sentence per unit, largest proposed value first."""
        order = self._largest_first()
        texts = [self._line(row, lang) for row in order.to_dict("records")]
        out = order[list(self.by)].reset_index(drop=True)
        return out.assign(note=pd.Series(texts, dtype="str"))

    def formulas(self, lang: str = "en") -> pd.DataFrame:
        """Return the formula of every proposed value with its figures, largest value first."""
        order = self._largest_first().reset_index(drop=True)
        texts = [self._formula_of(row, lang) for row in self._with_inputs(order)]
        return order[list(self.by)].assign(note=pd.Series(texts, dtype="str"))

    def _with_inputs(self, rows: pd.DataFrame) -> list[dict[str, object]]:
        """Return rows with the figures of their formulas."""
        if not len(self.inputs):
            return list(rows.to_dict("records"))
        keys = list(self.by)
        both = rows.merge(self.inputs, on=keys, how="left") if keys else rows.join(self.inputs)
        return list(both.to_dict("records"))

    def _formula_of(self, row: dict[str, object], lang: str) -> str:
        """Write the formula of one unit."""
        if self.method == "given":
            return label("basis.formula.given", lang)
        without = row["status"] in NO_BASE
        return formula_text(
            self.method, row, self.facts, without=without, lang=lang, currency=self.currency
        )

    def _largest_first(self) -> pd.DataFrame:
        keys = ["value", *self.by]
        up = [False] + [True] * len(self.by)
        ordered: pd.DataFrame = self.frame.sort_values(keys, ascending=up, kind="stable")
        return ordered

    def _line(self, row: dict[str, object], lang: str) -> str:
        words = {
            "node": node_text(row, self.by, self.terms, lang),
            "reason": show_value("reason", row["reason"], lang, self.terms),
        }
        if row["status"] in NO_BASE:
            return label("basis.no_line", lang, **words)
        amounts = {k: money(float(str(row[k])), lang, self.currency) for k in ("base", "value")}
        if row["status"] == BY_VALUE:
            return label("basis.line_no_base", lang, value=amounts["value"], **words)
        rise = growth(float(str(row["growth"])))
        return label("basis.line", lang, growth=rise, **words, **amounts)

    def _sentences(self, lang: str) -> list[str]:
        lines = self._largest_first().head(_LINES).to_dict("records")
        out = [self._headline(lang), self._formula(lang)]
        out += [self._line(row, lang) for row in lines]
        left = len(self.frame) - len(lines)
        if left:
            out.append(label("basis.more", lang, n=count(left)))
        if self.method not in ("given", "weighted_years", "constant") and lines:
            node = node_text(lines[0], self.by, self.terms, lang)
            text = self._formula_of(self._with_inputs(self._largest_first().head(1))[0], lang)
            out.append(label("basis.example", lang, node=node, formula=text))
        return out + self._left_out(lang)

    def _headline(self, lang: str) -> str:
        year = year_text(self.calendar, self.year, lang)
        if self.method == "given":
            return label("basis.headline_given", lang, year=year, n=count(len(self.frame)))
        whole = self.roll_up([]).iloc[0]
        base, value = float(whole["base"]), float(whole["value"])
        if base <= 0:
            names = node_texts(self.frame.head(MOST_NAMES), self.by, self.terms, lang)
            nodes = listing(names, lang, n=len(self.frame))
            state = show_value("status", whole["status"], lang, self.terms)
            return label("basis.headline_empty", lang, year=year, nodes=nodes, status=state)
        return label(
            "basis.headline",
            lang,
            year=year,
            value=money(value, lang, self.currency),
            growth=growth(value / base - 1),
            base=money(base, lang, self.currency),
            base_year=year_text(self.calendar, self.year - self.span, lang),
        )

    def _formula(self, lang: str) -> str:
        weights = label("targets.comma", lang).join(f"{w:g}" for w in self.weights)
        return label(
            f"basis.formula.{self._formula_key()}",
            lang,
            n=len(self.weights),
            weights=weights,
            rate=growth(self.weights[0]) if self.weights else "",
            total=money(self.facts.get("total", 0.0), lang, self.currency),
            r2=percent(self.facts.get("r2", 0.0)),
            quantile=percent(self.facts.get("quantile", 0.0), 0),
        )

    def _formula_key(self) -> str:
        """Return which sentence says how this method works."""
        if self.method == "constant" and "total" in self.facts:
            return "constant_total"
        if self.method == "forecast" and "quantile" in self.facts:
            return "quantile"
        return self.method

    def _left_out(self, lang: str) -> list[str]:
        year = year_text(self.calendar, self.year - self.span, lang)
        said = []
        for column, key in (("left_out_amount", "basis.left_out"), (CLEANED, "basis.cleaned")):
            part = self.frame[self.frame[column].abs() >= _HALF_CENT]
            if len(part):
                amount = money(float(part[column].sum()), lang, self.currency)
                n = count(len(part))
                said.append(label(key, lang, amount=amount, n=n, base_year=year))
        return said


def gather(
    table: pd.DataFrame,
    keys: list[str],
    pairs: Sequence[tuple[str, str]],
    plain: Sequence[str] = (),
) -> pd.DataFrame:
    """Sum units to `keys`; a parent with anything of its own takes over what was left out.

    Parameters
    ----------
    table : DataFrame, one row per unit
    pairs : sequence of (own, apart)
        Where the own amounts of a family are above zero, the amounts kept apart join them.
    plain : sequence of str
        Columns that are only summed.

    Returns
    -------
    DataFrame, one row per family, in order of the names
        `keys`, the amounts and ``status``, ``mixed`` where it differs.
    """
    amounts = [*plain, *(column for pair in pairs for column in pair)]
    codes, names = pd.factorize(table["status"], sort=True)
    rows = table[[*keys, *amounts]].assign(low=codes, high=codes)
    grouped = rows.groupby(keys or np.zeros(len(rows), int), sort=True)
    how = {**dict.fromkeys(amounts, "sum"), "low": "min", "high": "max"}
    out = grouped.agg(how).reset_index(drop=not keys)
    out = _join_apart(out, pairs)
    status = pd.Series(names.take(out["low"]), dtype="str")
    out["status"] = status.where(out["low"] == out["high"], "mixed")
    summed: pd.DataFrame = out[[*keys, *amounts, "status"]]
    return summed


def _join_apart(out: pd.DataFrame, pairs: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """Add amounts kept apart to the own ones where there are any."""
    for own, apart in pairs:
        if not out[apart].to_numpy("float64").any():
            continue
        joins = (out[own] > 0) & (out[own] + out[apart] > 0)
        out[own] = out[own] + out[apart].where(joins, 0.0)
        out[apart] = out[apart].where(~joins, 0.0)
    return out


def no_season() -> pd.DataFrame:
    """Return a season table without rows: nothing is known about months."""
    return pd.DataFrame({"month": pd.Series(dtype="int64"), "share": pd.Series(dtype="float64")})


def _check_amounts(frame: pd.DataFrame, column: str) -> None:
    """Refuse weights that are negative, empty or infinite."""
    amounts = frame[column].to_numpy("float64")
    bad = frame[~((amounts >= 0) & np.isfinite(amounts))]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(frame)} rows of basis: {column!r} is negative, empty or infinite.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix="net returns against sales first, or drop rows without a figure",
            rows=bad,
        )


def _check_rows(frame: pd.DataFrame) -> None:
    """Refuse rows whose value is not base x (1 + growth), or empty without a reason."""
    frame = frame[frame["reason"] != "given"]
    without = frame["status"].isin(NO_BASE)
    rise = frame["growth"].where(~without, 0.0).to_numpy("float64")
    base, value = frame["base"].to_numpy("float64"), frame["value"].to_numpy("float64")
    # half a cent, or rounding noise of very large amounts
    allowed = np.maximum(0.005, 1e-12 * np.abs(base))
    by_value = (frame["status"] == BY_VALUE).to_numpy()
    fits = (np.abs(base * (1 + rise) - value) <= allowed) | (by_value & (base == 0))
    bad = frame[~(fits & (base >= 0) & (value >= 0))]
    if len(bad):
        raise ReconciliationError(
            f"{len(bad)} of {len(frame)} proposed values are not base x (1 + growth).",
            where=f"basis, first rows {bad.index[:3].tolist()}, see .rows",
            fix="this is a defect or a tampered table: please report it with the input",
            code="does-not-add-up",
            rows=bad,
        )
