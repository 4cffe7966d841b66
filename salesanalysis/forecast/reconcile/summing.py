"""Which leaves add up to which nodes, for one nested path or several crossed ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.forecast.tree import Flags, Floats, join_names
from salesanalysis.hierarchy import COMPANY
from salesanalysis.panel import Panel

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Summing:
    """Aggregates first, leaves last, and the 0/1 matrix that leads from leaves to aggregates.

    Attributes
    ----------
    table : DataFrame, one row per node
        ``level``, the level columns ("" where they do not name the node) and ``node``.
    matrix : scipy sparse array, shape (aggregates, leaves)
        1 where a leaf belongs to an aggregate.
    keys : tuple of tuples of str
        The level columns that name the nodes of each level, company first, leaves last.

    Examples
    --------
    >>> sales = pd.DataFrame({"region": ["N", "N", "S"], "line": ["A", "B", "A"],
    ...                       "period": "2024-01-01", "value": [1.0, 2.0, 4.0]})
    >>> panel = Panel.of(sales, by=["region", "line"])
    >>> Summing.of(panel, crossed=[["region"], ["line"]]).table["node"].tolist()
    ['', 'N', 'S', 'A', 'B', 'N / A', 'N / B', 'S / A']
    >>> Summing.of(panel, crossed=[["region"], ["line"]]).matrix.toarray().tolist()[3]
    [1.0, 0.0, 1.0]
    """

    table: pd.DataFrame
    matrix: Any
    keys: tuple[tuple[str, ...], ...]

    @classmethod
    def of(
        cls,
        panel: Panel,
        *,
        levels: Sequence[str] | None = None,
        crossed: Sequence[Sequence[str]] | None = None,
    ) -> "Summing":
        """Return the nodes of `panel`: company, every prefix of every path, leaves.

        Parameters
        ----------
        panel : Panel
        levels : sequence of str, optional
            One nested path from the top down: every name has one parent.
        crossed : sequence of sequences of str, optional
            Several paths over the same leaves; a name may stand under many parents.
            Without either, all level columns of the panel from the left, like ``Stack``.

        Raises
        ------
        ContractError
            Both arguments, an empty path, a level the panel does not have or named twice in
            a path, a name with two parents in `levels`.
        """
        # without level columns the company is its own only leaf
        leaves = panel.nodes().astype("str") if panel.by else pd.DataFrame(index=[0])
        paths = _paths(panel, levels, crossed)
        if levels is not None:
            _one_parent(leaves, paths[0])
        keys = _prefixes(paths, panel.by)
        return cls(_table(leaves, keys, panel.by), _matrix(leaves, keys[:-1]), keys)

    @property
    def n_aggregates(self) -> int:
        """Return how many rows of the table come before the leaves."""
        return int(self.matrix.shape[0])

    @property
    def n_leaves(self) -> int:
        """Return how many rows of the table are leaves."""
        return int(self.matrix.shape[1])

    def add_up(self, leaves: Floats) -> Floats:
        """Return node values, shape (nodes, ...), from leaf values, shape (leaves, ...)."""
        flat = leaves.reshape(len(leaves), -1)
        nodes = np.concatenate([self.matrix @ flat, flat])
        return nodes.reshape(len(nodes), *leaves.shape[1:])

    def history(self, leaves: Floats) -> Floats:
        """Return node x month sums; empty where no leaf of the node was active."""
        active = self.add_up(np.isfinite(leaves).astype("float64")) > 0
        return np.where(active, self.add_up(np.nan_to_num(leaves)), np.nan)

    @cached_property
    def merge(self) -> Any:
        """Return the sparse matrix from all aggregates to those that say something of their own.

        Aggregates over the same leaves become their mean; one over a single leaf is that leaf
        and drops out. Shape (distinct, aggregates).
        """
        from scipy import sparse  # noqa: PLC0415

        several = np.flatnonzero(np.diff(self.matrix.indptr) > 1)
        group = _same_leaves(self.matrix[several])
        rows = int(group.max()) + 1 if len(group) else 0
        share = 1.0 / np.bincount(group, minlength=max(rows, 1))[group]
        return sparse.csr_array((share, (group, several)), shape=(rows, self.n_aggregates))

    def merged(self, values: Floats) -> Floats:
        """Return values of all nodes, shape (nodes, ...), as (distinct + leaves, ...)."""
        flat = values.reshape(len(values), -1)
        top = self.merge @ flat[: self.n_aggregates]
        whole = np.concatenate([top, flat[self.n_aggregates :]])
        return whole.reshape(len(whole), *values.shape[1:])

    @cached_property
    def repeats(self) -> Flags:
        """Return which rows of the table repeat the leaves of a leaf or of an earlier row.

        Scores pooled over nodes leave them out: they would count one forecast twice.
        """
        several = np.diff(self.matrix.indptr) > 1
        first = np.zeros(self.n_aggregates, dtype=bool)
        group = _same_leaves(self.matrix[np.flatnonzero(several)])
        first[np.flatnonzero(several)[np.unique(group, return_index=True)[1]]] = True
        return np.concatenate([~first, np.zeros(self.n_leaves, dtype=bool)])

    @cached_property
    def distinct(self) -> Any:
        """Return the 0/1 matrix of the merged aggregates, shape (distinct, leaves)."""
        return (self.merge @ self.matrix).sign()


def _paths(
    panel: Panel, levels: Sequence[str] | None, crossed: Sequence[Sequence[str]] | None
) -> list[tuple[str, ...]]:
    """Return the paths meant, each checked."""
    where = "Summing.of(levels=..., crossed=...)"
    if levels is not None and crossed is not None:
        raise ContractError(
            "levels and crossed are both given.",
            where=where,
            fix="levels for one nested path, crossed for several; leave the other out",
            code="bad-choice",
        )
    given = [panel.by] if levels is None else [levels]
    paths = [tuple(path) for path in (given if crossed is None else crossed)]
    for path in paths:
        for level in path:
            if level not in panel.by:
                raise unknown_name(level, panel.by, kind="level", where=where, error=ContractError)
        if len(set(path)) != len(path) or (not path and panel.by):
            raise ContractError(
                f"A path must name different levels, at least one, got {list(path)}.",
                where=where,
                fix="name each level once, from the top down",
                code="bad-choice",
            )
    return paths


def _one_parent(leaves: pd.DataFrame, path: tuple[str, ...]) -> None:
    """Refuse a nested path in which a name stands under two parents."""
    for upper, lower in pairwise(path):
        pairs = leaves[[upper, lower]].drop_duplicates()
        moved = pairs[pairs.duplicated(lower, keep=False)].sort_values([lower, upper])
        if len(moved):
            name = moved[lower].iloc[0]
            parents = moved.loc[moved[lower] == name, upper].tolist()
            raise ContractError(
                f"{moved[lower].nunique()} names of {lower!r} stand under more than one {upper!r}, "
                f"such as {name!r} under {', '.join(map(repr, parents[:3]))}.",
                where=f"Summing.of(levels={list(path)})",
                fix=f"a path that is not nested is crossed: use crossed=[{list(path)}], "
                f"and add [{lower!r}] where its own sums are wanted",
                code="bad-choice",
                rows=moved,
            )


def _prefixes(paths: list[tuple[str, ...]], by: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the level columns of every level once: company, prefixes, leaves."""
    found: dict[tuple[str, ...], None] = {(): None}
    for path in paths:
        for depth in range(1, len(path) + 1):
            # sorted as in the panel: region x line and line x region are the same nodes
            found[tuple(key for key in by if key in path[:depth])] = None
    found.pop(tuple(by), None)
    return (*found, tuple(by))


