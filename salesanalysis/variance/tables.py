"""What any two tables must be before they are compared: every method refuses the same."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError

Floats = npt.NDArray[np.float64]
#: Amounts above this are a defect of the file: no currency needs them, and text could not tell.
LARGEST = 1e18
#: Columns of a result, which no item can be named by.
RESERVED = (
    "effect", "amount", "gap_share", "base_share", "origin", "parent", "step", "note", "status",
    "base", "actual", "n_matched", "n_new", "n_lost", "running_total", "moved", "base_growth",
)  # fmt: skip
#: Columns of the cells behind it, by call.
CELLS = {
    "explain": (
        "in", "q", "r", "c", "fx", "returns", "no_units",
        *(f"{part}{side}" for part in ("in", "q", "r", "c", "fx", "returns", "no_units")
          for side in "01"),
    ),
    "explain_chain": ("in", "in0", "in1", "returns", "returns0", "returns1"),
    "explain_rate": ("in", "in0", "in1", "n0", "n1", "d0", "d1"),
}  # fmt: skip
CLOSED = "fill them, or compare closed months only"


def two_tables(actual: Any, base: Any, names: Sequence[str], call: str) -> None:
    """Refuse what is no table, a table compared with itself, and sides that are called alike."""
    for table, name in ((base, "base"), (actual, "actual")):
        if not isinstance(table, pd.DataFrame):
            raise ContractError(
                f"{name} is a {type(table).__name__}, not a table.",
                where=f"{call}(actual, base)",
                fix="pass two DataFrames, actual first",
                code="bad-choice",
            )
    if actual is base or len(names) != 2 or names[0] == names[1]:
        raise ContractError(
            "actual and base are the same table or carry the same name.",
            where=f"{call}(actual, base, names={tuple(names)!r})",
            fix="pass two tables and two names, base first",
            code="bad-choice",
        )


def column_names(
    columns: Sequence[str], argument: str, call: str, *, needed: bool = False, taken: str = ""
) -> list[str]:
    """Return column names as a list, refusing text, the same one twice and the value itself."""
    wrong = isinstance(columns, str) or (needed and not len(columns))
    if wrong or len(set(columns)) != len(columns):
        example = f'["{columns}"]' if isinstance(columns, str) and columns else '["region"]'
        raise ContractError(
            f"{argument} must be a list of different column names, got {columns!r}.",
            where=f"{call}({argument}=...)",
            fix=f"write {argument}={example}",
            code="bad-choice",
        )
    if taken and taken in columns:
        raise ContractError(
            f"{taken!r} is the value and cannot name an item as well.",
            where=f"{call}({argument}=...)",
            fix=f"name other columns in {argument}=, or another value=",
            code="bad-choice",
        )
    reserved = (*RESERVED, *CELLS.get(call, ())) if argument in ("by", "dims") else ()
    kept = [column for column in columns if column in reserved]
    if kept:
        raise ContractError(
            f"{kept[0]!r} cannot name an item: it is a column of the result.",
            where=f"{call}({argument}=...)",
            fix=f"rename the column, such as {kept[0] + '_name'!r}",
            code="bad-choice",
        )
    return list(columns)


def numbers(frame: pd.DataFrame, column: str, name: str, *, fix: str = CLOSED) -> Floats:
    """Return a column as float64, refusing what cannot be added."""
    try:
        values: Floats = frame[column].to_numpy(dtype="float64", na_value=np.nan)
    except (TypeError, ValueError):
        raise ContractError(
            f"{column!r} of {name} is not a column of numbers.",
            where=f"{name}[{column!r}], dtype {frame[column].dtype}",
            fix="turn it into numbers when the file is read",
        ) from None
    # not "above", so that what is no number at all is found as well
    bad = ~(np.abs(values) <= LARGEST)
    if bad.any():
        huge = bool(np.isfinite(values[bad]).all())
        what = f"above {LARGEST:.0e}" if huge else "empty or infinite"
        raise ContractError(
            f"{int(bad.sum())} of {len(values)} values of {column!r} in {name} are {what}.",
            where=f"first rows {frame.index[bad][:3].tolist()}, see .rows",
            fix="check the unit of the column" if huge else fix,
            rows=frame[bad],
        )
    return values


def same_kind(base: pd.DataFrame, actual: pd.DataFrame, keys: Sequence[str]) -> None:
    """Refuse keys that are numbers on one side and text on the other: none would match."""
    for key in keys:
        said = [_kind(side[key]) for side in (base, actual)]
        if said[0] != said[1]:
            raise ContractError(
                f"{key!r} is {said[0]} in base and {said[1]} in actual, so no key would match.",
                where=f"base[{key!r}] {base[key].dtype}, actual[{key!r}] {actual[key].dtype}",
                fix="write it the same way on both sides",
            )


def _kind(column: pd.Series) -> str:
    values = column.cat.categories if isinstance(column.dtype, pd.CategoricalDtype) else column
    if pd.api.types.is_numeric_dtype(values):
        return "a number"
    return "a date" if pd.api.types.is_datetime64_any_dtype(values) else "text"


def common_key(
    cells: pd.DataFrame,
    keys: Sequence[str],
    call: str = "",
    sides: tuple[str, str] = ("base", "actual"),
) -> None:
    """Refuse two tables that share no key at all."""
    in0, in1 = (cells[f"in{i}"].to_numpy() > 0 for i in (0, 1))
    if (in0 & in1).any() or not (in0.any() and in1.any()):
        return
    shown = [_sample(cells.loc[side, list(keys)]) for side in (in0, in1)]
    raise ContractError(
        f"{sides[0]} and {sides[1]} share no {' / '.join(keys)} at all.",
        where=f"{call + ': ' if call else ''}{sides[0]} has {shown[0]}, {sides[1]} has {shown[1]}",
        fix="write the names the same way on both sides: spaces, case, full-width letters",
        code="unknown-name",
    )


def spelt_apart(
    keys: pd.DataFrame, base: npt.NDArray[np.bool_], actual: npt.NDArray[np.bool_]
) -> tuple[tuple[str, str], ...]:
    """Return names of one side that stand on the other with other spaces, case or width.

    They count as one item lost and another one new, which has to be said beside the numbers: a
    detail ``spelt_apart`` with at most three pairs; nothing where all are spelt alike.
    """
    if not (base & ~actual).any() or not (actual & ~base).any():
        return ()
    named = [keys[key] for key in keys.columns if keys[key].dtype.kind not in "iufbM"]
    return alike([(pd.unique(names[base]), pd.unique(names[actual])) for names in named])


def alike(
    sides: Sequence[tuple[Iterable[object], Iterable[object]]],
) -> tuple[tuple[str, str], ...]:
    """Return what `spelt_apart` notes, from the names of base and actual of each column."""
    pairs = [pair for base, actual in sides for pair in _alike(base, actual)]
    if not pairs:
        return ()
    more = f" (+{len(pairs) - 3})" if len(pairs) > 3 else ""
    return (("spelt_apart", ", ".join(pairs[:3]) + more),)


def _alike(base: Iterable[object], actual: Iterable[object]) -> list[str]:
    """Return pairs of names that differ in spelling only, each on one side."""
    found = [{str(name) for name in side} for side in (base, actual)]
    only = [
        {_plain(n): n for n in sorted(found[a] - found[b], reverse=True)}
        for a, b in ((0, 1), (1, 0))
    ]
    return [f"{only[0][k]!r} = {only[1][k]!r}" for k in sorted(set(only[0]) & set(only[1]))]


def _plain(name: str) -> str:
    """Return a name without what people do not see: width, case, extra spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def not_copied(frame: pd.DataFrame, name: str, call: str) -> None:
    """Refuse a table in which every row stands twice or more: a file that was read again.

    Lines of sale may look alike, but not all of them equally often.
    """
    n = len(frame)
    if n < 4 or not _may_repeat(frame):
        return
    times = frame.groupby(list(frame.columns), dropna=False, observed=True, sort=False).size()
    often = int(times.iloc[0])
    if len(times) < 2 or often < 2 or not (times == often).all():
        return
    raise ContractError(
        f"Every row of {name} stands there {often} times: {len(times)} different rows, {n} in all.",
        where=f"{call}: {name}",
        fix="read the file once, or pass aggregate=True to sum them",
        code="duplicate-key",
        rows=frame[frame.duplicated()],
    )


