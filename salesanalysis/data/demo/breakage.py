"""Breaking the clean order lines on purpose: every breakage by rule, counted, on rows of its own.

A rule either adds rows that are no sales (duplicates, gifts, test accounts ...) or changes a name
in a row that stays a sale. No row is touched twice, so every count is unambiguous.
"""

import numpy as np
import pandas as pd

from salesanalysis.data.demo.timeline import Ints, stream
from salesanalysis.money import cents_of

#: Rows of each rule for every 100,000 clean lines, by the names of the cleaning rules: ``listed``
#: are cancelled orders with their cancellation, both marked so; such a pair counts as two rows.
EXTRA = {
    "duplicates": 240,
    "listed": 60,
    "test_accounts": 50,
    "zero_price": 80,
    "negative_price": 24,
}
CHANGED = {
    "before_hire": 40,
    "after_leave": 40,
    "unknown_people": 70,
    "missing_salesperson": 160,
    "missing_customer": 120,
    "unlike_names": 180,
}
#: Rows of sums: one with a date passes for a sale until a rule drops it; one without is left out
#: by the ``where`` of the mapping.
TOTAL, BARE_TOTAL = "total_rows", "left_out"
TEST_ACCOUNTS = {
    "en": ("Test customer", "TEST 01", "Demo account (do not use)"),
    "zh": ("测试客户", "测试TEST01", "演示账号（勿用）"),
}
STRANGERS = {"en": ("Tao Xiaoming", "Meng Lin", "Web shop"), "zh": ("陶小明", "孟琳", "网店")}
STATUS = {"en": ("Normal", "Cancelled"), "zh": ("正常", "已取消")}
AMOUNTS = ("unit_price", "discount_amount", "revenue", "cost")


def exact_rows(sales: pd.DataFrame) -> pd.DataFrame:
    """Return the lines with whole pieces and whole cents, and an empty ``rule``."""
    cents = {c: cents_of(sales[c], name=c) for c in AMOUNTS}
    pieces = sales["quantity"].astype("int64")
    return sales.reset_index(drop=True).assign(
        quantity=pieces, **cents, rule=pd.Series("", index=range(len(sales)), dtype="str")
    )


def broken(rows: pd.DataFrame, people: pd.DataFrame, seed: int, lang: str) -> pd.DataFrame:
    """Return the lines with every breakage, in the order an export has them.

    Parameters
    ----------
    rows : DataFrame, one row per clean order line
        From `exact_rows`, names in the language of the export.
    people : DataFrame, the contract table, in the same language

    Returns
    -------
    DataFrame
        The same columns, with ``status``, ``rule`` (empty: untouched), ``extra`` (no line of the
        clean company) and ``meant`` (the product a misspelt one stands for, else empty).
    """
    rng = stream(seed, "dirty")
    free = rng.permutation(np.flatnonzero(~rows["is_return"]))
    normal, cancelled = STATUS[lang]
    rows = rows.assign(status=pd.Series(normal, index=rows.index, dtype="str"))
    out = rows.assign(meant=pd.Series("", index=rows.index, dtype="str"))
    for rule in CHANGED:
        chosen, names = _named(rule, out, people, free=free, n=_wanted(rule, rows), lang=lang)
        column = {"missing_customer": "customer", "unlike_names": "product"}.get(
            rule, "salesperson"
        )
        if rule == "unlike_names":
            out.loc[chosen, "meant"] = out.loc[chosen, column]
        out.loc[chosen, column] = names
        out.loc[chosen, "rule"] = rule
        free = free[~np.isin(free, chosen)]
    extras = []
    for rule in EXTRA:
        n = _wanted(rule, rows)
        extras.append(_EXTRAS[rule](rows.iloc[free[:n]], rng, lang).assign(rule=rule, meant=""))
        free = free[n:]
    extras[list(EXTRA).index("listed")]["status"] = cancelled
    out = pd.concat([out.assign(extra=False), *(e.assign(extra=True) for e in extras)])
    order = ["date", "order_id", "order_line", "extra"]
    return out.sort_values(order, kind="stable", ignore_index=True)


def _wanted(rule: str, rows: pd.DataFrame) -> int:
    """Return how many rows a rule takes; a pair is made of one."""
    share = {**EXTRA, **CHANGED}[rule] / (2 if rule == "listed" else 1)
    return max(1, round(len(rows) * share / 100_000))


def _named(
    rule: str, rows: pd.DataFrame, people: pd.DataFrame, *, free: Ints, n: int, lang: str
) -> tuple[Ints, pd.Series]:
    """Return the rows a rule changes and the names it writes into them."""
    if rule in ("before_hire", "after_leave"):
        return _not_employed(rule, rows, people, free, n)
    first = free[:n]
    turn = pd.Series(np.arange(len(first)), index=first)
    if rule == "unknown_people":
        return first, turn.mod(len(STRANGERS[lang])).map(dict(enumerate(STRANGERS[lang])))
    if rule == "unlike_names":
        return first, misspelt(rows.iloc[first]["product"], turn)
    return first, pd.Series("", index=first, dtype="str")


