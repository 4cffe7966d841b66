"""What the tree is made of: keys, totals, names of factors; every choice checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.variance.tables import column_names

CALL = "explain_chain"
#: Rows that every bridge may have; a factor of that name could not be told apart.
RESERVED = ("new", "lost", "returns", "unlinked", "open", "reference")
CHOICES = {
    "new_lost": ("separate", "merge"),
    "returns": ("separate", "net"),
    "unlinked": ("refuse", "separate"),
    "on_zero": ("limit", "refuse"),
    "kind": ("money", "count"),
    "favourable": ("up", "down"),
}


@dataclass(frozen=True)
class Shape:
    """Keys of a cell, columns that are summed, factors and choices."""

    keys: tuple[str, ...]
    chain: tuple[str, ...]
    names: tuple[str, ...]
    value: str | None
    measure: str
    structure: str | None
    new_lost: str
    returns: str
    unlinked: str

    @property
    def columns(self) -> list[str]:
        """Columns that are added up."""
        given = [] if self.chain or self.value in {None, *self.names} else [str(self.value)]
        return [*(self.chain or self.names), *given]

    def by_link(self, link: str) -> "Shape":
        """Return the same for cells of every step of a comparison month by month."""
        return replace(self, keys=(*self.keys, link))

    def has_returns(self, cells: pd.DataFrame) -> bool:
        """Tell whether rows are marked as returns."""
        return "returns0" in cells


def shape_of(
    *,
    by: Sequence[str],
    dims: Sequence[str],
    structure: str | None,
    chain: Sequence[str] | Mapping[str, str] | None,
    factors: Sequence[str] | None,
    value: str | None,
    sides: Sequence[str],
    **choices: str,
) -> Shape:
    """Return what the tree is made of, refusing what cannot be one."""
    for name, given in choices.items():
        if given not in CHOICES[name]:
            raise unknown_name(
                given,
                CHOICES[name],
                kind=f"choice of {name}",
                where=f"{CALL}({name}=...)",
                error=ContractError,
            )
    keys = column_names(by, "by", CALL) + column_names(dims, "dims", CALL)
    if structure is not None and structure not in keys:
        keys.append(structure)
    if len(set(keys)) != len(keys):
        raise ContractError(
            f"by and dims name a column twice: {keys}.",
            where=f"{CALL}(by=..., dims=...)",
            fix="name each column once",
            code="bad-choice",
        )
    totals, names = _factors(chain, factors)
    _names_apart(names, [*RESERVED, *sides, *keys])
    measure = totals[-1] if totals else value or "value"
    if totals and value not in {None, totals[-1]}:
        raise ContractError(
            f"The chain ends with {totals[-1]!r}, not with the value {value!r}.",
            where=f"{CALL}(chain=..., value=...)",
            fix=f"end the chain with {value!r}, or leave value= out",
            code="bad-choice",
        )
    return Shape(
        keys=tuple(keys), chain=totals, names=names, value=value, measure=measure,
        structure=structure, new_lost=choices["new_lost"], returns=choices["returns"],
        unlinked=choices["unlinked"],
    )  # fmt: skip


def _factors(
    chain: Sequence[str] | Mapping[str, str] | None, factors: Sequence[str] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the running totals and the names of the factors."""
    if (chain is None) == (factors is None):
        raise ContractError(
            "A driver tree needs either chain= (running totals) or factors= (given ratios).",
            where=f"{CALL}(chain=..., factors=...)",
            fix='give one of them, such as chain=["visits", "deals", "revenue"]',
            code="bad-choice",
        )
    argument, given = ("factors", factors) if chain is None else ("chain", chain)
    columns = column_names(
        tuple(given) if isinstance(given, Mapping) else given or (), argument, CALL
    )
    if len(columns) < 2:
        raise ContractError(
            f"{argument} has {len(columns)} columns; a tree needs at least 2.",
            where=f"{CALL}({argument}=...)",
            fix='add the drivers before the value, such as ["deals", "revenue"]',
            code="bad-choice",
        )
    if isinstance(chain, Mapping):
        return tuple(columns), tuple(str(name) for name in chain.values())
    ratios = [f"{after}/{before}" for before, after in pairwise(columns)]
    return (tuple(columns), (columns[0], *ratios)) if factors is None else ((), tuple(columns))


def _names_apart(names: Sequence[str], taken: Sequence[str]) -> None:
    """Refuse factors that are called alike, or like a row or a column that is there."""
    twice = [n for i, n in enumerate(names) if n in names[:i] or n in taken]
    if twice:
        raise ContractError(
            f"The name {twice[0]!r} of a factor is taken.",
            where=f"{CALL}: factors {list(names)}",
            fix='name the factors, such as chain={"visits": "activity", "revenue": "per_visit"}',
            code="bad-choice",
        )