def level_names(keys: Sequence[tuple[str, ...]]) -> list[str]:
    """Name each level after its last column, or after all of them where two end alike.

    Examples
    --------
    >>> level_names([(), ("region",), ("line",), ("region", "line")])
    ['company', 'region', 'line', 'region x line']
    """
    last = [key[-1] if key else COMPANY for key in keys]
    return [
        name if len(key) <= 1 or last.count(name) == 1 else " x ".join(key)
        for name, key in zip(last, keys, strict=True)
    ]


def _table(
    leaves: pd.DataFrame, keys: tuple[tuple[str, ...], ...], by: tuple[str, ...]
) -> pd.DataFrame:
    """Describe every node, level by level, sorted by name within a level."""
    parts = []
    for key, name in zip(keys, level_names(keys), strict=True):
        rows = leaves[list(key)].drop_duplicates().sort_values(list(key)) if key else leaves[:1][[]]
        parts.append(rows.assign(level=name))
    table = pd.concat(parts, ignore_index=True).reindex(columns=["level", *by])
    table = table.fillna("").astype("str")
    table["node"] = join_names(table, list(by))
    return table


def _matrix(leaves: pd.DataFrame, keys: tuple[tuple[str, ...], ...]) -> Any:
    """Return the 0/1 matrix whose rows lie in the order of `_table`."""
    from scipy import sparse  # noqa: PLC0415

    n_leaves, blocks = len(leaves), []
    for key in keys:
        code = _codes(leaves, key)
        shape = (int(code.max()) + 1, n_leaves)
        blocks.append(
            sparse.csr_array((np.ones(n_leaves), (code, np.arange(n_leaves))), shape=shape)
        )
    if not blocks:
        return sparse.csr_array((0, n_leaves))
    return sparse.csr_array(sparse.vstack(blocks, format="csr"))


def _codes(leaves: pd.DataFrame, key: tuple[str, ...]) -> Whole:
    """Return the number of each leaf's node, counted in order of the names."""
    if not key:
        return np.zeros(len(leaves), dtype="int64")
    codes: Whole = leaves.groupby(list(key), sort=True).ngroup().to_numpy(dtype="int64")
    return codes


def _same_leaves(matrix: Any) -> Whole:
    """Return a number per row, equal where rows have the same leaves; first come, first counted."""
    if not matrix.shape[0]:
        return np.zeros(0, dtype="int64")
    # 128 bits per set of leaves: two sets share them by chance once in 1e38
    marks = np.random.default_rng(0).integers(0, 2**63, (matrix.shape[1], 2), dtype="int64")
    sums = matrix.astype("int64") @ marks
    pairs = pd.MultiIndex.from_arrays([sums[:, 0], sums[:, 1]])
    group: Whole = pd.factorize(pairs)[0].astype("int64")
    return group
