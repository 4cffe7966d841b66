"""AdventureWorks' orders against the months somebody else summed."""

import pandas as pd
import pytest

from salesanalysis.data.loading import load
from salesanalysis.data.verify import verify


@pytest.fixture(scope="module")
def trade(adventureworks):
    """AdventureWorks to its last month, and its orders summed by month by somebody else."""
    data = load(adventureworks, as_of="2020-06-30")
    return data, pd.read_csv(adventureworks / "monthly_sales.csv.gz")


def test_adventureworks_orders_agree_with_its_monthly_file_to_the_cent(adventureworks, trade):
    data, monthly = trade
    names = pd.read_csv(adventureworks / "territories.csv", keep_default_na=False)
    names = names.set_index("territory_id")["region"]
    monthly = monthly.assign(
        region=monthly["territory_id"].map(names), product_line=monthly["category"]
    )
    keys = ["region", "product_line", "period"]
    found = verify(data, monthly, by=keys, columns={"period": "month"}, tolerance=0.0)
    assert found.status == "verified"
    assert found.total_ours == found.total_theirs + int(found.cells.eval("ours - theirs").sum())
    assert found.total_ours == 804_505_969_823
    assert abs(found.cells["ours"] - found.cells["theirs"]).max() <= 50
    cost = verify(
        data, monthly, value="cost", other_value="total_cost", columns={"period": "month"}
    )
    assert cost.status == "verified"
    file = verify(
        data, adventureworks / "monthly_sales.csv.gz", by=["period"], columns={"period": "month"}
    )
    assert file.status == "verified"


def test_gross_amounts_differ_from_revenue_by_the_discounts(trade):
    data, monthly = trade
    found = verify(
        data,
        monthly,
        by=["period"],
        other_value="gross_amount",
        columns={"period": "month"},
        source={"en": "gross report", "zh": "总额报表"},
    )
    assert found.status == "differs"
    assert (found.total_theirs - found.total_ours) / 10_000 == pytest.approx(527_507.8884, abs=0.01)
    assert found.verdict().startswith("Differs from the gross report: ")


def test_a_published_yearly_figure_agrees_within_a_cent(trade):
    years = pd.DataFrame(
        {"year": ["FY2018", "FY2019", "FY2020"], "revenue": [16288441.77, 27921670.52, 36240484.70]}
    )
    found = verify(
        trade[0], years, by=["period"], columns={"period": "year"}, freq="Y", tolerance=0.0
    )
    assert found.status == "verified"
