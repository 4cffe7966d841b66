"""The payout curve: pay per unit of quota over completion, with its jumps."""

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesanalysis.errors import require_columns, require_rows
from salesanalysis.incentives.exact.settle import exact_gross
from salesanalysis.incentives.inputs.book import Book
from salesanalysis.incentives.pay.statement import shown_amount
from salesanalysis.incentives.words.numbers import amount_text, ratio
from salesanalysis.labels import Terms, label
from salesanalysis.results import Result

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan


@dataclass(frozen=True, eq=False)
class PayCurve(Result):
    """What a plan pays at every completion of one quota.

    Attributes
    ----------
    frame : DataFrame, one row per point, by completion
        ``completion`` (ratio), ``side`` (``below`` is one cent before an edge is reached,
        ``at`` the point itself), ``pay_share`` (pay / quota), ``coefficient``.
    quota : float, currency, the quota the curve is calculated for
    plan_title : dict, language -> title
    """

    frame: pd.DataFrame
    quota: float
    plan_id: str
    plan_title: dict[str, str]
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Keep an ordered copy."""
        require_columns(self.frame, ["completion", "side", "pay_share"], name="curve")
        require_rows(self.frame, name="curve")
        frame = self.frame.sort_values(
            ["completion", "side"], ascending=[True, False], kind="stable", ignore_index=True
        )
        object.__setattr__(self, "frame", frame)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per point; an edge has two, one cent below and at it."""
        return self.frame.copy()

    def jumps(self) -> pd.DataFrame:
        """Return the edges where one more cent of sales moves pay: before, after, size."""
        edge = self.frame.drop_duplicates(["completion", "side"]).pivot(
            index="completion", columns="side", values="pay_share"
        )
        if "below" not in edge.columns:
            return pd.DataFrame({"completion": [], "before": [], "after": [], "size": []})
        edge = edge.dropna().reset_index()
        edge = edge.rename(columns={"below": "before", "at": "after"})
        edge["size"] = edge["after"] - edge["before"]
        # a slope moves pay by its rate for one cent; only more than ten cents is a jump
        real = edge[np.abs(edge["size"]) * self.quota > 0.1]
        return real[["completion", "before", "after", "size"]].reset_index(drop=True)

    def at_quota(self) -> float:
        """Return pay / quota at exactly 100 % of quota."""
        full = self.frame[(self.frame["completion"] == 1.0) & (self.frame["side"] == "at")]
        return float(full["pay_share"].iloc[0])

    def _sentences(self, lang: str) -> list[str]:
        jumps = self.jumps()
        if len(jumps):
            top = jumps.loc[jumps["size"].abs().idxmax()]
            jump = label(
                "pay.curve.jump", lang, size=_share(top["size"]), edge=_share(top["completion"])
            )
        else:
            jump = label("pay.curve.smooth", lang)
        first = label("pay.curve.headline", lang, share=_share(self.at_quota()), jump=jump)
        rest = [
            label(
                "pay.curve.jumps",
                lang,
                edge=_share(row["completion"]),
                before=_share(row["before"]),
                after=_share(row["after"]),
            )
            for _, row in jumps.iterrows()
        ]
        quota = amount_text(shown_amount(self.quota), lang, self.currency)
        return [first, *rest, label("pay.curve.quota", lang, quota=quota)]


def curve_points(plan: "Plan", quota: Fraction, wanted: set[Fraction]) -> pd.DataFrame:
    """Return pay at the completions wanted, and at every edge between them on both sides.

    Parameters
    ----------
    quota : Fraction, cents
    wanted : set of Fraction, completions as ratios; 100 % is added
    """
    at = wanted | {Fraction(1)}
    edges = {e: n for e, n in _edges(plan, quota).items() if min(at) < e <= max(at)}
    points = [(a, "at", a * quota) for a in at - set(edges)]
    for edge, first in edges.items():
        points += [(edge, "below", edge * quota + first - 1), (edge, "at", edge * quota + first)]
    rows = []
    for share, side, sold in points:
        out, _ = exact_gross(plan, plan.on_target(Book((sold,), quota)))
        factor = 1.0 if out.factor is None else float(out.factor)
        rows.append((float(share), side, float(out.total / quota), factor))
    return pd.DataFrame(rows, columns=["completion", "side", "pay_share", "coefficient"])


def _edges(plan: "Plan", quota: Fraction) -> dict[Fraction, int]:
    """Return every edge as share of the quota, with the cents from it to the tier above."""
    found: dict[Fraction, int] = {}
    for part in plan.components:
        scale = getattr(part, "scale", None)
        if scale is None or scale.tier != plan.head.measure:
            continue
        for edge in part.edges:
            share = edge if scale.unit == "attainment" else edge * 100 / quota
            found[share] = int(scale.closed == "upper")
    return found


def _share(value: float) -> str:
    """Write a share of the quota to a hundredth of a percent."""
    return ratio(Fraction(f"{value:.4f}"))
