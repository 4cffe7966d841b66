"""Names that are probably another name misspelt: a proposal, never a silent fix."""

import unicodedata
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.data.cleaning.look import Look, distinct

COLUMNS = ("region", "team", "salesperson", "product_line", "product", "customer")
#: A misspelt name is rare beside the one that was meant.
RARE = 0.05
#: A word must be so long before one letter of it counts as a slip: sizes S and M are two things.
MIN_WORD = 4
#: Beyond so many names letters are not compared, only case, width and spaces.
MAX_NAMES = 200_000
FIELDS = (
    "column", "from_name", "to_name", "reason", "n_rows", "n_to", "amount",
)  # fmt: skip


def proposals(look: Look) -> pd.DataFrame:
    """Return the names that are probably misspelt, with the name that was meant.

    Returns
    -------
    DataFrame, one row per name, by column, most lines first
        ``column``, ``from_name``, ``to_name``, ``reason`` (``same_letters``: case, width or
        spaces differ; ``one_letter``: one letter added, left out, changed or two swapped, and
        rare beside the other), ``n_rows`` and ``amount`` (currency) of the lines with the name,
        ``n_to`` lines with the other.
    """
    if "names" not in look.memo:
        look.memo["names"] = _proposed(look)
    return look.memo["names"].copy()


def _proposed(look: Look) -> pd.DataFrame:
    wanted = look.settings["unlike_names"].option("columns", COLUMNS)
    found = [alike(distinct(look, c)).assign(column=c) for c in wanted if look.has(c)]
    table = pd.concat(found) if found else alike(_EMPTY).assign(column="")
    order = ["column", "n_rows", "from_name"]
    table = table.sort_values(order, ascending=[True, False, True], ignore_index=True)
    return table[list(FIELDS)]


_EMPTY = pd.DataFrame(
    {"name": pd.Series(dtype="str"), "n": pd.Series(dtype="int64"), "amount": pd.Series(dtype="f8")}
)


def alike(names: pd.DataFrame) -> pd.DataFrame:
    """Return the names that are probably another one.

    Parameters
    ----------
    names : DataFrame
        ``name``, ``n`` (lines), ``amount``; every name once.

    Examples
    --------
    >>> names = pd.DataFrame({"name": ["Coffee", "coffee ", "Cofee"], "n": [90, 2, 1],
    ...                       "amount": [900.0, 20.0, 10.0]})
    >>> alike(names)[["from_name", "to_name", "reason"]].to_numpy().tolist()
    [['coffee ', 'Coffee', 'same_letters'], ['Cofee', 'Coffee', 'one_letter']]
    """
    # a column without a single name has keys of text as well
    keys = pd.Series([_key(name) for name in names["name"]], index=names.index, dtype="str")
    table = names.assign(key=keys)
    table = table.sort_values(["n", "name"], ascending=[False, True], ignore_index=True)
    groups = table.groupby("key", sort=False)
    table["leader"] = groups["name"].transform("first")
    heads = groups.agg(name=("leader", "first"), n=("n", "sum")).reset_index()
    slips = _slips(heads) if len(heads) <= MAX_NAMES else {}
    target = table["leader"].map(lambda name: slips.get(name, name))
    return _listed(table.assign(target=target))


def _listed(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose name is not the one that was meant."""
    found = table[table["name"] != table["target"]]
    same = found["leader"] == found["target"]
    lines = table.set_index("name")["n"]
    return pd.DataFrame(
        {
            "from_name": found["name"],
            "to_name": found["target"],
            "reason": same.map({True: "same_letters", False: "one_letter"}).astype("str"),
            "n_rows": found["n"].astype("int64"),
            "n_to": found["target"].map(lines).astype("int64"),
            "amount": found["amount"],
        }
    ).astype({"from_name": "str", "to_name": "str"})


def _key(name: str) -> str:
    """Return a name without what is easily typed another way: case, width, spaces, marks.

    Examples
    --------
    >>> _key("Ｃoffee  A-1 "), _key("华 东")
    ('coffeea-1', '华东')
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(folded.split())


def _slips(heads: pd.DataFrame) -> dict[str, str]:
    """Return rare names one letter away from a frequent one -> that one.

    Two names one letter apart share a text that is left when one letter of either is left out;
    so names are matched by these texts, and no name is compared with every other.
    """
    keyed = heads[heads["key"].str.len() >= MIN_WORD]
    rare = keyed[keyed["n"] <= RARE * keyed["n"].max()]
    if rare.empty:
        return {}
    met = _shortened(rare).merge(_shortened(keyed), on="text", suffixes=("", "_to"))
    met = met[met["n"] <= RARE * met["n_to"]].drop_duplicates(["name", "name_to"])
    near = [one_slip(a, b) for a, b in zip(met["name"], met["name_to"], strict=True)]
    best = met[np.array(near, dtype="bool")]
    best = best.sort_values(["name", "n_to", "name_to"], ascending=[True, False, True])
    pairs = best.drop_duplicates("name").set_index("name")["name_to"].to_dict()
    return {name: _root(name, pairs) for name in pairs}


def _shortened(heads: pd.DataFrame) -> pd.DataFrame:
    """Return every name with each text that is left when at most one letter is left out.

    The digits stand before the text: Road-650 and Road-550 are two products, and never meet.
    """
    texts = [_texts_of(key) for key in heads["key"]]
    return heads[["name", "n"]].assign(text=texts).explode("text", ignore_index=True)


def _texts_of(key: str) -> list[str]:
    digits = "".join(c if c.isdigit() else "." for c in key).strip(".")
    numbers = ".".join(part for part in digits.split(".") if part)
    return sorted(
        {f"{numbers}|{key[:i]}{key[i + 1 :]}" for i in range(len(key))} | {f"{numbers}|{key}"}
    )


def one_slip(one: str, other: str) -> bool:
    """Tell whether two names differ by one slip in a word that is long enough.

    Examples
    --------
    >>> one_slip("Coffee", "Cofee"), one_slip("Jersey, L", "Jersey, M"), one_slip("form", "from")
    (True, False, True)
    """
    a, b = _words(one), _words(other)
    if len(a) != len(b):
        return _is_slip("".join(a), "".join(b))
    different = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    if len(different) != 1:
        return False
    x, y = different[0]
    return min(len(x), len(y)) >= MIN_WORD and _is_slip(x, y)


def _words(name: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c if c.isalnum() else " " for c in folded).split()


def _is_slip(one: str, other: str) -> bool:
    """Tell whether one letter was added, left out or changed, or two neighbours swapped."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    left = one[start : len(one) - end], other[start : len(other) - end]
    if sorted(map(len, left)) in ([0, 1], [1, 1]):
        return True
    return len(left[0]) == 2 and left[0] == left[1][::-1]


def _root(name: str, pairs: dict[str, Any]) -> str:
    """Follow a chain of names to its end: each step leads to a more frequent one."""
    while name in pairs:
        name = pairs[name]
    return name
