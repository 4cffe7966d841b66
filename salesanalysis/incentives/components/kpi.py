"""A bonus by weighted scores: each KPI has a line from its result to its score."""

from dataclasses import dataclass
from fractions import Fraction

from salesanalysis.incentives.components.base import Points, on_line
from salesanalysis.incentives.inputs.book import Piece, Scale, Sheet, Texts


@dataclass(frozen=True)
class Kpi:
    """One KPI: what it measures, its weight, and the line from result to score.

    `direction` ``lower`` turns a result where less is better: ``target_over_actual`` or
    ``linear`` (2 - actual / target).
    """

    measure: str
    weight: Fraction
    scale: Scale
    points: Points
    below: Fraction
    direction: str = "higher"
    ratio: str = ""
    cap: Fraction | None = None

    def result(self, sheet: Sheet) -> Fraction:
        """Return what the score is read from: attainment, or the value as it stands."""
        x = self.scale.x(sheet)
        if self.direction == "higher":
            return x
        if self.ratio == "linear":
            return 2 - x
        # nothing late, nothing broken: the best a lower-is-better KPI can do is its last point
        return 1 / x if x > 0 else self.points[-1][0]

    def score(self, result: Fraction) -> Fraction:
        """Return the score of a result."""
        score = self.below if result < self.points[0][0] else on_line(result, self.points)
        return score if self.cap is None else min(score, self.cap)


@dataclass(frozen=True)
class KpiWeighted:
    """An amount, or the target incentive, times the weighted sum of the scores."""

    id: str
    title: Texts
    kpis: tuple[Kpi, ...]
    amount: Fraction | None  # currency; None = the target incentive
    all_met_gate: bool

    edges: tuple[Fraction, ...] = ()

    def scores(self, sheet: Sheet) -> list[Fraction]:
        """Return the scores; above 1 only where every KPI is met, if the plan says so."""
        results = [kpi.result(sheet) for kpi in self.kpis]
        scores = [kpi.score(x) for kpi, x in zip(self.kpis, results, strict=True)]
        if self.all_met_gate and min(scores) < 1:
            return [min(score, Fraction(1)) for score in scores]
        return scores

    def pieces(self, sheet: Sheet) -> list[Piece]:
        """Return one line per KPI that scores; without weight, one only holds back the others."""
        base = (
            (sheet.target_incentive or 0)
            if self.amount is None
            else self.amount * 100 * sheet.share
        )
        return [
            Piece(k, "share", base, kpi.weight * score)
            for k, (kpi, score) in enumerate(zip(self.kpis, self.scores(sheet), strict=True), 1)
            if score and kpi.weight
        ]
