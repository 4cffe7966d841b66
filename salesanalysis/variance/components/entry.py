"""How much of the spread of a figure is region, manager, person and noise."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.labels import Terms
from salesanalysis.variance.components import anova, likelihood
from salesanalysis.variance.components.design import LABELS, Design, Floats, read_design
from salesanalysis.variance.components.result import Components, ComponentsMeta
from salesanalysis.variance.components.targets import kept_rows, small_targets_rule

ESTIMATORS = ("REML", "ML")
#: Below so many groups a share is a guess, and the text says so.
FEW = 5


def components(  # noqa: PLR0917  the published signature
    df: pd.DataFrame,
    value: str,
    groups: Sequence[str],
    by: str | None = None,
    estimator: str = "REML",
    n_boot: int = 100,
    seed: int = 0,
    *,
    crossed: bool = False,
    min_target: float | None = None,
    target: str | None = None,
    labels: str = "auto",
    coverage: float = 0.8,
    currency: str = "CNY",
    terms: Terms | None = None,
) -> Components:
    """Divide the variance of repeated figures among levels and noise.

    The model is ``value = mean + month (fixed) + region + manager + person + noise`` with a
    variance for every level. It says at which level the spread sits, not who is to blame.

    Parameters
    ----------
    df : DataFrame
        One row per person and month, or any other repeated observation.
    value : str
        Numeric column, such as ``attainment``.
    groups : sequence of str
        Levels from the top down: ``["region", "manager", "salesperson"]``.
    by : str, optional
        Column taken out as fixed differences first, such as ``month``.
    estimator : {"REML", "ML"}
    n_boot : int
        Bootstrap draws of unbalanced or crossed data; 0 leaves intervals out.
    seed : int
        The same seed gives the same intervals.
    crossed : bool
        Groups are crossed, not nested: a person may work in several regions.
    min_target : float, optional
        Leave out rows whose target is below it: their attainment is mostly noise. Counted and
        named in `meta`.
    target : str, optional
        Column of targets; default ``target`` where there is one.
    labels : {"auto", "within", "unique"}
        What a name under two groups is: a number within each (``within``), an error (``unique``),
        or judged by how many names are shared (``auto``).
    coverage : float
        Of the intervals, between 0 and 1.
    currency : str
    terms : Terms, optional

    Returns
    -------
    Components

    Raises
    ------
    ContractError
        Missing or empty columns, fewer than 2 groups at a level, one observation per person, a
        person under two managers, two levels that are one, values that never differ.

    Notes
    -----
    Balanced nested data are answered in closed form from the mean squares of an analysis of
    variance; a variance that would be negative is set to 0, flagged, and its mean square pooled
    with the one below, which is the maximum of the restricted likelihood (Thompson 1962).
    Intervals draw each mean square as MS df / chi2(df), 10,000 times. Other data maximise the
    restricted likelihood of the same model (the one of ``statsmodels`` MixedLM); their intervals
    are a parametric bootstrap, too narrow at the top level, and the text says so.

    References
    ----------
    Searle, Casella and McCulloch (1992), Variance Components. Thompson (1962), The problem of
    negative estimates of variance components, Ann. Math. Statist. 33:273.

    Examples
    --------
    >>> rows = pd.DataFrame({"region": ["N"] * 4 + ["S"] * 4, "person": list("aabbccdd"),
    ...                      "month": [1, 2] * 4,
    ...                      "attainment": [0.9, 1.0, 1.2, 1.3, 0.8, 0.7, 0.7, 0.8]})
    >>> found = components(rows, "attainment", ["region", "person"])
    >>> found.to_frame()[["level", "variance_share", "status"]].round(3).to_numpy().tolist()
    [['region', 0.667, 'few_groups'], ['person', 0.267, 'few_groups'], ['noise', 0.067, 'ok']]
    """
    groups = _checked(value, groups, by, estimator, labels, n_boot, coverage)
    target = target or ("target" if "target" in df.columns else None)
    kept, left = kept_rows(df, target, min_target, groups[-1])
    design = read_design(kept, value, groups, by, labels, crossed=crossed)
    meta = ComponentsMeta(
        value, tuple(groups), by=by or "", estimator=estimator, coverage=coverage,
        crossed=crossed, within=design.within, n_rows=len(kept), n_left_out=len(df) - len(kept),
        min_target=float(min_target or 0), left_out=left, seed=seed,
        n_single=int((np.bincount(design.codes[-1]) == 1).sum()),
        small_targets=small_targets_rule(kept, value, target),
    )  # fmt: skip
    solve = _balanced if design.balanced else _unbalanced
    variances, zero, draws, how = solve(design, estimator, seed, n_boot)
    context = {"currency": currency, "terms": terms or Terms()}
    return _result(design, variances, zero, draws, {**vars(meta), **how}, context)


def _balanced(
    design: Design, estimator: str, seed: int, n_boot: int
) -> tuple[Floats, np.ndarray, Floats, dict[str, object]]:
    """Solve balanced data by their mean squares."""
    squares = anova.mean_squares(design)
    variances, raw = anova.closed_form(squares, design.n_months, estimator)
    draws = anova.draw_variances(squares, seed)[: None if n_boot else 0]
    return variances, raw < 0, draws, {"method": "anova", "interval": "mean_squares"}


def _unbalanced(
    design: Design, estimator: str, seed: int, n_boot: int
) -> tuple[Floats, np.ndarray, Floats, dict[str, object]]:
    """Solve other data by the likelihood, with a parametric bootstrap."""
    found = likelihood.fit(design, estimator)
    draws = likelihood.bootstrap(design, found, estimator, n_boot, seed)
    how = {"method": "likelihood", "interval": "bootstrap", "converged": found.converged}
    return found.variances, found.variances == 0, draws, {**how, "n_boot": n_boot}


def _result(  # noqa: PLR0917  called once, from above
    design: Design, variances: Floats, zero: np.ndarray, draws: Floats,
    meta: dict[str, object], context: dict[str, object],
) -> Components:  # fmt: skip
    """Put variances, shares and intervals into a table."""
    groups, coverage = list(meta["groups"]), float(meta["coverage"])  # type: ignore[call-overload,arg-type]
    shares = variances / variances.sum()
    low, high = np.full((2, len(shares)), np.nan)
    if len(draws):
        drawn = draws / draws.sum(axis=1, keepdims=True)
        low, high = np.quantile(drawn, [(1 - coverage) / 2, (1 + coverage) / 2], axis=0)
        # a share on the edge of its own draws: the interval always holds the estimate
        low, high = np.minimum(low, shares), np.maximum(high, shares)
        lead = float((drawn.argmax(axis=1) == shares.argmax()).mean())
        meta = {**meta, "lead_chance": lead}
    else:
        meta = {**meta, "interval": "none"}
    n_groups = [*design.n_groups, len(design.y)]
    few = np.array(n_groups) < FEW
    frame = pd.DataFrame(
        {
            "level": [*groups, "noise"], "n_groups": n_groups, "variance": variances,
            "sd": np.sqrt(variances), "variance_share": shares, "low_share": low,
            "high_share": high,
            "status": np.where(zero, "set_to_zero", np.where(few, "few_groups", "ok")),
        }
    )  # fmt: skip
    return Components(frame, ComponentsMeta(**meta), **context)  # type: ignore[arg-type]


def _checked(  # noqa: PLR0917  one check per choice, in the order of the signature
    value: str, groups: Sequence[str], by: str | None, estimator: str, labels: str, n_boot: int,
    coverage: float,
) -> list[str]:  # fmt: skip
    """Return the levels as a list; refuse choices nobody could have meant."""
    for name, known, kind in ((estimator, ESTIMATORS, "estimator"), (labels, LABELS, "labels")):
        if name not in known:
            raise unknown_name(
                name, known, kind=kind, where=f"components({kind}=...)", error=ContractError
            )
    names = [] if isinstance(groups, str) else [*groups, value, *([by] if by else [])]
    if len(names) < 2 or len(set(names)) != len(names) or "noise" in names:
        raise ContractError(
            f"groups, value and by must be different columns, got groups={groups!r}, "
            f"value={value!r}, by={by!r}.",
            where="components(groups=..., by=...)",
            fix='name the levels from the top down, such as ["region", "manager"]; none may be '
            "called noise",
            code="bad-choice",
        )
    if not 0 < coverage < 1 or n_boot < 0 or 0 < n_boot < 20:
        raise ContractError(
            f"coverage must lie between 0 and 1 and n_boot be 0 or at least 20, got {coverage!r} "
            f"and {n_boot!r}.",
            where="components(coverage=..., n_boot=...)",
            fix="write coverage=0.8, n_boot=100",
            code="bad-choice",
        )
    return list(groups)
