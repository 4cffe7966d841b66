"""Attainment of one person over a year: its distribution, and how people move together."""

import math
from dataclasses import dataclass, replace
from statistics import NormalDist

from salesanalysis.errors import ContractError
from salesanalysis.labels import check_lang, label, percent

KINDS = ("lognormal", "normal", "empirical")
_NORMAL = NormalDist()


@dataclass(frozen=True)
class Attainment:
    """Yearly attainment (sales over quota) of one person, and what people share of it.

    The variance (of the logarithm where `kind` is lognormal) has four parts: the market of the
    year, the region of the year, the person, and the noise of each period. Two people of one
    region correlate by ``market + region``, of two regions by ``market``. The noise of a period is
    larger than that of a year: it is scaled so that mean and standard deviation of the year stay
    exactly those of the model (see `noise_of_period`).

    Parameters
    ----------
    kind : {"lognormal", "normal", "empirical"}
    m, s : float
        Mean and standard deviation of log attainment (lognormal), or of attainment.
    values : tuple of float
        Empirical: yearly attainments seen, ascending, each as likely as another.
    market, region, person, noise : float
        Shares of the variance, 0 or above, together 1.
    vacancy : float
        Chance that a person's year is vacant: attainment 0.
    source : str
        Where it comes from: ``preset normal``, ``calibrated from 163 person-months``.
    assumed : bool
        Whether the shares are assumed, not estimated.
    paths : tuple of tuple of float
        Empirical: the attainment of every period of the years in `values`, in the same order.
    notes : tuple of str
        Shares that could not be estimated: ``market``, ``region``, ``person``.

    Raises
    ------
    ContractError
        ``s`` at or below 0, or above 3 (lognormal), shares that are negative or do not add to 1,
        a vacancy outside [0, 1), numbers that are not finite.

    Examples
    --------
    >>> a = Attainment("normal", 1.0, 0.1)
    >>> round(a.reach(1.0), 3), round(a.p(0.9), 3)
    (0.5, 1.128)
    """

    kind: str
    m: float
    s: float
    values: tuple[float, ...] = ()
    market: float = 0.05
    region: float = 0.05
    person: float = 0.40
    noise: float = 0.50
    vacancy: float = 0.0
    source: str = "given"
    assumed: bool = True
    paths: tuple[tuple[float, ...], ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no distribution."""
        for name, value in (("m", self.m), ("s", self.s), ("vacancy", self.vacancy)):
            _require(math.isfinite(value), f"{name} is {value}.", "give a finite number")
        _require(self.kind in KINDS, f"kind is {self.kind!r}.", f"use one of {', '.join(KINDS)}")
        fine = self.s > 0 or (self.kind == "empirical" and self.s == 0)
        _require(fine, f"s is {self.s:g}: a spread is above 0.", "give s > 0, such as 0.17")
        _require(0 <= self.vacancy < 1, f"vacancy is {self.vacancy:g}.", "give 0 to below 1")
        wild = self.kind == "lognormal" and self.s > 3
        _require(not wild, f"s is {self.s:g}: one in ten would end above 46 times the middle.",
                 "give the standard deviation of log attainment, such as 0.17")  # fmt: skip
        shares = self.shares
        good = all(math.isfinite(v) and v >= 0 for v in shares) and abs(sum(shares) - 1) < 1e-9
        _require(
            good,
            f"shares of market, region, person, noise are {', '.join(f'{v:g}' for v in shares)}.",
            "give four shares, 0 or above, that add to 1",
        )
        if self.kind == "empirical":
            ordered = all(a <= b for a, b in zip(self.values, self.values[1:], strict=False))
            _require(len(self.values) >= 2 and ordered, "values are fewer than 2 or unordered.",
                     "give yearly attainments, ascending")  # fmt: skip

    @property
    def shares(self) -> tuple[float, float, float, float]:
        """Return the shares of market, region, person and noise."""
        return self.market, self.region, self.person, self.noise

    @property
    def mean(self) -> float:
        """Return the expected yearly attainment, vacancies included."""
        return (1 - self.vacancy) * self._moment(1)

    @property
    def sd(self) -> float:
        """Return the standard deviation of yearly attainment, vacancies included."""
        second = (1 - self.vacancy) * self._moment(2)
        return math.sqrt(max(second - self.mean**2, 0.0))

    def _moment(self, power: int) -> float:
        if self.kind == "lognormal":
            return math.exp(power * self.m + power**2 * self.s**2 / 2)
        if self.kind == "normal":
            return self.m if power == 1 else self.m**2 + self.s**2
        return math.fsum(v**power for v in self.values) / len(self.values)

    def p(self, q: float) -> float:
        """Return the quantile of yearly attainment at probability `q` (0 to 1, both excluded)."""
        _require(0 < q < 1, f"q is {q}: no probability between 0 and 1.", "give 0.9 for the P90")
        low = 0.0 if self.kind == "lognormal" else self._filled_below(0.0)
        if low * (1 - self.vacancy) < q <= low * (1 - self.vacancy) + self.vacancy:
            return 0.0
        share = q if q <= low * (1 - self.vacancy) else q - self.vacancy
        return self._quantile(min(max(share / (1 - self.vacancy), 1e-300), 1 - 1e-16))

    def _quantile(self, q: float) -> float:
        if self.kind == "empirical":
            n = len(self.values)
            return self.values[min(max(math.ceil(q * n) - 1, 0), n - 1)]
        value = self.m + self.s * _NORMAL.inv_cdf(q)
        return math.exp(value) if self.kind == "lognormal" else value

    def reach(self, t: float) -> float:
        """Return the chance that yearly attainment is `t` or more."""
        vacant = self.vacancy if t <= 0 else 0.0
        return (1 - self.vacancy) * (1 - self._filled_below(t)) + vacant

    def _filled_below(self, t: float) -> float:
        """Return the chance of less than `t` in a year that is not vacant."""
        if self.kind == "empirical":
            return sum(v < t for v in self.values) / len(self.values)
        if self.kind == "lognormal":
            return _NORMAL.cdf((math.log(t) - self.m) / self.s) if t > 0 else 0.0
        return _NORMAL.cdf((t - self.m) / self.s)

    @property
    def never_negative(self) -> bool:
        """Tell whether no draw can fall below 0."""
        if self.kind == "empirical":
            lows = [min(p) for p in self.paths] or [self.values[0]]
            return min(lows) >= 0
        return self.kind == "lognormal"

    def noise_of_period(self, per_year: int) -> tuple[float, float]:
        """Return shift and spread of the noise of one of `per_year` equal periods.

        Lognormal: with z standard normal, a period's noise factor is ``exp(shift + spread z)``.
        The mean of `per_year` of them has the mean and the variance of the year's noise factor,
        exactly: ``spread^2 = ln(1 + n (exp(noise s^2) - 1))`` (Fenton 1960, read backwards). The
        shape of the year is a sum of lognormals, so its quantiles move a little: with presets
        tight and normal by less than 0.005, with wide by less than 0.012. Normal: the spread is
        ``s sqrt(noise n)``, and the year is exactly normal.

        References
        ----------
        Fenton, L. F. (1960). The sum of log-normal probability distributions in scatter
        transmission systems. IRE Transactions on Communications Systems 8(1), 57-67.
        """
        if self.kind == "normal":
            return 0.0, self.s * math.sqrt(self.noise * per_year)
        year = self.noise * self.log_variance
        spread = math.log1p(per_year * math.expm1(year))
        return (year - spread) / 2, math.sqrt(spread)

    def of_period(self, per_year: int) -> "Attainment":
        """Return the attainment of one of `per_year` equal periods: same level, more noise.

        Raises
        ------
        ContractError
            Empirical years without their periods: they say nothing about a month.

        Examples
        --------
        >>> month = Attainment("lognormal", 0.043305, 0.170933).of_period(12)
        >>> round(month.s, 4), round(month.noise, 4)
        (0.421, 0.9176)
        """
        if per_year == 1:
            return self
        if self.kind == "empirical":
            return self._of_paths(per_year)
        shift, spread = self.noise_of_period(per_year)
        s2 = self.s**2 * (1 - self.noise) + spread**2
        market, region, person = (share * self.s**2 / s2 for share in self.shares[:3])
        return replace(
            self,
            m=self.m + shift,
            s=math.sqrt(s2),
            market=market,
            region=region,
            person=person,
            noise=spread**2 / s2,
        )

    def _of_paths(self, per_year: int) -> "Attainment":
        """Return all periods of the years seen, each as likely as another."""
        seen = bool(self.paths) and len(self.paths[0]) == per_year
        _require(seen, f"the years have no {per_year} periods.", "use bootstrap(history)")
        values = sorted(v for path in self.paths for v in path)
        mean = math.fsum(values) / len(values)
        s = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / len(values))
        return replace(self, m=mean, s=s, values=tuple(values), paths=())

    @property
    def log_variance(self) -> float:
        """Return the variance of log attainment, of an empirical one by its mean and spread."""
        if self.kind == "lognormal":
            return self.s**2
        return math.log1p((self.s / self.m) ** 2) if self.m > 0 else 0.0

    def shared(self, market: float, region: float, person: float) -> "Attainment":
        """Return the model with other shares of market, region and person; the rest is noise."""
        rest = 1 - market - region - person
        return replace(self, market=market, region=region, person=person, noise=rest, assumed=False)

    def explain(self, lang: str = "en") -> str:
        """Return the model in plain sentences: level, spread, shares, and what is assumed."""
        check_lang(lang)
        names = ("market", "region", "person", "noise")
        parts = dict(zip(names, map(percent, self.shares), strict=True))
        said = [
            label(
                "attainment.level",
                lang,
                mean=percent(self.mean),
                reach=percent(self.reach(1.0)),
                low=percent(self.p(0.1)),
                high=percent(self.p(0.9)),
            ),
            label("attainment.shares", lang, **parts),
        ]
        if self.assumed:
            said.append(label("attainment.assumed", lang))
        said += [label(f"attainment.not_estimated.{name}", lang) for name in self.notes]
        if self.vacancy:
            said.append(label("attainment.vacancy", lang, share=percent(self.vacancy)))
        return "\n".join(said)


def _require(fine: object, what: str, fix: str) -> None:
    """Refuse a number that is none of a distribution."""
    if not fine:
        raise ContractError(what, where="Attainment(...)", fix=fix)
