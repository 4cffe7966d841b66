"""Who wins and who loses under a new plan: the result, by person and by group."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from salesanalysis.errors import require_columns, require_rows
from salesanalysis.incentives.outlook.losing import no_draws, told
from salesanalysis.labels import Terms, count, growth, label, money, percent
from salesanalysis.results import Result, require_adds_up

MONEY = ("old_amount", "new_amount", "change_amount")
COLUMNS = ("salesperson", "attainment", *MONEY, "change_growth", "outcome")
GROUP_COLUMNS = ("group", "unit", "n_people", "n_win", "n_lose", "n_same", *MONEY, "change_growth")
GROUPS = ("fifth", "region", "tenure")
#: Beyond this share of the old pay somebody wins or loses.
BEYOND = 0.05


@dataclass(frozen=True, eq=False)
class Comparison(Result):
    """Pay of everybody under two plans.

    Attributes
    ----------
    frame : DataFrame, one row per person, largest gain first
        ``salesperson``, ``attainment`` (ratio over all periods; empty without quota),
        ``old_amount``, ``new_amount``, ``change_amount`` (currency), ``change_growth`` (empty
        where the old plan pays nothing), ``outcome`` (wins, loses: beyond +- `beyond` of the old
        pay; same), and where known ``region``, ``fifth`` (of attainment, 1 = lowest), ``tenure``;
        over draws ``win_share`` and ``lose_share``, of the drawn years in which somebody does.
    groups : DataFrame, everybody, then by fifth, region and tenure
        ``group``, ``unit``, ``n_people``, ``n_win``, ``n_lose``, ``n_same``, amounts as above.
    years : DataFrame, draws only: one row per fifth of attainment of person-years, lowest first
        ``fifth``, ``attainment`` (mean), ``old_amount``, ``new_amount``, ``change_amount``
        (currency, mean of a person-year), ``win_share``, ``lose_share``. Expected pay cannot show
        who wins: people of one model expect the same attainment.
    per_draw : DataFrame, draws only: ``draw``, ``n_win``, ``n_lose`` of every year drawn of all
    basis : {"deals", "draws"}
        Paid exactly on deals that happened, or expected over draws.
    beyond : float
    n_rows : int, person-periods paid (deals), draws (draws)
    sold : float, currency, sales of everybody
    old_total, new_total : float, currency
    old_title, new_title : dict, language -> title
    """

    frame: pd.DataFrame
    groups: pd.DataFrame
    years: pd.DataFrame
    basis: str
    beyond: float
    n_rows: int
    sold: float
    old_total: float
    new_total: float
    old_title: dict[str, str]
    new_title: dict[str, str]
    currency: str = "CNY"
    terms: Terms = Terms()
    per_draw: pd.DataFrame = field(default_factory=no_draws)

    def __post_init__(self) -> None:
        """Refuse people and groups that do not add up to the totals."""
        require_columns(self.frame, list(COLUMNS), name="comparison")
        require_columns(self.groups, list(GROUP_COLUMNS), name="groups of a comparison")
        order = self.frame.sort_values(
            ["change_amount", "salesperson"], ascending=[False, True], ignore_index=True
        )
        object.__setattr__(self, "frame", order)
        object.__setattr__(self, "groups", self.groups.copy())
        object.__setattr__(self, "years", self.years.copy())
        object.__setattr__(self, "per_draw", self.per_draw.copy())
        for name, total in (("old_amount", self.old_total), ("new_amount", self.new_total)):
            require_adds_up(self.frame[name], total, what=f"{name} of people")
            for group, part in self.groups.groupby("group"):
                require_adds_up(part[name], total, what=f"{name} by {group}")

    def to_frame(self) -> pd.DataFrame:
        """Return one row per person."""
        return self.frame.copy()

    def by(self, group: str) -> pd.DataFrame:
        """Return the rows of one grouping: all, fifth, region or tenure."""
        return self.groups[self.groups["group"] == group].reset_index(drop=True)

    def _money(self, value: float, lang: str, *, signed: bool = False) -> str:
        return money(value, lang, self.currency, signed=signed)

    def _sentences(self, lang: str) -> list[str]:
        everybody = self.groups.iloc[0]
        texts = {
            "new": self.new_title[lang],
            "change": self._money(self.new_total - self.old_total, lang, signed=True),
            "rise": _share(everybody["change_growth"], lang),
            "win": count(everybody["n_win"]),
            "lose": count(everybody["n_lose"]),
            "same": count(everybody["n_same"]),
            "beyond": f"{self.beyond:.0%}",
        }
        key = "headline" if self.basis == "deals" else "expected"
        said = [label(f"outlook.compare.{key}", lang, **texts)]
        totals = {
            "old": self._money(self.old_total, lang),
            "new": self._money(self.new_total, lang),
        }
        n = count(self.n_rows)
        said.append(
            label(f"outlook.compare.{self.basis}", lang, title=self.old_title[lang], n=n, **totals)
        )
        ends = {"most": self.frame.iloc[0], "least": self.frame.iloc[-1]}
        for kind, row in ends.items():
            gain = float(row["change_amount"])
            if (gain > 0) == (kind == "most") and gain != 0:
                name = self.terms.show("salesperson", str(row["salesperson"]), lang)
                change = self._money(gain, lang, signed=True)
                rise = _share(row["change_growth"], lang)
                said.append(
                    label(f"outlook.compare.{kind}", lang, name=name, change=change, rise=rise)
                )
        losing = told(self.frame, self.per_draw, self.beyond, lang)
        return [*said, *self._fifths(lang), *losing]

    def _fifths(self, lang: str) -> list[str]:
        rows = self.by("fifth") if self.years.empty else self.years
        if len(rows) < 2:
            return []
        ends = {
            k: self._money(float(rows[MONEY[2]].iloc[i]), lang, signed=True)
            for k, i in (("low", 0), ("high", -1))
        }
        if self.years.empty:
            return [label("outlook.compare.fifths", lang, **ends)]
        shares = {f"{k}_share": percent(rows[f"{k}_share"].mean(), 0) for k in ("win", "lose")}
        return [label("outlook.compare.years", lang, **ends, **shares)]


def _share(value: float, lang: str) -> str:
    """Write a change in brackets, nothing where there is none."""
    if not np.isfinite(value):
        return ""
    return label("outlook.brackets", lang, text=growth(float(value)))


def outcomes(frame: pd.DataFrame, beyond: float) -> pd.DataFrame:
    """Return people with their change, and whether it is beyond what stays the same.

    Parameters
    ----------
    frame : DataFrame with ``salesperson``, ``attainment``, ``old_amount``, ``new_amount``
    """
    require_rows(frame, name="people to compare")
    old, new = frame["old_amount"].to_numpy("float64"), frame["new_amount"].to_numpy("float64")
    change = np.where(np.abs(new - old) < 0.005, 0.0, new - old)  # sums in another order
    rise = np.divide(change, old, out=np.full(len(old), np.nan), where=old > 0)
    limit = beyond * np.abs(old) + 1e-9  # exactly 5 % is not beyond 5 %
    outcome = np.where(change > limit, "wins", np.where(change < -limit, "loses", "same"))
    out = frame.assign(change_amount=change, change_growth=rise, outcome=outcome)
    return out.astype({"outcome": "str"})


def fifths(frame: pd.DataFrame) -> pd.Series:
    """Return in which fifth of attainment people stand, 1 = lowest, ties by name; 0: no quota."""
    order = frame.sort_values(["attainment", "salesperson"], kind="stable")
    order = order[order["attainment"].notna()]
    n = len(order)
    place = pd.Series(np.arange(n) * 5 // max(n, 1) + 1, index=order.index)
    return place.reindex(frame.index, fill_value=0).astype("int64")


def grouped(frame: pd.DataFrame) -> pd.DataFrame:
    """Return people by group: everybody, then by fifth, region and tenure where known."""
    parts = [_group(frame.assign(all="all"), "all")]
    known = [g for g in GROUPS if g in frame.columns]
    if len(frame) < 5 or ("fifth" in known and (frame["fifth"] == 0).all()):
        known = [g for g in known if g != "fifth"]
    parts += [_group(frame, g) for g in known]
    return pd.concat(parts, ignore_index=True)


def _group(frame: pd.DataFrame, group: str) -> pd.DataFrame:
    """Return one grouping; units stand as text, in their order."""
    outcome = frame["outcome"]
    flags = frame.assign(
        n_people=1,
        n_win=(outcome == "wins").astype(int),
        n_lose=(outcome == "loses").astype(int),
        n_same=(outcome == "same").astype(int),
        unit=frame[group].astype("str"),
    )
    sums = ["n_people", "n_win", "n_lose", "n_same", *MONEY]
    out = flags.groupby("unit", as_index=False, sort=True, dropna=False)[sums].sum()
    rise = out["change_amount"] / out["old_amount"].where(out["old_amount"] > 0)
    out = out.assign(group=group, change_growth=rise)
    return out[list(GROUP_COLUMNS)].astype({"group": "str", "unit": "str"})


YEAR_COLUMNS = ("fifth", "attainment", *MONEY, "win_share", "lose_share")


def by_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the fifths of attainment of person-years, with what changes there.

    Parameters
    ----------
    rows : DataFrame, one row per person and draw, of `outcomes`
    """
    rows = rows.assign(
        fifth=fifths(rows),
        win_share=(rows["outcome"] == "wins").astype("float64"),
        lose_share=(rows["outcome"] == "loses").astype("float64"),
    )
    means = rows.groupby("fifth", as_index=False)[list(YEAR_COLUMNS[1:])].mean()
    return means[list(YEAR_COLUMNS)]


def no_years() -> pd.DataFrame:
    """Return the empty table of a comparison without draws."""
    return pd.DataFrame({name: pd.Series(dtype="float64") for name in YEAR_COLUMNS})
