"""One effect of the calendar pooled over the panel, shrunk per node towards the pooled one."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.festivals import WORKING_DAYS, Regressors
from salesanalysis.forecast.effects.changes import Changes, sizes
from salesanalysis.forecast.effects.choice import MOST_CONDITION, Choice, choose, condition
from salesanalysis.forecast.effects.noise import (
    Noise,
    node_variance,
    noise_of,
    pooled_covariance,
    variances,
)
from salesanalysis.forecast.tree import Flags, Floats
from salesanalysis.labels import count, has_label, label, percent

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Effects:
    """Calendar effects in logarithms: 0.15 = about 15 % more where the regressor is 1.

    Attributes
    ----------
    names : tuple of str, one per effect; empty where nothing could be estimated
    weights : array, shape (regressors given, effects)
        What each effect is made of.
    beta, standard_error : arrays, shape (effects,)
        Pooled over the panel.
    tau2 : array, shape (effects,)
        Variance of the true effects between nodes.
    kept : array, shape (effects,)
        Part of the pooled effect that is used: 1 where it is sure, 0 where its standard error
        is as large as the effect.
    node_beta : array, shape (nodes, effects)
    months_behind : array of int, shape (effects,)
        Months whose year-on-year change moved the regressor by 1 % or more.
    condition : float
        Condition number of X'X of the regressors given.
    n_months : int
        Months of the history; the first month of a forecast is the next one.
    size : array, shape (nodes,), currency
        Mean size of a node's values.
    scaled : flags, shape (nodes,)
        True where the effect is added in parts of `size`: nodes with values below 0.
    notes : tuple of (str, str)
        Label key and the effect it speaks of.
    """

    names: tuple[str, ...]
    weights: Floats
    beta: Floats
    standard_error: Floats
    tau2: Floats
    kept: Floats
    node_beta: Floats
    months_behind: Ints
    condition: float
    n_months: int
    size: Floats
    scaled: Flags
    notes: tuple[tuple[str, str], ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per effect."""
        return pd.DataFrame(
            {
                "effect": np.array(self.names, dtype="str"),
                "estimate": self.beta,
                "standard_error": self.standard_error,
                "spread": np.sqrt(self.tau2),
                "kept_share": self.kept,
                "n_months": self.months_behind,
            }
        ).astype({"effect": "str"})

    def sentences(self, lang: str) -> list[str]:
        """Say each effect with its standard error, then every note."""
        said = [
            label(
                "effects.elasticity", lang, effect=effect_name(n, lang), size=percent(b / 100, 2),
                error=percent(e / 100, 2), n=count(m),
            )
            if n == WORKING_DAYS
            else label(
                "effects.estimate", lang, effect=effect_name(n, lang), size=percent(np.expm1(b)),
                error=percent(e), n=count(m),
            )
            for n, b, e, m in zip(
                self.names, self.beta, self.standard_error, self.months_behind, strict=True
            )
        ]  # fmt: skip
        return said + [label(k, lang, effect=effect_name(n, lang)) for k, n in self.notes]


def effect_name(name: str, lang: str) -> str:
    """Return how an effect is called; a name of the user's stays as it is.

    Examples
    --------
    >>> effect_name("before+during", "en")
    'before and during the festival'
    """
    key = f"effects.name.{name.replace('+', '_')}"
    return label(key, lang) if has_label(key) else name


def estimate(history: Floats, calendar: Regressors, *, season: int = 12) -> Effects:
    """Estimate calendar effects from year-on-year changes, pooled over all nodes.

    Parameters
    ----------
    history : array, shape (nodes, T), currency
        Closed months up to the origin, oldest first, empty before a node's start.
    calendar : Regressors
        From the first month of `history` on; months after the T-th are not looked at.
    season : int, months

    Returns
    -------
    Effects

    Raises
    ------
    ContractError
        The calendar has fewer months than the history.

    Notes
    -----
    With u = ln y (y over its mean size for a node with a value at or below 0), r = u_t - u_{t-12}
    and X likewise, node means removed: beta = (sum w X'X)^-1 sum w X'r. The weight of a node is
    1 / (its variance of a change + the panel's median), so that a noisy node does not speak for
    the others. Node effects are drawn to beta by k = tau^2 / (tau^2 + v), tau^2 by the method of
    moments (DerSimonian and Laird 1986) and never below 0. Of beta itself the part
    max(0, 1 - (standard error / beta)^2) is used (positive-part rule of James and Stein 1961):
    on simulated panels of 36 to 84 months without an effect this halves what a chance estimate
    costs, and with an effect it costs nothing. Standard errors allow for what a
    month does to all nodes alike, for overlapping years (see `noise.noise_of`) and for the
    variance of the true effects between nodes.

    References
    ----------
    Findley, D. F., Monsell, B. C., Bell, W. R., Otto, M. C. and Chen, B.-C. (1998), JBES
    16(2), 127-152. DerSimonian, R. and Laird, N. (1986), Controlled Clinical Trials 7, 177-188.
    Hansen, L. P. and Hodrick, R. J. (1980), Journal of Political Economy 88(5), 829-853.
    James, W. and Stein, C. (1961), 4th Berkeley Symposium 1, 361-379.

    Examples
    --------
    >>> from salesanalysis.festivals import regressors
    >>> from salesanalysis.periods import month_range
    >>> spring = regressors(month_range("2020-01", "2024-12"))
    >>> sales = np.exp(spring.matrix @ [0.15, -0.25])[None, :] * np.array([[100.0], [5.0]])
    >>> estimate(sales, spring).beta.round(6).tolist()
    [0.15, -0.25]
    """
    n_months = history.shape[1]
    _require_months(history, calendar)
    past = calendar.matrix[:n_months]
    if n_months < season + past.shape[1] + 3 or not len(history) or not past.shape[1]:
        return _nothing(history, calendar, *(("effects.short", n) for n in calendar.names))
    given = Changes.of(history, past, season)
    choice = choose(calendar, given.squares().sum(axis=0), float(given.known.sum()))
    if not choice.names:
        return _nothing(history, calendar, *choice.notes)
    changes = Changes(given.sales, given.known, given.calendar @ choice.weights)
    return _fitted(history, past, changes, choice, season)


