"""Where in the cube it is: the slices that account for most of a gap."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar
from salesanalysis.variance.bridge import Bridge
from salesanalysis.variance.drivers.window import said
from salesanalysis.variance.meta import Meta
from salesanalysis.variance.places.amounts import fit
from salesanalysis.variance.places.checks import (
    Limits,
    base_is_there,
    check_call,
    given_noise,
    same_months,
)
from salesanalysis.variance.places.cube import ALL, Cube, check_hierarchy
from salesanalysis.variance.places.cuboids import Floats
from salesanalysis.variance.places.found import Found, rows_of
from salesanalysis.variance.places.leaves import Leaves
from salesanalysis.variance.places.scan import scan
from salesanalysis.variance.places.simpler import Taken
from salesanalysis.variance.places.spread import errors
from salesanalysis.variance.tables import alike

#: Below this many leaves chance finds too much.
LEAD = 500
PLACES = {
    "everything": (10, "gap", "unassigned"),
    "slice": (10, "gap", "unassigned"),
    "rest": (900, "gap", "unassigned"),
}


def root_causes(
    actual: pd.DataFrame,
    base: pd.DataFrame,
    *,
    dims: Sequence[str],
    value: str = "revenue",
    max_depth: int = 3,
    min_share: float = 0.05,
    min_amount: float | None = None,
    hierarchy: Sequence[Sequence[str]] | None = None,
    noise: float | pd.DataFrame | None = None,
    max_causes: int = 12,
    closed_through: object = None,
    period: str | None = None,
    names: tuple[str, str] = ("target", "actual"),
    base_name: str | None = None,
    window: Sequence[object] = (),
    fiscal: FiscalCalendar | None = None,
    favourable: str = "up",
    currency: str = "CNY",
    terms: Terms | None = None,
) -> Bridge:
    r"""Find the slices of a cube that account for a gap; slices and rest add up to it.

    Every slice of up to `max_depth` dimensions is looked at (East; Bikes in East; everything).
    The one that stands out most from the noise of its leaves is set right, and the search begins
    again, until none is left. What is found is arithmetic: where the gap is, not why.

    Parameters
    ----------
    actual, base : DataFrame
        Rows of sales, or sums of them: the columns of `dims` and `value`. Rows of one leaf are
        summed. Columns that are not named do not matter.
    dims : sequence of str
        Columns to look at, such as ``["region", "product_line"]``.
    value : str, currency
    max_depth : int
        Most dimensions of one slice.
    min_share : float, 0..1
        Least part of the gap a slice must account for to be shown; 0 shows every one.
    min_amount : float, currency, optional
        Least amount to be shown; default 0.5 % of the base total.
    hierarchy : sequence of sequence of str, optional
        Levels that contain each other, widest first: ``[["region", "manager", "rep"]]``.
    noise : float or DataFrame, optional
        How far a leaf moves by chance, as part of its size (0.1 = 10 %): one figure, or a frame
        of `dims` and ``noise``, from past forecast errors. Default: learned from the leaves.
    max_causes : int
        Most slices shown.
    closed_through : date, optional
        Last closed month: later ones are cut off both sides and counted, as in `explain`.
    period : str, optional
        Column of dates; default the first of ``period, month, date, order_date`` that holds
        dates.
    names, base_name, window, fiscal, favourable, currency, terms
        See `explain`.

    Returns
    -------
    Bridge
        One row per slice, largest first, with ``*`` for all members of a dimension, then the
        ``rest``. The slice of all is the effect ``everything``. ``meta.details`` says how many
        leaves and slices there were and how many slices are not shown; what rows of net returns
        hold is part of the rest, counted in ``meta.left_out``. ``effects`` also has ``lo80`` and
        ``hi80``, the 80 % interval of an amount by the chance moves of its leaves and of whole
        members, the slices taken as the right ones; empty for the rest, for a slice with nothing
        on one side, and where there are as many slices as leaves.

    Raises
    ------
    ContractError
        Columns, names, values or choices that do not fit; a base that adds up to 0.

    Notes
    -----
    The deviation of a leaf is :math:`d = 2 (v - f) / (v + f)` with actual v and base f, its
    noise :math:`\sigma` the median of |d| in ten classes of the base. A slice of n leaves
    scores :math:`(\sum d / \sigma)^2 / n`; it stands out where the same sum of deviations
    clipped at 4 exceeds 4 ln K, K the number of slices that differ, and it moved by a tenth or
    more, leaf by leaf and in money. A single leaf must pass a threshold fitted to the tail of
    all. What lies inside slices already taken must stand out by other leaves, or have 2 % of the
    first score; a slice that the spread of the other leaves explains as well is dropped. Where a
    slice takes back part of a wider one, the search without the wider one is kept if it leaves
    less unexplained, 4 ln K counted for each slice. Amounts are fitted to each other: everything
    fell by 5 %, and Bikes in South by another 30 %. With fewer than 500 leaves the text says "a
    lead, not a finding". For a rate, pass the base rate times the actual denominator as base: the
    slices are then those of the rate effect.

    References
    ----------
    Kulldorff, M. (1997). A spatial scan statistic. Communications in Statistics 26:1481.

    Examples
    --------
    >>> import itertools
    >>> keys = list(itertools.product("NESW", "ABCDE", range(30)))
    >>> plan = pd.DataFrame(keys, columns=["region", "product", "rep"]).assign(revenue=100.0)
    >>> cut = (plan["region"] == "E") & (plan["product"] == "B")
    >>> sold = plan.assign(revenue=plan["revenue"].mask(cut, 60.0))
    >>> found = root_causes(sold, plan, dims=["region", "product", "rep"])
    >>> found.to_frame()[["region", "product", "rep", "effect", "amount"]].to_numpy().tolist()[1:3]
    [['E', 'B', '*', 'slice', -1200.0], ['*', '*', '*', 'rest', 0.0]]
    >>> print(found.headline())
    Sales 1,200 CNY below target (-2.0%); E / B -1,200
    """
    limits = Limits(max_depth, min_share, min_amount, max_causes)
    check_call(actual, base, dims, hierarchy or (), names, value=value)
    sides = same_months(
        actual, base, value=value, names=names, period=period, closed_through=closed_through,
        window=window,
    )  # fmt: skip
    cube = Cube.of(sides.actual, sides.base, dims, value)
    base_is_there(cube)
    chains = check_hierarchy(cube, hierarchy or ())
    found = _search(cube, chains, given_noise(noise, cube), limits)
    meta = Meta(
        method="root_causes",
        names=(str(names[0]), str(names[1])),
        base_name=base_name or names[0],
        grain=tuple(dims),
        measure=value,
        favourable=favourable,
        window=said(window, sides),
        fiscal_start=fiscal.start_month if fiscal else 0,
        left_out=(*sides.left_out, *_left_out(cube)),
        details=(*sides.details, *_details(cube, found, limits, learned=noise is None)),
    )
    rows, items = rows_of(cube, found)
    return Bridge.of(
        rows, items, by=dims, meta=meta, places=PLACES, currency=currency,
        terms=_with_all(terms or Terms(), dims),
    )  # fmt: skip


def _search(
    cube: Cube, chains: Sequence[Sequence[int]], noise: Floats | None, limits: Limits
) -> Found:
    """Scan the leaves that can be compared, and choose what is shown."""
    kept = np.flatnonzero(cube.scored)
    v, f = cube.actual[kept], cube.base[kept]
    codes = [c[kept] for c in cube.codes]
    leaves = Leaves(codes, v, f, None if noise is None else noise[kept])
    done = scan(leaves, cube.sizes, min(limits.max_depth, len(cube.dims)), chains)
    fitted = fit(v, f, [one.rows for one in done.taken])
    told, off = fitted.amounts, errors(codes, v, f, fitted, leaves.noise)
    gap, total = float(cube.actual.sum() - cube.base.sum()), float(cube.base.sum())
    least = max(limits.min_share * abs(gap), limits.least(total))
    large = [k for k in range(len(told)) if abs(told[k]) >= least and told[k] != 0]
    # stable: of equal amounts the one that stood out more comes first
    large.sort(key=lambda k: -abs(told[k]))
    shown = large[: limits.max_causes]
    n_small, n_beyond = len(told) - len(large), len(large) - len(shown)
    rows = tuple(replace(one, rows=kept[one.rows]) for one in done.taken)
    return Found(
        rows, told, fitted.bases, off, shown, n_small, n_beyond, done.n_dropped, done.n_slices
    )


def _left_out(cube: Cube) -> tuple[str, ...]:
    """Count leaves that cannot be compared: they stay in the rest."""
    empty = (cube.actual == 0) & (cube.base == 0)
    n = int((~cube.scored & ~empty).sum())
    return (f"net_returns={n}",) if n else ()


def _spelling(cube: Cube) -> tuple[tuple[str, str], ...]:
    base, actual = cube.base != 0, cube.actual != 0
    if not (base & ~actual).any() or not (actual & ~base).any():
        return ()
    return alike(
        [
            (names[np.unique(codes[base])], names[np.unique(codes[actual])])
            for names, codes in zip(cube.names, cube.codes, strict=True)
        ]
    )


def _details(
    cube: Cube, found: Found, limits: Limits, *, learned: bool
) -> tuple[tuple[str, str], ...]:
    """Return what has to be said beside the slices."""
    n = int(cube.scored.sum())
    counts = {"small": found.n_small, "beyond": found.n_beyond, "dropped": found.n_dropped}
    return (
        ("leaves", str(n)),
        ("slices", str(found.n_slices)),
        ("depth", str(min(limits.max_depth, len(cube.dims)))),
        ("noise", "learned" if learned else "given"),
        *((name, str(k)) for name, k in counts.items() if k),
        *((("lead", "yes"),) if n < LEAD else ()),
        *_spelling(cube),
        *((("overlap", "yes"),) if _overlap([found.taken[k] for k in found.shown]) else ()),
    )


def _overlap(slices: Sequence[Taken]) -> bool:
    """Tell whether a leaf lies in two of the slices."""
    rows = [one.rows for one in slices]
    return bool(rows) and int(np.bincount(np.concatenate(rows)).max(initial=0)) > 1


def _with_all(terms: Terms, dims: Sequence[str]) -> Terms:
    """Say "all" where a slice takes every member."""
    every = {ALL: {"en": "all", "zh": "全部"}}
    return Terms({**terms.names, **{dim: {**terms.names.get(dim, {}), **every} for dim in dims}})
