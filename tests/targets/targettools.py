"""Weights of a few units, written as a table."""

import pandas as pd


def shares(values, names=None, level="region") -> pd.DataFrame:
    names = names or [chr(65 + i) for i in range(len(values))]
    return pd.DataFrame({level: names, "value": [float(v) for v in values]})
