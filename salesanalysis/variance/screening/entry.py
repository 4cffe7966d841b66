"""Which factors go together with performance: visits, tenure, discount, training days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.labels import Terms
from salesanalysis.variance.screening import panel, statistics
from salesanalysis.variance.screening.checks import checked
from salesanalysis.variance.screening.result import FLAGS, Screen, ScreenMeta
from salesanalysis.variance.screening.statistics import Floats

#: Fewer units than that say nothing.
FEW = 8
#: Variance inflation from which on a factor says what others say.
COLLINEAR = 10.0
#: Factors whose share of R2 is computed.
MOST_SHARED = 10


@dataclass(frozen=True, eq=False)
class _Rows:
    """The table and its choices, checked."""

    table: pd.DataFrame
    value: str
    person: str | None
    month: str | None
    parts: set[str]
    level: float
    n_boot: int
    seed: int


def screen(
    df: pd.DataFrame,
    value: str,
    candidates: Sequence[str],
    *,
    person: str | None = None,
    month: str | None = None,
    lag: int | Mapping[str, int] = 0,
    part_of: Sequence[str] = (),
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
    currency: str = "CNY",
    terms: Terms | None = None,
) -> Screen:
    """Rank factors by how closely they go together with a figure; not what causes it.

    Parameters
    ----------
    df : DataFrame
        One row per person, or per person and month.
    value : str
        The figure, such as ``attainment``.
    candidates : sequence of str
        Numeric columns: visits, tenure, discount, share of new products ...
    person, month : str, optional
        Columns that name repeated observations. With `person`, units are persons, intervals
        draw persons anew, and between and within persons are told apart.
    lag : int or mapping of candidate to int
        Months a factor lies before the figure; needs `month`.
    part_of : sequence of str
        Candidates the figure is computed from. Those that are found to be (``units`` of
        ``revenue``, ``target`` of ``attainment``, a factor or summand) are added.
    level : float
        Of the intervals.
    n_boot : int
        Draws of persons, at least 100.
    seed : int
        The same seed gives the same intervals.
    currency : str
    terms : Terms, optional

    Returns
    -------
    Screen

    Raises
    ------
    ContractError
        Missing columns, text where numbers are needed, infinite values, a person twice in a
        month, a lag without months.

    Notes
    -----
    Rank correlation (Spearman) with the interval of Bonett and Wright (2000), Psychometrika
    65:23; p values by Student t; q values by Benjamini and Hochberg (1995) over all factors but
    those the figure is computed from. Pairs with an empty value are counted and left out; nothing
    is filled in. ``share_of_r2`` divides R2 of a linear fit among at most ten factors (Lindeman,
    Merenda and Gold 1980): it describes the fit, no effect.

    Examples
    --------
    >>> people = pd.DataFrame({"attainment": [0.7, 0.8, 0.9, 0.85, 1.0, 1.1, 1.05, 1.2],
    ...                        "visits": [10, 12, 14, 15, 18, 19, 21, 24],
    ...                        "height": [171, 180, 165, 177, 169, 182, 175, 168]})
    >>> found = screen(people, "attainment", ["visits", "height"])
    >>> found.to_frame()[["candidate", "rho", "q_value"]].round(3).to_numpy().tolist()
    [['visits', 0.952, 0.001], ['height', -0.119, 0.779]]
    """
    names, lags = checked(df, value, candidates, person, month, lag, part_of, level, n_boot)
    parts = panel.parts_of(df, value, names) | set(part_of)
    rows = _Rows(df, value, person, month, parts, level, n_boot, seed)
    columns = {
        c: panel.earlier(df, c, person, str(month), lags[c])
        if lags[c]
        else df[c].to_numpy("float64", na_value=np.nan)
        for c in names
    }
    found = [_one(rows, c, columns[c], lags[c]) for c in names]
    frame = pd.DataFrame(found)
    frame, r2, n_fit = _together(frame, columns, rows)
    frame["q_value"] = _q_values(frame)
    order = frame.assign(size=-frame["rho"].abs()).sort_values(["size", "candidate"])
    meta = ScreenMeta(
        value, person or "", month or "", level,
        "cluster_bootstrap" if person else "bonett_wright", r2, n_fit, len(df),
        n_boot if person else 0, seed,
    )  # fmt: skip
    frame = _flagged(order.drop(columns="size"))
    return Screen(frame, meta, currency=currency, terms=terms or Terms())


def _one(rows: _Rows, name: str, x: Floats, lag: int) -> dict[str, Any]:
    """Return all figures of one factor."""
    y = rows.table[rows.value].to_numpy("float64", na_value=np.nan)
    pair = np.isfinite(x) & np.isfinite(y)
    x, y = x[pair], y[pair]
    person = _codes(rows, rows.person, pair)
    n = len(y) if person is None else len(np.unique(person))
    counts = {"n_used": n, "n_pairs": len(y), "n_missing": int((~pair).sum()), "lag": lag}
    out: dict[str, Any] = {"candidate": name, **counts, "rho": statistics.spearman(x, y)}
    flags = {"part_of_target"} if name in rows.parts else set()
    empty = ["rho", "low_rho", "high_rho", "p_value", "pearson"]
    status = "too_few" if n < FEW else ("ok" if np.isfinite(out["rho"]) else "constant")
    if status != "ok":
        out |= dict.fromkeys(empty, np.nan)
        flags.add(status)
    else:
        out["pearson"] = statistics.pearson(x, y)
        out |= _interval(rows, x, y, person, float(out["rho"]))
    if status == "ok" and not np.isfinite(out["p_value"]):  # it varies in too few persons
        status = "too_few"
        out |= dict.fromkeys(empty, np.nan)
        flags.add(status)
    out |= _sides(rows, x, y, person, pair, flags, out)
    return {**out, "flags": flags, "status": status}


def _interval(
    rows: _Rows, x: Floats, y: Floats, person: np.ndarray | None, rho: float
) -> dict[str, float]:
    """Return interval and p value: of pairs, or with persons drawn anew."""
    if person is None:
        low, high = statistics.rank_interval(rho, len(x), rows.level)
        return {"low_rho": low, "high_rho": high, "p_value": statistics.rank_p_value(rho, len(x))}
    n = int(person.max()) + 1
    rng = np.random.default_rng(rows.seed)
    weights = rng.multinomial(n, np.full(n, 1 / n), size=rows.n_boot).astype("float64")
    draws = statistics.cluster_draws(x, y, person, weights)
    low, high, p = statistics.cluster_interval(rho, draws, n, rows.level)
    return {"low_rho": low, "high_rho": high, "p_value": p}


def _sides(  # noqa: PLR0917  called once, from above
    rows: _Rows, x: Floats, y: Floats, person: np.ndarray | None, pair: np.ndarray,
    flags: set[str], out: dict[str, Any],
) -> dict[str, float]:  # fmt: skip
    """Return the correlation between persons, within them, and without the months' means."""
    month = _codes(rows, rows.month, pair)
    dead = bool(flags & {"constant", "too_few"})
    more: dict[str, float] = {}
    if person is not None:
        counts = np.bincount(person)
        sums = [np.bincount(person, weights=v - v.mean()) for v in (x, y) if len(v)]
        means = [statistics.settled(v / counts) for v in sums] or [x, y]
        more["between_rho"] = np.nan if dead else statistics.spearman(*means)
        codes = [c for c in (person, month) if c is not None]
        inner = [panel.demeaned(v, *codes) for v in (x, y)] if len(x) else [x, y]
        more["within_rho"] = np.nan if dead else statistics.spearman(*inner)
        if not dead and not np.isfinite(more["within_rho"]):
            flags.add("steady")
        if more["between_rho"] * more["within_rho"] < 0:
            flags.add("signs_differ")
    if month is not None and person is not None:
        flat = [panel.demeaned(v, month) for v in (x, y)] if len(x) else [x, y]
        more["detrended_rho"] = np.nan if dead else np.nan_to_num(statistics.spearman(*flat))
        clear = not dead and out["low_rho"] * out["high_rho"] > 0
        if clear and more["detrended_rho"] * np.sign(out["rho"]) < abs(out["rho"]) / 2:
            flags.add("common_trend")
    return more