def _not_employed(
    rule: str, rows: pd.DataFrame, people: pd.DataFrame, free: Ints, n: int
) -> tuple[Ints, pd.Series]:
    """Give sales of a region to somebody of it who was not there yet, or had gone."""
    places = people.groupby("salesperson")["region"].transform("nunique")
    who = people[places == 1].drop_duplicates("salesperson")
    column = "hire_date" if rule == "before_hire" else "leave_date"
    who = who[["salesperson", "region", column]].dropna().rename(columns={"salesperson": "name"})
    pairs = rows.loc[free, ["date", "region"]].reset_index().merge(who, on="region")
    early = pairs["date"] < pairs[column]
    pairs = pairs[early if rule == "before_hire" else pairs["date"] > pairs[column]]
    # one after the other through the names, so that nobody takes them all
    pairs = pairs.assign(turn=pairs.groupby("name").cumcount()).sort_values(
        ["turn", "name"], kind="stable"
    )
    found = pairs.drop_duplicates("index").head(n).set_index("index")["name"]
    return found.index.to_numpy(), found


def misspelt(product: pd.Series, turn: pd.Series) -> pd.Series:
    """Misspell names in turn: letters in full width, two letters swapped, the other case.

    Examples
    --------
    >>> names = pd.Series(["Drive D10", "Drive D10", "Drive D10"])
    >>> misspelt(names, pd.Series([0, 1, 2])).tolist()
    ['Ｄｒｉｖｅ Ｄ１０', 'Dirve D10', 'dRIVE d10']
    """
    wide = product.str.translate({c: c + 0xFEE0 for c in range(0x21, 0x7F)})
    english = product.str.match("[A-Za-z]{3}")
    swapped = product.str.replace(r"^(\w)(\w)(\w)", r"\1\3\2", regex=True)
    # a Chinese name ends with its word: C30控制器 becomes C30控器制
    swapped = swapped.where(english, product.str.replace(r"(.)(.)$", r"\2\1", regex=True))
    return wide.where(turn % 3 == 0, swapped.where(turn % 3 == 1, product.str.swapcase()))


def _duplicate(rows: pd.DataFrame, rng: np.random.Generator, lang: str) -> pd.DataFrame:
    del rng, lang
    return rows


def _zero_price(rows: pd.DataFrame, rng: np.random.Generator, lang: str) -> pd.DataFrame:
    """Return gifts: a few pieces on the same order, without a price; they still cost something."""
    del lang
    pieces = rng.integers(1, 4, len(rows))
    each = rows["cost"] // rows["quantity"]
    return rows.assign(
        order_line=rows["order_line"] + 50, quantity=pieces, unit_price=0, discount_amount=0,
        revenue=0, cost=each * pieces,
    )  # fmt: skip


def _negative_price(rows: pd.DataFrame, rng: np.random.Generator, lang: str) -> pd.DataFrame:
    """Return write-offs booked as one piece with a price below zero."""
    del lang
    price = -rng.integers(100_00, 3_000_00, len(rows))
    return rows.assign(
        order_line=rows["order_line"] + 60, quantity=1, unit_price=price, discount_amount=0,
        revenue=price, cost=0,
    )  # fmt: skip


def _test_account(rows: pd.DataFrame, rng: np.random.Generator, lang: str) -> pd.DataFrame:
    """Return orders somebody typed to try the system out."""
    del rng
    names, turn = TEST_ACCOUNTS[lang], np.arange(len(rows)) % len(TEST_ACCOUNTS[lang])
    customer = pd.Series(turn, index=rows.index).map(dict(enumerate(names)))
    return rows.assign(order_id=_new_ids(rows, 90_000), order_line=1, customer=customer)


def _cancelled_pair(rows: pd.DataFrame, rng: np.random.Generator, lang: str) -> pd.DataFrame:
    """Return orders and their cancellation, C- before the number, some days later."""
    del lang
    sold = rows.assign(order_id=_new_ids(rows, 80_000), order_line=1)
    # in the same year: every year has a file of its own
    last = (rows["date"] + pd.offsets.YearEnd(0)).clip(upper=rows["date"].max())
    later = rows["date"] + pd.to_timedelta(rng.integers(0, 15, len(rows)), unit="D")
    negative = {c: -rows[c] for c in ("quantity", "discount_amount", "revenue", "cost")}
    gone = sold.assign(order_id="C-" + sold["order_id"], date=later.clip(upper=last), **negative)
    return pd.concat([sold, gone])


def _new_ids(rows: pd.DataFrame, first: int) -> pd.Series:
    """Return order numbers nobody has: from `first` on, one for each row."""
    number = pd.Series(first + 1 + np.arange(len(rows)), index=rows.index).astype("str")
    return "SO" + rows["date"].dt.year.astype("str") + "-" + number


_EXTRAS = {
    "duplicates": _duplicate,
    "listed": _cancelled_pair,
    "test_accounts": _test_account,
    "zero_price": _zero_price,
    "negative_price": _negative_price,
}
