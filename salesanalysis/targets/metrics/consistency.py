"""Sales as customers x orders x ticket: whether the targets of a card tell one story."""

import pandas as pd


def consistency(wide: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return sales beside the product of its factors; the last row is all units together.

    Parameters
    ----------
    wide : DataFrame, units x metrics
    keys : list of str, the level columns in its index

    Returns
    -------
    DataFrame
        `keys`, ``sales``, ``product_amount``, ``gap_amount`` (sales minus product).

    Examples
    --------
    >>> wide = pd.DataFrame({"sales": [1000.0], "orders": [10.0], "ticket": [90.0]},
    ...                     index=pd.Index(["Li"], name="salesperson"))
    >>> consistency(wide, ["salesperson"])["gap_amount"].tolist()
    [100.0, 100.0]
    """
    empty = pd.DataFrame(columns=[*keys, "sales", "product_amount", "gap_amount"])
    if not {"sales", "ticket"} <= set(wide.columns):
        return empty
    if {"customers", "orders_per_customer"} <= set(wide.columns):
        orders = wide["customers"] * wide["orders_per_customer"]
    elif "orders" in wide.columns:
        orders = wide["orders"]
    else:
        return empty
    table = wide[["sales"]].assign(product_amount=orders * wide["ticket"]).reset_index()
    whole = {**dict.fromkeys(keys, ""), **table[["sales", "product_amount"]].sum().to_dict()}
    table = pd.concat([table, pd.DataFrame([whole])], ignore_index=True)
    out: pd.DataFrame = table.assign(gap_amount=table["sales"] - table["product_amount"])
    return out
