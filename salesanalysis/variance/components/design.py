"""Reading a table of repeated observations: unique units, who sits in whom, balanced or not."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_named, require_rows
from salesanalysis.variance.figures import require_figures

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
#: From so many shared names on, names are numbers within their group, not people who moved.
_NUMBERING = 0.5
LABELS = ("auto", "within", "unique")


@dataclass(frozen=True, eq=False)
class Design:
    """Observations in a fixed order, with the unit of each at every level.

    Attributes
    ----------
    y : array (N,)
    x : array (N, p), constant and months but the first
    codes : array (K, N), unit of each observation per level, numbered 0.. without gaps
    n_groups : tuple of K int
    crossed : bool
    n_months : int, 1 where no column is taken out
    within : tuple of str, levels whose names stand under several groups and were told apart
    """

    y: Floats
    x: Floats
    codes: Codes
    n_groups: tuple[int, ...]
    crossed: bool
    n_months: int
    within: tuple[str, ...]

    @property
    def parents(self) -> list[Codes]:
        """Return the group above of every unit, level by level; the top has one."""
        above = np.vstack([np.zeros(len(self.y), dtype="int64"), self.codes])
        found = []
        for k, n in enumerate(self.n_groups):
            parent = np.zeros(n, dtype="int64")
            parent[self.codes[k]] = above[k]
            found.append(parent)
        return found

    @property
    def balanced(self) -> bool:
        """Tell whether every group has as many units, and every unit the same months."""
        if self.crossed:
            return False
        children = [np.bincount(parent) for parent in self.parents]
        n_obs = np.bincount(self.codes[-1])
        even = all((c == c[0]).all() for c in [*children, n_obs])
        if not even or self.n_months == 1:
            return even
        months = np.column_stack([1 - self.x[:, 1:].sum(axis=1), self.x[:, 1:]])
        per_unit = np.zeros((self.n_groups[-1], months.shape[1]))
        np.add.at(per_unit, self.codes[-1], months)
        return bool((per_unit == per_unit[0, 0]).all())


def read_design(
    table: pd.DataFrame, value: str, groups: Sequence[str], by: str | None, labels: str,
    *, crossed: bool,
) -> Design:  # fmt: skip
    """Check a table and number its units; the order of its rows never matters."""
    columns = [*groups, *([by] if by else [])]
    require_columns(table, [value, *columns], name="df")
    require_rows(table, name="df")
    require_named(table, columns, name="df")
    require_figures(table, value)
    texts = pd.DataFrame({c: _texts(table[c]) for c in columns}).assign(
        y=table[value].to_numpy("float64")
    )
    texts = texts.sort_values([*columns, "y"], kind="stable", ignore_index=True)
    codes, within = _crossed(texts, groups) if crossed else _nested(texts, groups, by, labels)
    months = texts[by].factorize()[0] if by else np.zeros(len(texts), dtype="int64")
    n_months = int(months.max()) + 1
    dummies = (months[:, None] == np.arange(1, n_months)).astype("float64")
    design = Design(
        y=texts["y"].to_numpy() - texts["y"].mean(),
        x=np.column_stack([np.ones(len(texts)), dummies]),
        codes=codes,
        n_groups=tuple(int(c.max()) + 1 for c in codes),
        crossed=crossed,
        n_months=n_months,
        within=within,
    )
    _can_be_told(design, groups)
    return design


def _texts(column: pd.Series) -> pd.Series:
    """Return names as text, so that the kind of column never matters."""
    if column.dtype.kind == "M":
        return column.dt.strftime("%Y-%m-%d").reset_index(drop=True)
    return column.astype("str").reset_index(drop=True)


def _crossed(texts: pd.DataFrame, groups: Sequence[str]) -> tuple[Codes, tuple[str, ...]]:
    codes = [texts[g].factorize(sort=True)[0] for g in groups]
    return np.vstack(codes).astype("int64"), ()


def _nested(
    texts: pd.DataFrame, groups: Sequence[str], by: str | None, labels: str
) -> tuple[Codes, tuple[str, ...]]:
    """Give units numbers below their group: rep 1 of team A is not rep 1 of team B."""
    codes, within = [], []
    above = pd.Series(0, index=texts.index)
    for level, group in enumerate(groups):
        if level:
            shared = _shared(texts.assign(_above=above), group)
            if len(shared):
                _moved(texts.assign(_above=above), list(groups), level, by, labels, shared)
                within.append(group)
        path = texts[list(groups[: level + 1])]
        above = path.groupby(list(path.columns), sort=True).ngroup()
        codes.append(above.to_numpy("int64"))
    return np.vstack(codes), tuple(within)


def _shared(texts: pd.DataFrame, group: str) -> list[str]:
    """Return the names that stand under several groups."""
    pairs = texts[["_above", group]].drop_duplicates()
    counts = pairs[group].value_counts()
    return sorted(counts.index[counts > 1])


def _moved(  # noqa: PLR0917  called once, from above
    texts: pd.DataFrame, groups: list[str], level: int, by: str | None, labels: str,
    shared: list[str],
) -> None:  # fmt: skip
    """Refuse names that look like people who changed their group, not like numbers within it."""
    group, above = groups[level], groups[level - 1]
    numbering = len(shared) >= _NUMBERING * texts[group].nunique()
    if labels == "auto" and by and numbering:
        together = texts[["_above", group, by]].drop_duplicates()
        numbering = bool(together.duplicated([group, by]).any())
    if labels == "within" or (labels == "auto" and numbering):
        return
    rows = texts[texts[group].isin(shared)][[*groups, *([by] if by else [])]].drop_duplicates()
    raise ContractError(
        f"{len(shared)} of {texts[group].nunique()} {group} stand under more than one {above}: "
        f"{', '.join(shared[:3])}{', ...' if len(shared) > 3 else ''}.",
        where=f"df[{group!r}] against df[{above!r}], see .rows",
        fix=f"give each one home {above}; or crossed=True if they really work in several; or "
        'labels="within" if the same name means different people',
        code="ambiguous",
        rows=rows.reset_index(drop=True),
    )


def _can_be_told(design: Design, groups: Sequence[str]) -> None:
    """Refuse data from which two levels cannot be told apart."""
    for group, n in zip(groups, design.n_groups, strict=True):
        if n < 2:
            raise ContractError(
                f"{group!r} has only {n} group: there is nothing to vary between.",
                where=f"components(groups={list(groups)!r})",
                fix=f"leave {group!r} out, or add the other groups",
            )
    n_obs = np.bincount(design.codes[-1])
    spare = len(design.y) - design.n_groups[-1] - (design.n_months - 1)
    if design.crossed:
        spare = len(design.y) - sum(n - 1 for n in design.n_groups) - design.n_months
    if spare < 1 or n_obs.max() < 2:
        raise ContractError(
            f"{len(design.y)} observations of {design.n_groups[-1]} {groups[-1]}: a steady "
            "difference and noise cannot be told apart.",
            where=f"components(groups={list(groups)!r})",
            fix=f"give at least 2 observations (months) of each {groups[-1]}, "
            f"or leave {groups[-1]!r} out",
        )
    _same_units(design, groups)
    if np.ptp(design.y) == 0:
        raise ContractError(
            "Every value is the same: there is no variance to divide.",
            where="components(df, value)",
            fix="check the column",
        )
    units = pd.Series(design.y).groupby(design.codes.tolist())
    if not design.crossed and bool((units.max() == units.min()).all()):
        raise ContractError(
            f"No {groups[-1]} ever changes: every month of one has the same value.",
            where="components(df, value)",
            fix="give the values of single months, not their mean written into each",
        )


def _same_units(design: Design, groups: Sequence[str]) -> None:
    """Refuse two levels that divide the observations in the same way."""
    for i in range(len(groups)):
        for j in range(i + 1, len(groups)):
            pairs = pd.DataFrame({"a": design.codes[i], "b": design.codes[j]}).drop_duplicates()
            if len(pairs) == design.n_groups[i] == design.n_groups[j]:
                raise ContractError(
                    f"Every {groups[i]} has exactly one {groups[j]}: the two cannot be told apart.",
                    where=f"components(groups={list(groups)!r})",
                    fix=f"leave out {groups[i]!r} or {groups[j]!r}",
                )