def _may_repeat(frame: pd.DataFrame) -> bool:
    """Tell by three rows whether all may stand equally often; a million rows cost nothing."""
    seen = set()
    for at in (0, len(frame) // 2, len(frame) - 1):
        same = np.ones(len(frame), dtype=bool)
        for column in frame.columns:
            values, one = frame[column], frame[column].iloc[at]
            same &= values.isna().to_numpy() if pd.isna(one) else (values == one).to_numpy()
            if same.sum() < 2:
                return False
        seen.add(int(same.sum()))
    return len(seen) == 1 and len(frame) % seen.pop() == 0


def some_base(values: npt.ArrayLike, where: str, *, by: str = "...") -> None:
    """Refuse a base that adds up to nothing."""
    amounts = np.asarray(values, dtype="float64")
    if abs(amounts.sum()) <= 1e-12 * np.abs(amounts).sum():
        raise ContractError(
            "The base adds up to 0, so there is nothing to compare with.",
            where=where,
            fix=f"report it as new business: sa.variance.new_business(actual, by={by})",
            code="empty-table",
        )


def _sample(keys: pd.DataFrame) -> list[object]:
    """Return the first three keys, for a message."""
    found = list(keys.head(3).itertuples(index=False, name=None))
    return [key[0] for key in found] if len(keys.columns) == 1 else found
