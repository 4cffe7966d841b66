"""A quasi-experiment whose answer is printed, from its four means, and what cannot be estimated."""

import pandas as pd
import pytest
from effecttools import table

from salesanalysis.incentives import evaluate_change

#: Source, changed before and after, control before and after, the printed difference, its digits.
PRINTED = [
    # Wooldridge, Introductory Econometrics, example 13.3 (Kiel and McClain 1995): house prices
    # near an incinerator and further away, 1978 and 1981: 101,307.5 - 30,688.27 and so on
    ("incinerator", (82_517.23 - 18_824.37, 101_307.5 - 30_688.27), (82_517.23, 101_307.5),
     -11_863.9, 0.05),
]  # fmt: skip


@pytest.mark.parametrize(("name", "changed", "control", "printed", "digits"), PRINTED)
def test_the_printed_difference_comes_out_and_four_means_have_no_interval(
    name, changed, control, printed, digits
):
    rows = [(region, f"{region} {name}", pd.Timestamp(year, 1, 1), value)
            for region, pair in (("A", changed), ("B", control))
            for year, value in zip((1978, 1981), pair, strict=True)]  # fmt: skip
    found = evaluate_change(table(rows), "1981-01-01", treated=["A"], outcome="revenue", draws=99)
    assert found.effect == pytest.approx(printed, abs=digits)
    assert found.main["status"] == "no_interval"
    assert "too few groups for an interval" in found.headline()


def test_with_one_region_there_is_no_number_only_the_reason():
    """Section 18: a one-region panel is not estimable, with the reason."""
    months = pd.date_range("2022-01-01", periods=6, freq="MS")
    rows = [("N", person, m, 10.0) for person in ("a", "b") for m in months]
    found = evaluate_change(table(rows), "2022-04-01", outcome="revenue", draws=99)
    assert not found.estimable
    assert "not estimable" in found.explain()
    rows = found.to_frame()
    told = rows.loc[rows["status"] == "not_estimable", ["change", "low_end"]]
    assert len(told)
    assert told.isna().all().all()
