"""The basis: what every unit would be asked for from its own history, and why."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, unknown_name
from salesanalysis.hierarchy import Tree
from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar
from salesanalysis.results import Result, Table, require_adds_up
from salesanalysis.targets import basis_words
from salesanalysis.targets.base_cleaning.log import empty_log, log_table, node_names
from salesanalysis.targets.basis_checks import check_amounts, check_rows
from salesanalysis.targets.history import no_season
from salesanalysis.targets.nest import Nest
from salesanalysis.targets.rollup import gather, join_apart
from salesanalysis.targets.states import CLEANED, COLUMNS, PAIRS


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
            frame = frame if Nest.ordered(frame, keys) else frame.sort_values(keys, kind="stable")
            inputs = inputs.sort_values(keys, kind="stable") if len(inputs) else inputs
        object.__setattr__(self, "frame", frame.reset_index(drop=True))
        object.__setattr__(self, "inputs", inputs.reset_index(drop=True))
        for name in ("season", "policy_log"):
            object.__setattr__(self, name, getattr(self, name).reset_index(drop=True))
        object.__setattr__(self, "by", tuple(self.by))
        check_rows(self.frame)
        # columns of nothing but zeros add nothing
        sums = [frame[c] for c in ("base", "left_out_amount", CLEANED) if (frame[c] != 0).any()]
        parts = pd.concat(sums) if sums else pd.Series(dtype="float64")
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
        for column in ("value", "base")[: 1 + has_base]:
            check_amounts(shares, column)
        value = shares["value"].astype("float64").to_numpy()
        base = shares["base"].astype("float64").to_numpy() if has_base else np.zeros(len(value))
        none = "new_business" if has_base else "zero_base"
        status = pd.Series(["given", none], dtype="str").array.take((value + base == 0).astype(int))
        frame = pd.DataFrame({column: shares[column] for column in by})
        own = {"value": value, "base": base, "n_years": 0, "reason": "given", "status": status}
        frame = frame.assign(**own, left_out_amount=0.0, carried_amount=0.0)
        frame["growth"] = frame["value"] / frame["base"].where(base > 0) - 1
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
        table = self.units(by)
        return table.assign(growth=table["value"] / table["base"].where(table["base"] > 0) - 1)

    def units(self, by: Sequence[str]) -> pd.DataFrame:
        """Return what `roll_up` does, without the growth."""
        require_columns(self.frame, by, name="basis")
        if by and tuple(by) == self.by:
            # one row per unit already: nothing to add up
            columns = [*by, *(column for pair in PAIRS for column in pair), "status"]
            return join_apart(self.frame[columns].copy(deep=False), PAIRS)
        return gather(self.frame, list(by), PAIRS)

    def reasons(self, lang: str = "en") -> pd.DataFrame:
        """Return one sentence per unit, largest proposed value first."""
        return basis_words.reasons(self, lang)

    def formulas(self, lang: str = "en") -> pd.DataFrame:
        """Return the formula of every proposed value with its figures, largest value first."""
        return basis_words.formulas(self, lang)

    def log(self, lang: str = "en", *, rows: int = 30) -> Table:
        """Return the rules that changed a number as readers see them: in words, with amounts."""
        return log_table(self.policy_log, lang, self.terms, rows=rows)

    def _sentences(self, lang: str) -> list[str]:
        return basis_words.sentences(self, lang)
