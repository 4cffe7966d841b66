"""Fixed point: amounts as whole ten-thousandths, so that sums and comparisons are exact."""

from decimal import Decimal
from typing import Any

import pandas as pd

from salesanalysis.data.engine import arrow

#: The engine keeps money with four decimals (`engine.MONEY`).
UNITS = 10_000
#: Sums are wider than values.
WIDE = "decimal(38, 4)"


def fetch_fixed(con: Any, expression: Any) -> pd.DataFrame:
    """Run `expression` where its rows live; its DECIMAL columns come back as whole ten-thousandths.

    Returns
    -------
    DataFrame
        Amounts int64, dates datetime64[us], text str; no amount passes through a float.
    """
    exact = [c for c, t in expression.schema().items() if t.is_decimal()]
    texts = [c for c, t in expression.schema().items() if t.is_string()]
    wide = expression.mutate(**{c: expression[c].cast(WIDE) for c in exact})
    found = arrow(con, wide)
    for name in exact:
        found = found.set_column(found.column_names.index(name), name, _whole(found[name]))
    frame = found.to_pandas(date_as_object=False)
    dates = frame.columns[[dtype.kind == "M" for dtype in frame.dtypes]]
    types = dict.fromkeys(texts, "str") | dict.fromkeys(dates, "datetime64[us]")
    typed: pd.DataFrame = frame.astype(types)
    return typed


def _whole(column: Any) -> Any:
    """Turn a DECIMAL column into whole ten-thousandths."""
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import compute  # noqa: PLC0415

    # 256 bits: the product of 38 digits and 10,000 does not fit 128
    wide = compute.cast(column, pa.decimal256(60, 4))
    scale = pa.scalar(Decimal(UNITS), pa.decimal256(5, 0))
    return compute.cast(compute.multiply(wide, scale), pa.int64())


def in_units(amount: float | str | Decimal) -> int:
    """Turn one amount into whole ten-thousandths, half up.

    Examples
    --------
    >>> in_units("0.005"), in_units(1234.5)
    (50, 12345000)
    """
    from salesanalysis.rounding import round_half_up  # noqa: PLC0415

    return int(round_half_up(Decimal(str(amount)) * UNITS, "1"))
