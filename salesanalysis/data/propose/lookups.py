"""Lookups: a file whose key column has the keys of the lines gives names for them."""

from dataclasses import dataclass
from typing import Any

from salesanalysis.data.engine import fetch
from salesanalysis.data.propose.drafting import Draft
from salesanalysis.data.propose.matching import Line, is_key, note
from salesanalysis.data.propose.seen import Seen
from salesanalysis.data.propose.tables import known_as
from salesanalysis.data.words.headings import plain

#: What a key is about -> words in its name, and our columns a lookup by it can give.
_ENTITY: dict[str, tuple[str, tuple[str, ...]]] = {
    "product": (
        "product item sku material stock article matnr 产品 商品 物料 存货 货品",
        ("product", "product_line"),
    ),
    "salesperson": (
        "salesperson employee salesrep repid owner seller pernr 业务员 销售员 员工 工号 职员",
        ("salesperson", "team"),
    ),
    "customer": (
        "customer account client reseller kunnr kunag debtor 客户 门店",
        ("customer", "customer_type", "channel"),
    ),
    "region": ("territory region area district vkbur bzirk 区域 大区 办事处", ("region",)),
}
_NAMES = {"name", "fullname", "姓名", "名称"}
_ENOUGH = 0.95
#: Names of a region that are none of a company's own: a better one may stand elsewhere.
_WIDE = {
    "country",
    "countryregion",
    "nation",
    "land",
    "land1",
    "state",
    "stateprovince",
    "province",
    "国家",
    "省份",
    "省",
    "城市",
}


@dataclass
class Lookup:
    """One lookup of a draft.

    Attributes
    ----------
    seen : Seen
    key, lookup_key : str
    lines : list of Line
    """

    seen: Seen
    key: str
    lookup_key: str
    lines: list[Line]


def entity(name: str) -> str:
    """Return what a key is about, or nothing.

    Examples
    --------
    >>> entity("ProductKey"), entity("业务员编码"), entity("remark")
    ('product', 'salesperson', '')
    """
    text = plain(name)
    return next(
        (e for e, (words, _) in _ENTITY.items() if any(w in text for w in words.split())), ""
    )


def add_lookups(con: Any, made: Draft, others: list[Seen]) -> None:
    """Add to a draft every lookup that gives a name its table has not."""
    for key in [c for c in made.seen.fields if is_key(c) or c.casefold().endswith(("_id", "key"))]:
        about = entity(key)
        for other in others if about else []:
            if any(j.key == key for j in made.joins):
                break
            if made.seen.opened.remote != other.opened.remote:
                continue
            lookup_key = _matching(con, made.seen, key, other)
            lines = _given(made, key, other, lookup_key, about) if lookup_key else []
            if lines:
                made.joins.append(Lookup(other, key, lookup_key, lines))
                _replace(made, lines)


def _matching(con: Any, seen: Seen, key: str, other: Seen) -> str:
    """Return the column of another table that has the keys, each once."""
    names = [
        c
        for c in other.fields
        if plain(c) == plain(key)
        or (
            plain(c) in ("id", "key", "code", "编码", "编号", "代码")
            and entity(other.file) == entity(key)
        )
        or (entity(c) == entity(key) and is_key(c))
    ]
    for column in names:
        keys = other.rows.select(k=other.texts(column))
        counts = fetch(con, keys.aggregate(n=keys["k"].count(), u=keys["k"].nunique())).iloc[0]
        if counts["n"] < 2 or counts["n"] != counts["u"]:
            continue
        mine = seen.rows.select(k=seen.texts(key)).distinct()
        mine = mine.filter(mine["k"].notnull())
        hit = mine["k"].isin(keys["k"])
        found = fetch(con, mine.aggregate(n=mine.count(), hit=hit.ifelse(1, 0).sum())).iloc[0]
        if found["n"] and found["hit"] >= _ENOUGH * found["n"]:
            return column
    return ""


def _given(made: Draft, key: str, other: Seen, lookup_key: str, about: str) -> list[Line]:
    """Return the lines a lookup gives that the draft has not, or has only as a key."""
    chosen, out = known_as(other, "sales").chosen, []
    wanted = list(_ENTITY[about][1])
    if about != "region" and any(x.ours == "region" and x.reason == "constant" for x in made.lines):
        wanted.append("region")
    for ours in wanted:
        named = "owner" if ours == "salesperson" and made.known.table == "opportunities" else ours
        if _has_name(made, named, key):
            continue
        pair = chosen.get(ours)
        if ours == "region" and about != "region" and pair and plain(pair.theirs) in _WIDE:
            continue
        theirs = (
            pair.theirs if pair and pair.confidence >= 0.6 and pair.theirs != lookup_key else ""
        )
        if (not theirs or is_key(theirs)) and ours == about:
            theirs = next((c for c in other.fields if plain(c) in _NAMES), theirs)
        if theirs and theirs != lookup_key and not theirs.casefold().endswith(("_id", "key")):
            confidence = pair.confidence if pair and pair.theirs == theirs else 0.7
            out.append(
                Line(
                    named,
                    (theirs,),
                    {"column": theirs},
                    confidence,
                    "lookup",
                    [note("remark.lookup", file=other.called, by=key)],
                )
            )
    return out


def _has_name(made: Draft, ours: str, key: str) -> bool:
    """Tell whether a draft has a column of names for `ours` already."""
    lines = [*made.lines, *(line for join in made.joins for line in join.lines)]
    mine = next((x for x in lines if x.ours == ours and x.theirs), None)
    if mine is None:
        return False
    if mine.reason == "lookup":
        return True
    return mine.theirs[0] != key and mine.confidence >= 0.5 and not is_key(mine.theirs[0])


def two_steps(made: Draft, others: list[Seen]) -> None:
    """Say where a region stands that a lookup of a lookup would give."""
    line = next((x for x in made.lines if x.ours == "region" and x.reason == "constant"), None)
    if line is None:
        return
    for join in made.joins:
        for other in others:
            shared = [c for c in other.fields if c in join.seen.fields and entity(c) == "region"]
            pair = known_as(other, "sales").chosen.get("region")
            if other is not join.seen and shared and pair and pair.confidence >= 0.9:
                values = {"file": other.called, "theirs": pair.theirs, "by": shared[0]}
                line.notes.append(note("remark.two_steps", **values, via=join.seen.called))
                return


def _replace(made: Draft, lines: list[Line]) -> None:
    """Take the columns a lookup gives out of the draft's own."""
    given = {line.ours for line in lines}
    made.lines = [line for line in made.lines if line.ours not in given]
