"""Two groups of people differ: because of what they have, or of what it brings them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import (
    ContractError,
    require_columns,
    require_named,
    require_rows,
    unknown_name,
)
from salesanalysis.labels import LANGUAGES, Terms, has_label, label
from salesanalysis.results import column_label
from salesanalysis.variance.bridge import Bridge, Meta
from salesanalysis.variance.effects import Place
from salesanalysis.variance.figures import require_figures
from salesanalysis.variance.groups.arithmetic import Split, split_means
from salesanalysis.variance.groups.factors import (
    Factors,
    is_thin,
    read_factors,
    require_told_apart,
)
from salesanalysis.variance.origins import Origins, checked_origins

PLACES: dict[str, Place] = {
    "endowments": (10, "gap", "internal"),
    "coefficients": (60, "gap", "internal"),
    "interaction": (70, "gap", "unassigned"),
    "explained": (10, "gap", "internal"),
    "unexplained": (60, "gap", "unassigned"),
}
KINDS = ("money", "count", "share")
#: Steps between the first effect and the next: so many factors keep their order.
_ROOM = 50


def oaxaca(
    df: pd.DataFrame,
    value: str,
    *,
    group: str,
    actual: object,
    base: object,
    x: Sequence[str],
    fold: int = 3,
    detail: bool = False,
    names: tuple[str, str] | None = None,
    origin: Mapping[str, str] | Origins | None = None,
    kind: str = "money",
    favourable: str = "up",
    currency: str = "CNY",
    terms: Terms | None = None,
) -> Bridge:
    """Divide the difference of two groups' means: what they have, and what it brings them.

    Parameters
    ----------
    df : DataFrame
        One row per person.
    value : str
        Numeric column whose means are compared, in currency where `kind` is ``money``.
    group : str
        Column that tells the groups apart; other groups are left out, with their count.
    actual, base : object
        The two values of `group`; the sign is always actual minus base.
    x : sequence of str
        What is compared: numeric columns, or text columns, which become indicators.
    fold : {3, 2}
        3: ``endowments``, ``coefficients`` and ``interaction``. 2: ``explained`` by the
        coefficients of both groups together, and ``unexplained``.
    detail : bool
        Show the first effect by column of `x`; indicators of one column stay together, since
        what each of them holds depends on which one is left out.
    names : pair of str, optional
        What the groups are called, base first.
    origin : mapping of effect to origin, optional
    kind : {"money", "count", "share"}
        What the value is.
    favourable : {"up", "down"}
    currency : str
    terms : Terms, optional

    Returns
    -------
    Bridge
        From the mean of the base group to the mean of the actual group.

    Raises
    ------
    ContractError
        Missing, empty or infinite values; a group that does not exist; a column that never
        changes in a group or follows from others; fewer than 5 rows per coefficient.

    Notes
    -----
    (XA - XB)'bB + XB'(bA - bB) + (XA - XB)'(bA - bB): means X, least-squares coefficients b.
    Coefficients and interaction of single columns depend on where their zero lies and on which
    indicator is left out; only their totals are given.

    References
    ----------
    Oaxaca (1973), International Economic Review 14:693; Blinder (1973), Journal of Human
    Resources 8:436.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> people = pd.DataFrame({"is_new": [True] * 20 + [False] * 20,
    ...                        "visits": np.r_[rng.normal(8, 2, 20), rng.normal(10, 2, 20)]})
    >>> people["revenue"] = people["visits"] * 10 + np.where(people["is_new"], -5, 0)
    >>> bridge = oaxaca(people, "revenue", group="is_new", actual=True, base=False, x=["visits"])
    >>> bridge.by_effect()[["effect", "amount"]].round(2).head(2).to_numpy().tolist()
    [['endowments', -18.61], ['coefficients', -5.0]]
    """
    columns = _checked(df, value, group, x, fold, kind)
    kept, sides = _sides(df, group, actual, base)
    factors = read_factors(kept, columns)
    for side, name in zip(sides, (actual, base), strict=True):
        require_told_apart(factors, side, f"{group}={name}")
    y = kept[value].to_numpy("float64")
    x1, x0 = (factors.x[side] for side in sides)
    split = split_means(y[sides[0]], x1, y[sides[1]], x0, fold=fold)
    names = names or (f"{group}={base}", f"{group}={actual}")
    counts = [int(side.sum()) for side in sides]
    meta = Meta(
        method="oaxaca", names=names, base_name=names[0], grain=(), measure=value, kind=kind,
        favourable=favourable, overrides=checked_origins(origin, PLACES),
        left_out=(f"other_groups={len(df) - len(kept)}",) if len(df) > len(kept) else (),
        details=(
            ("group", group), ("x", "|".join(columns)), ("fold", str(fold)),
            ("n_base_group", str(counts[1])), ("n_actual_group", str(counts[0])),
            ("thin", "yes" if is_thin(factors, counts) else ""),
        ),
    )  # fmt: skip
    known = _named(terms or Terms(), group, dict(zip(names, (base, actual), strict=True)))
    return _bridge(split, factors, meta, known, currency, detail=detail)


def _bridge(
    split: Split, factors: Factors, meta: Meta, terms: Terms, currency: str, *, detail: bool
) -> Bridge:
    """Build the bridge of one item, the mean."""
    effects, places = dict(split.effects), {e: PLACES[e] for e in split.effects}
    if detail:
        first = next(iter(effects))
        del effects[first]
        step, _, origin = places.pop(first)
        owners = list(dict.fromkeys(factors.owner))
        sums = dict.fromkeys(owners, 0.0)
        for name, amount in zip(factors.owner, split.detail, strict=True):
            sums[name] += float(amount)
        effects = sums | effects
        places |= {o: (step + min(i, _ROOM - 1), first, origin) for i, o in enumerate(owners)}
    rows = pd.DataFrame({"effect": list(effects), "amount": list(effects.values()), "note": ""})
    sides = {"base": [split.start], "actual": [split.end]}
    items = pd.DataFrame({**sides, "n_matched": 0, "n_new": 0, "n_lost": 0})
    return Bridge.of(rows, items, by=[], meta=meta, places=places, currency=currency, terms=terms)


def _checked(  # noqa: PLR0917  one check per choice
    df: pd.DataFrame, value: str, group: str, x: Sequence[str], fold: int, kind: str
) -> list[str]:
    """Return the columns compared on; refuse what does not fit."""
    columns = [] if isinstance(x, str) else list(x)
    if not columns or len({*columns, value, group}) != len(columns) + 2:
        raise ContractError(
            f"x must be a list of columns other than value and group, got {x!r}.",
            where="oaxaca(x=...)",
            fix='name each once, such as x=["visits", "tenure"]',
            code="bad-choice",
        )
    for name, known, what in ((fold, (3, 2), "fold"), (kind, KINDS, "kind")):
        if name not in known:
            raise unknown_name(
                name, known, kind=what, where=f"oaxaca({what}=...)", error=ContractError
            )
    require_columns(df, [value, group, *columns], name="df")
    require_rows(df, name="df")
    require_named(df, [group], name="df")
    require_figures(df, value)
    for column in columns:
        if pd.api.types.is_numeric_dtype(df[column]):
            require_figures(df, column)
        else:
            require_named(df, [column], name="df")
    return columns


def _sides(
    df: pd.DataFrame, group: str, actual: object, base: object
) -> tuple[pd.DataFrame, list[np.ndarray]]:
    """Return the rows of both groups, and which belong to the actual and to the base group."""
    if actual == base:
        raise ContractError(
            f"actual and base are the same group: {actual!r}.",
            where="oaxaca(actual=..., base=...)",
            fix="name two values of the group column",
            code="bad-choice",
        )
    known = sorted(df[group].unique().tolist(), key=str)
    for asked in (actual, base):
        if asked not in known:
            raise unknown_name(
                asked, known, kind=f"value of {group}", where="oaxaca(actual=..., base=...)",
                error=ContractError,
            )  # fmt: skip
    kept = df[df[group].isin([actual, base])]
    return kept, [(kept[group] == name).to_numpy(dtype=bool) for name in (actual, base)]


def _named(terms: Terms, group: str, sides: Mapping[str, object]) -> Terms:
    """Return terms that know what the two groups are called."""
    names: dict[str, Any] = {c: dict(v) for c, v in terms.names.items()}
    told = dict(names.get("effect", {}))
    for name, member in sides.items():
        if name != f"{group}={member}":
            continue  # the caller chose a name
        told[name] = {
            lang: label(
                "oaxaca.group", lang, group=column_label(group, lang),
                member=_member(terms, group, member, lang),
            )
            for lang in LANGUAGES
        }  # fmt: skip
    return Terms({**names, "effect": told})


def _member(terms: Terms, group: str, member: object, lang: str) -> str:
    if isinstance(member, bool | np.bool_):
        return label("word.yes" if member else "word.no", lang)
    key = f"{group}.{member}"
    return label(key, lang) if has_label(key) else terms.show(group, member, lang)