def _codes(rows: _Rows, column: str | None, pair: np.ndarray) -> np.ndarray | None:
    """Return numbers of the names of a column, among the rows that are used."""
    if column is None:
        return None
    return np.asarray(pd.factorize(rows.table[column].to_numpy()[pair], sort=True)[0])


def _together(
    frame: pd.DataFrame, columns: dict[str, Floats], rows: _Rows
) -> tuple[pd.DataFrame, float, int]:
    """Add shares of R2 and the flag of factors that say the same; return R2 and its rows."""
    fine = frame[(frame["status"] == "ok") & ~frame["candidate"].isin(rows.parts)]
    order = fine.assign(size=-fine["rho"].abs()).sort_values(["size", "candidate"])
    names = order["candidate"].tolist()[:MOST_SHARED]
    y = rows.table[rows.value].to_numpy("float64", na_value=np.nan)
    x = np.column_stack([columns[c] for c in names]) if names else np.empty((len(y), 0))
    whole = np.isfinite(y) & np.isfinite(x).all(axis=1)
    x, y = x[whole], y[whole]
    usable = bool(names) and len(y) >= max(FEW, len(names) + 2)
    usable = usable and bool((np.ptp(x, axis=0) > 0).all()) and bool(np.ptp(y) > 0)
    shares, vif = (
        (statistics.shares_of_r2(x, y), statistics.inflation(x)) if usable else (None, None)
    )
    known = dict(zip(names, shares, strict=True)) if shares is not None else {}
    same = {c for c, v in zip(names, vif, strict=True) if v > COLLINEAR} if vif is not None else {}
    for row in frame.itertuples():
        row.flags.update({"collinear"} if row.candidate in same else set())
        row.flags.update({"not_in_fit"} if row.candidate not in known else set())
    frame = frame.assign(share_of_r2=frame["candidate"].map(known).astype("float64"))
    return frame, float(sum(known.values())), len(y) if known else 0


def _q_values(frame: pd.DataFrame) -> Floats:
    """Return q values over the factors that are tested; empty for the rest."""
    out = np.full(len(frame), np.nan)
    parts = frame["flags"].map(lambda f: "part_of_target" in f).astype(bool).to_numpy()
    tested = frame["p_value"].notna().to_numpy() & ~parts
    if tested.any():
        out[tested] = statistics.benjamini_hochberg(frame["p_value"].to_numpy()[tested])
    return out


def _flagged(frame: pd.DataFrame) -> pd.DataFrame:
    """Write flags as text, and put the columns in reading order."""
    texts = [" ".join(f for f in FLAGS if f in flags) for flags in frame["flags"]]
    frame = frame.assign(flags=pd.Series(texts, index=frame.index, dtype="str"))
    order = [
        "candidate", "rho", "low_rho", "high_rho", "q_value", "between_rho", "within_rho",
        "detrended_rho", "share_of_r2", "pearson", "p_value", "n_used", "n_pairs", "n_missing",
        "lag", "flags", "status",
    ]  # fmt: skip
    return frame[[c for c in order if c in frame.columns]].reset_index(drop=True)
