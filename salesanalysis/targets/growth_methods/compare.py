"""Growth methods side by side: what each would ask of every unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.labels import Terms, count, growth, label, money
from salesanalysis.periods import FiscalCalendar
from salesanalysis.results import Result
from salesanalysis.targets.basis import Basis
from salesanalysis.targets.words import node_text, telling_level, year_text

_LINES = 8


@dataclass(frozen=True, eq=False)
class Comparison(Result):
    """Base, growth and proposed value of every unit by several methods.

    Attributes
    ----------
    frame : DataFrame, one row per unit and method
        The columns of `by`, ``method``, ``base``, ``growth``, ``value`` (currency) and
        ``status``; the methods in the order they were given.
    formulas : DataFrame
        ``method``, level columns, ``note_en`` and ``note_zh``: the formula with its figures.
    policy_log : DataFrame
        ``method`` and the columns of a log: every rule each method needed.
    """

    frame: pd.DataFrame
    formulas: pd.DataFrame
    policy_log: pd.DataFrame
    by: tuple[str, ...]
    methods: tuple[str, ...]
    year: int
    calendar: FiscalCalendar = FiscalCalendar()
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Keep copies."""
        columns = [*self.by, "method", "base", "growth", "value", "status"]
        require_columns(self.frame, columns, name="comparison")
        for name in ("frame", "formulas", "policy_log"):
            object.__setattr__(self, name, getattr(self, name).reset_index(drop=True))

    def to_frame(self) -> pd.DataFrame:
        """Return one row per unit and method; a copy."""
        return self.frame.copy()

    def side_by_side(self, what: str = "value") -> pd.DataFrame:
        """Return one row per unit, one column per method, of ``value``, ``growth`` or ``base``."""
        require_columns(self.frame, [what], name="comparison")
        keys = list(self.by)
        indexed = self.frame.assign(**({} if keys else {"node": label("word.company")}))
        wide = indexed.pivot(index=keys or ["node"], columns="method", values=what)
        return wide[list(self.methods)].rename_axis(columns=None).reset_index()

    def totals(self) -> pd.DataFrame:
        """Return base, value and growth of the whole, by method."""
        sums = self.frame.groupby("method", sort=False)[["base", "value"]].sum()
        sums = sums.reindex(list(self.methods)).reset_index()
        return sums.assign(growth=sums["value"] / sums["base"].where(sums["base"] > 0) - 1)

    def spread(self) -> pd.DataFrame:
        """Return the units by how far the methods lie apart, the widest first.

        Returns
        -------
        DataFrame, one row per unit
            Level columns, ``lowest`` and ``highest`` (currency), ``gap`` (between them).
        """
        wide = self.side_by_side()
        values = wide[list(self.methods)]
        out = wide.drop(columns=list(self.methods))
        names = list(out.columns)
        out = out.assign(lowest=values.min(axis=1), highest=values.max(axis=1))
        out["gap"] = out["highest"] - out["lowest"]
        order = [False, *[True] * len(names)]
        return out.sort_values(["gap", *names], ascending=order, ignore_index=True)

    def select(self, **where: str) -> "Comparison":
        """Return the units below these names."""
        frame, formulas = self.frame, self.formulas
        for level, name in where.items():
            require_columns(frame, [level], name="comparison")
            frame, formulas = (t[t[level] == name] for t in (frame, formulas))
        context = (self.year, self.calendar, self.currency, self.terms)
        return Comparison(frame, formulas, self.policy_log, self.by, self.methods, *context)

    def method_text(self, method: str, lang: str) -> str:
        """Write what a method is called."""
        key = f"method.{method}"
        try:
            return label(key, lang)
        except ContractError:
            return method

    def _sentences(self, lang: str) -> list[str]:
        totals = self.totals()
        low, high = (totals.loc[i] for i in (totals["value"].idxmin(), totals["value"].idxmax()))
        said = [
            label(
                "compare.headline",
                lang,
                n=count(len(self.methods)),
                year=year_text(self.calendar, self.year, lang),
                low=money(float(low["value"]), lang, self.currency),
                high=money(float(high["value"]), lang, self.currency),
                low_method=self.method_text(str(low["method"]), lang),
                high_method=self.method_text(str(high["method"]), lang),
            )
        ]
        for row in totals.to_dict("records"):
            rise = growth(row["growth"]) if np.isfinite(row["growth"]) else "–"
            value = money(row["value"], lang, self.currency)
            method = self.method_text(row["method"], lang)
            said.append(label("compare.line", lang, method=method, value=value, growth=rise))
        widest = self.spread().head(_LINES)
        for row in widest[widest["gap"] > 0].head(3).to_dict("records"):
            amounts = {k: money(row[k], lang, self.currency) for k in ("lowest", "highest")}
            node = node_text(row, self.by, self.terms, lang)
            said.append(label("compare.apart", lang, node=node, **amounts))
        return said


