"""Whether pay follows performance: rank correlation, spread of pay, shares of pay and of sales."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesanalysis.errors import require_columns, require_rows
from salesanalysis.incentives.outlook.tables import Floats, Simulated, about, column, quantile
from salesanalysis.labels import Terms, label, percent, points
from salesanalysis.results import Result, require_adds_up

COLUMNS = ("salesperson", "paid_share", "sold_share", "gap_pp", "expected_ratio")
POINTS = 400
LEVELS = {"p10": 0.10, "p50": 0.50, "p90": 0.90}


#: Gaps are told in hundredths of a point: smaller ones would read 0.00.
GAP_SHOWN = 0.005


@dataclass(frozen=True, eq=False)
class PayForPerformance(Result):
    """How pay follows attainment.

    Attributes
    ----------
    frame : DataFrame, one row per person, the most overpaid for their sales first
        ``salesperson``, ``paid_share``, ``sold_share`` (of everybody's, expected), ``gap_pp``
        (their difference in percentage points; the gaps add up to 0), ``expected_ratio``
        (expected pay over target pay).
    levels : DataFrame, rows p10, p50, p90: ``statistic``, ``pay_ratio`` (pay over target pay)
    points : DataFrame, at most 400 person-years, evenly taken: ``attainment``, ``pay_ratio``
        (empty where pay is divided by nothing)
    rho : float or None
        Spearman's rank correlation of attainment and pay over target pay, ties sharing ranks,
        over people and draws; None where all of one of them are equal.
    basis : str
        What pay is divided by: ``incentive``, ``at_quota`` (pay at exactly 100 %) or ``none``.
    n_pairs : int
    """

    frame: pd.DataFrame
    levels: pd.DataFrame
    points: pd.DataFrame
    rho: float | None
    basis: str
    n_pairs: int
    plan_title: dict[str, str]
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse shares that do not add up."""
        require_columns(self.frame, list(COLUMNS), name="pay for performance")
        for name in ("frame", "levels", "points"):
            object.__setattr__(self, name, getattr(self, name).copy())
        if self.frame["gap_pp"].notna().all():
            require_adds_up(self.frame["gap_pp"], 0.0, what="Gaps of shares", unit=1e-6)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per person."""
        return self.frame.copy()

    def _sentences(self, lang: str) -> list[str]:
        title = self.plan_title[lang]
        if self.rho is None:
            said = [label("outlook.performance.flat", lang, title=title)]
        else:
            strength = "strong" if self.rho >= 0.8 else "middling" if self.rho >= 0.5 else "weak"
            text = label(f"outlook.performance.{strength}", lang)
            rho = f"{self.rho:.2f}"
            said = [label("outlook.performance.headline", lang, title=title, rho=rho, text=text)]
        shown = self.levels.set_index("statistic")["pay_ratio"]
        if self.basis != "none" and shown.notna().all():
            texts = {k: percent(v, 0) for k, v in shown.items()}
            base = label(f"outlook.target.{self.basis}", lang)
            said.append(label("outlook.performance.levels", lang, base=base, **texts))
        return said + self._gaps(lang)

    def _gaps(self, lang: str) -> list[str]:
        if len(self.frame) < 2 or self.frame["gap_pp"].isna().any():
            return []
        ends = {"top": self.frame.iloc[0], "bottom": self.frame.iloc[-1]}
        if self.frame["gap_pp"].abs().max() < GAP_SHOWN:
            return [label("outlook.performance.no_gaps", lang)]
        names = {
            k: self.terms.show("salesperson", str(r["salesperson"]), lang) for k, r in ends.items()
        }
        gaps = {f"{k}_gap": points(float(r["gap_pp"]), lang, 2) for k, r in ends.items()}
        return [label("outlook.performance.gaps", lang, **names, **gaps)]


def pay_for_performance(
    simulation: Simulated, target: pd.Series | None = None
) -> PayForPerformance:
    """Return how pay follows attainment, from whole years of whole teams.

    Parameters
    ----------
    simulation : Simulation
    target : Series, optional, index = salesperson, currency over the horizon
        Pay at exactly 100 % of quota, for people without a target incentive; see `pay_at_quota`.

    Raises
    ------
    ContractError
        A simulation without a sample of people.
    """
    require_rows(simulation.sample, name="sample")
    people, sample = simulation.people, simulation.sample
    base, basis = _target(people, target)
    each = sample["salesperson"].map(base).to_numpy("float64")
    pay = column(sample, "pay")
    known = np.isfinite(each) & (each > 0)
    ratio = pay[known] / each[known] if basis != "none" else pay
    achieved = column(sample, "attainment")[known if basis != "none" else slice(None)]
    levels = [
        (name, quantile(ratio, q) if basis != "none" else float("nan"))
        for name, q in LEVELS.items()
    ]
    return PayForPerformance(
        _shares(people, base),
        pd.DataFrame(levels, columns=["statistic", "pay_ratio"]),
        _points(achieved, ratio if basis != "none" else ratio[:0]),
        rank_correlation(achieved, ratio),
        basis,
        len(ratio),
        **about(simulation),
    )


def rank_correlation(x: Floats, y: Floats) -> float | None:
    """Return Spearman's rank correlation, ties sharing ranks; None where one does not vary.

    Examples
    --------
    >>> rank_correlation(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 3.0, 2.0, 4.0]))
    0.8
    """
    ranks = [pd.Series(v).rank().to_numpy("float64") - (len(v) + 1) / 2 for v in (x, y)]
    sizes = [float(r @ r) for r in ranks]
    if len(x) < 2 or min(sizes) == 0:
        return None
    size = math.sqrt(sizes[0] * sizes[1])
    return round(float(ranks[0] @ ranks[1]) / size, 12)


def _target(people: pd.DataFrame, target: pd.Series | None) -> tuple[pd.Series, str]:
    """Return what each person's pay is divided by, and what that is."""
    names = people["salesperson"].astype("str")
    if "incentive" in people.columns:
        given = people["incentive"].to_numpy("float64", na_value=np.nan)
        if (np.nan_to_num(given) > 0).all():
            return pd.Series(given, index=names), "incentive"
    if target is not None and (target.reindex(names) > 0).any():
        return target.reindex(names), "at_quota"
    return pd.Series(np.nan, index=names), "none"


def _points(attained: Floats, ratio: Floats) -> pd.DataFrame:
    """Return at most 400 pairs, at even steps."""
    step = max(1, -(-len(ratio) // POINTS))
    return pd.DataFrame({"attainment": attained[: len(ratio)][::step], "pay_ratio": ratio[::step]})


def _shares(people: pd.DataFrame, base: pd.Series) -> pd.DataFrame:
    """Return the share of pay and of sales of every person; empty where there is none to share."""
    pay, sold = column(people, "pay_mean"), column(people, "sales_mean")
    paid_share = pay / pay.sum() if pay.sum() > 0 else np.full(len(pay), np.nan)
    sold_share = sold / sold.sum() if sold.sum() > 0 else np.full(len(sold), np.nan)
    target = base.to_numpy("float64")
    ratio = np.divide(pay, target, out=np.full(len(pay), np.nan), where=target > 0)
    frame = pd.DataFrame(
        {
            "salesperson": people["salesperson"].astype("str"),
            "paid_share": paid_share,
            "sold_share": sold_share,
            "gap_pp": 100 * (paid_share - sold_share),
            "expected_ratio": ratio,
        }
    )
    return frame.sort_values(["gap_pp", "salesperson"], ascending=[False, True], ignore_index=True)