def _fitted(
    history: Floats, past: Floats, changes: Changes, choice: Choice, season: int
) -> Effects:
    """Fit pooled and node effects."""
    beta, bread, weights, rest = _pooled(changes)
    noise = noise_of(rest, changes, weights, len(choice.names), season)
    away, tau2 = _shrunk(beta, changes, noise)
    covariance = pooled_covariance(bread, changes, weights, noise, tau2)
    error = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    kept = np.maximum(1.0 - (error / np.where(beta == 0, 1e-300, beta)) ** 2, 0.0) * (beta != 0)
    moved = np.abs((past[season:] - past[:-season]) @ choice.weights) >= 0.01
    seen = changes.known.any(axis=0)
    return Effects(
        names=choice.names,
        weights=choice.weights,
        beta=beta,
        standard_error=error,
        tau2=tau2,
        kept=kept,
        node_beta=kept * beta + away,
        months_behind=moved[seen].sum(axis=0),
        condition=choice.condition,
        n_months=history.shape[1],
        size=sizes(history),
        scaled=np.any(history < 0, axis=1),
        notes=choice.notes,
    )


def _pooled(changes: Changes) -> tuple[Floats, Floats, Floats, Floats]:
    """Return pooled effects, inverse of the weighted X'X, node weights and residuals."""
    squares, products = changes.squares(), changes.products()
    beta = np.linalg.solve(squares.sum(axis=0), products.sum(axis=0))
    spread = variances(changes.sales - changes.calendar @ beta, changes.n_months, len(beta))
    middle = float(np.median(spread))
    # without noise every node weighs the same
    weights = (2 * middle / (spread + middle)) if middle > 1e-20 else np.ones(len(spread))
    bread = np.linalg.inv(np.einsum("i,iab->ab", weights, squares))
    beta = bread @ (weights @ products)
    return beta, bread, weights, changes.sales - changes.calendar @ beta


def _shrunk(beta: Floats, changes: Changes, noise: Noise) -> tuple[Floats, Floats]:
    """Return what nodes keep of their distance to the pooled effects, and its variance."""
    squares, products = changes.squares(), changes.products()
    fits = _own_fit(squares, changes.n_months)
    safe = np.where(fits[:, None, None], squares, np.eye(len(beta)))
    own = np.linalg.solve(safe, products[..., None])[..., 0].astype("float64")
    spread = node_variance(np.linalg.inv(safe), changes, noise)
    tau2 = between(own[fits], spread[fits])
    share = np.where(fits[:, None], tau2 / np.maximum(tau2 + spread, 1e-300), 0.0)
    return share * (own - beta), tau2


def _own_fit(squares: Floats, n_months: Floats) -> Flags:
    """Tell which nodes have months enough to tell their effects apart."""
    n_effects = squares.shape[1]
    enough: Flags = n_months >= 12 + n_effects
    apart = [bool(e) and condition_ok(s) for e, s in zip(enough, squares, strict=True)]
    return np.array(apart, dtype="bool")


def condition_ok(squares: Floats) -> bool:
    """Tell whether the effects of one X'X can be told apart."""
    return bool((np.diag(squares) > 1e-9).all()) and condition(squares) <= MOST_CONDITION


def between(own: Floats, spread: Floats) -> Floats:
    """Return the variance between nodes by the method of moments, at least 0, per effect.

    Parameters
    ----------
    own, spread : arrays, shape (nodes, effects)
        Each node's own estimate and its variance.

    Examples
    --------
    >>> between(np.array([[0.0], [2.0]]), np.array([[1.0], [1.0]])).tolist()
    [1.0]
    """
    if len(own) < 2:
        return np.zeros(own.shape[1])
    weights = 1.0 / np.maximum(spread, 1e-12)
    total = weights.sum(axis=0)
    mean = (weights * own).sum(axis=0) / total
    excess = (weights * (own - mean) ** 2).sum(axis=0) - (len(own) - 1)
    tau2: Floats = np.maximum(excess / (total - (weights**2).sum(axis=0) / total), 0.0)
    return tau2


def _require_months(history: Floats, calendar: Regressors) -> None:
    if len(calendar.matrix) < history.shape[1]:
        raise ContractError(
            f"The calendar has {len(calendar.matrix)} months, the history {history.shape[1]}.",
            where="estimate(history, calendar)",
            fix="build the regressors from the first month of the history on",
            code="uncovered",
        )


def _nothing(history: Floats, calendar: Regressors, *notes: tuple[str, str]) -> Effects:
    """Return effects that change nothing, and say why."""
    none = np.zeros(0)
    return Effects(
        names=(),
        weights=np.zeros((len(calendar.names), 0)),
        beta=none,
        standard_error=none,
        tau2=none,
        kept=none,
        node_beta=np.zeros((len(history), 0)),
        months_behind=np.zeros(0, dtype="int64"),
        condition=1.0,
        n_months=history.shape[1],
        size=sizes(history),
        scaled=np.any(history < 0, axis=1),
        notes=notes,
    )