def compare(bases: Mapping[str, Basis] | Sequence[Basis]) -> Comparison:
    """Lay growth methods side by side.

    Parameters
    ----------
    bases : mapping of name to Basis, or sequence of Basis
        Results of `growth` for the same year and the same units; a sequence is named by method.

    Raises
    ------
    ContractError
        Fewer than two methods, two of one name, another year, level, currency or set of units.

    Examples
    --------
    >>> one = Basis.of(pd.DataFrame({"region": ["E", "W"], "value": [1.0, 2.0]}),
    ...                by=["region"], year=2024)
    >>> two = Basis.of(pd.DataFrame({"region": ["E", "W"], "value": [2.0, 2.0]}),
    ...                by=["region"], year=2024)
    >>> compare({"one": one, "two": two}).side_by_side()["two"].tolist()
    [2.0, 2.0]
    """
    named = _named(bases)
    first = next(iter(named.values()))
    keys = list(first.by)
    columns = [*keys, "method", "base", "growth", "value", "status"]
    frames = [b.frame.assign(method=name)[columns] for name, b in named.items()]
    logs = [b.policy_log.assign(method=name) for name, b in named.items()]
    texts = []
    for name, basis in named.items():
        en, zh = basis.formulas("en"), basis.formulas("zh")
        both = en.rename(columns={"note": "note_en"}).assign(note_zh=zh["note"], method=name)
        texts.append(both[["method", *keys, "note_en", "note_zh"]])
    log = pd.concat(logs, ignore_index=True)
    return Comparison(
        pd.concat(frames, ignore_index=True),
        pd.concat(texts, ignore_index=True),
        log[["method", *log.columns.drop("method")]],
        first.by,
        tuple(named),
        first.year,
        first.calendar,
        first.currency,
        first.terms,
    )


def _named(bases: Mapping[str, Basis] | Sequence[Basis]) -> dict[str, Basis]:
    """Return bases by name, all of the same units and year."""
    named = dict(bases) if isinstance(bases, Mapping) else {b.method: b for b in bases}
    if len(named) < 2 or len(named) < len(bases):
        raise ContractError(
            f"{len(bases)} bases with {len(named)} different names: nothing to set side by side.",
            where="compare(bases)",
            fix='write compare({"cagr": ..., "moving3": ...})',
            code="bad-choice",
        )
    first_name, first = next(iter(named.items()))
    for name, basis in named.items():
        for what in ("year", "by", "currency"):
            a, b = getattr(first, what), getattr(basis, what)
            if a != b:
                raise ContractError(
                    f"{first_name!r} and {name!r} differ in {what}: {a!r} and {b!r}.",
                    where="compare(bases)",
                    fix="compare bases of the same year, levels and currency",
                    code="bad-choice",
                )
        keys = list(first.by)
        if not basis.frame[keys].equals(first.frame[keys]):
            raise ContractError(
                f"{first_name!r} and {name!r} do not have the same units.",
                where="compare(bases)",
                fix="select the same units from both first",
                code="bad-choice",
            )
    return named


def shown_level(comparison: Comparison) -> str:
    """Return the level a picture of the comparison shows."""
    return telling_level(comparison.frame, comparison.by)
