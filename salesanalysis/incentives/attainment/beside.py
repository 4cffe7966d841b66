"""How another measure of a plan moves beside sales: margin, cash, satisfaction."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.labels import Terms, label, percent

Floats = npt.NDArray[np.float64]
WAYS = ("target", "sales")
_TERMS = Terms()


@dataclass(frozen=True)
class OtherMeasure:
    """A measure that is drawn beside sales, correlated with them as told; nothing is assumed.

    Its level in a period is ``mean + sd z``, ``z = correlation z_s + sqrt(1 - correlation^2) e``:
    ``z_s`` is the standard score of the person's sales in the period (of their logarithm under a
    lognormal attainment), ``e`` is standard normal and the person's own (a Gaussian copula).

    Parameters
    ----------
    name : str, a measure of the plan
    mean, sd : float
        Of the level, in shares of what `of` says.
    correlation : float, -1 to 1, with the person's sales of the period
    of : {"target", "sales"}
        Whether the level is a share of the measure's target (a ratio or a number: the value
        itself), or a share of what is sold in the period (margin, cash).
    target : float, optional
        Of a share of sales: the target, as share of the sales quota; attainment needs it.
    least, most : float, optional
        Where the level ends; a share that cannot pass 1 has ``most=1``.

    Raises
    ------
    ContractError
        Numbers that are none of a distribution.

    Examples
    --------
    >>> margin = OtherMeasure("margin", mean=0.3, sd=0.05, correlation=-0.4, of="sales")
    >>> margin.explain().split(": ")[1]
    'on average 30.0% of sales, standard deviation 5.0%, correlation with sales -0.40.'

    References
    ----------
    Nelsen, R. B. (2006). An Introduction to Copulas. Springer, section 2.3.
    """

    name: str
    mean: float
    sd: float
    correlation: float
    of: str
    target: float | None = None
    least: float | None = None
    most: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is no distribution."""
        if self.of not in WAYS:
            raise unknown_name(
                self.of, WAYS, kind="way", where="OtherMeasure(of=...)", error=ContractError
            )
        low = -math.inf if self.least is None else self.least
        high = math.inf if self.most is None else self.most
        for fine, what, fix in (
            (math.isfinite(self.mean), f"mean is {self.mean}.", "give a finite number"),
            (math.isfinite(self.sd) and self.sd >= 0, f"sd is {self.sd}.", "give 0 or above"),
            (-1 <= self.correlation <= 1, f"correlation is {self.correlation}.", "give -1 to 1"),
            (low <= self.mean <= high, f"mean is {self.mean}, outside {low:g} to {high:g}.",
             "let least and most hold the mean"),
            (self.target is None or 0 < self.target < math.inf, f"target is {self.target}.",
             "give the target as share of the sales quota, above 0"),
        ):  # fmt: skip
            if not fine:
                raise ContractError(
                    what, where=f"OtherMeasure({self.name!r}, ...)", fix=fix, code="bad-choice"
                )

    def totals(self, scores: Floats, own: Floats, sold: Floats) -> Floats:
        """Return hundredths of the measure: whole cents of a share of sales, else to 0.0001.

        Parameters
        ----------
        scores, own : ndarray, standard scores of sales, and the measure's own normals
        sold : ndarray, cents
        """
        z = self.correlation * scores + math.sqrt(1 - self.correlation**2) * own
        level = np.clip(self.mean + self.sd * z, self.least, self.most)
        if self.of == "sales":
            return np.asarray(np.rint(level * sold))
        return np.asarray(np.rint(level * 1e4) / 100)

    def explain(self, lang: str = "en", terms: Terms = _TERMS) -> str:
        """Return the measure in one sentence: level, spread, correlation."""
        return label(
            f"attainment.beside.{self.of}",
            lang,
            name=terms.show("measure", self.name, lang),
            mean=percent(self.mean),
            sd=percent(self.sd),
            correlation=f"{self.correlation:+.2f}",
        )
