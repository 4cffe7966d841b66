"""What "tiered commission" may mean: the same table and deals under every reading."""

import pandas as pd
import pytest
from figures import assert_good_figure

from salesanalysis.errors import ContractError
from salesanalysis.incentives import compare_semantics

RATES = [("0", "0.01"), ("1000", "0.02"), ("3000", "0.03"), ("8000", "0.05")]
DEALS = pd.DataFrame(
    {
        "order_id": ["A", "B", "C", "D", "E", "F"],
        "date": [
            "2024-01-03",
            "2024-01-09",
            "2024-01-20",
            "2024-02-02",
            "2024-02-21",
            "2024-03-05",
        ],
        "amount": [200.0, 300.0, 1500.0, 1200.0, 2000.0, 4500.0],
    }
)


def table() -> pd.DataFrame:
    return compare_semantics(RATES, DEALS).to_frame()


def test_six_deals_pay_164_to_485() -> None:
    """methods/incentives.md, section 11: 164 is printed by Oracle, the rest follows."""
    frame = table()
    lower = frame[frame["tie"] == "lower"].set_index(["paying", "counter", "earlier"])["payout"]
    assert lower.to_dict() == {
        ("marginal", "deal", ""): 164.0,
        ("marginal", "period", ""): 181.0,
        ("retroactive", "deal", ""): 234.0,
        ("retroactive", "period", ""): 271.0,
        ("marginal", "cumulative", ""): 285.0,
        ("retroactive", "cumulative", "new_only"): 356.0,
        ("retroactive", "cumulative", "all"): 485.0,
    }
    assert frame["multiple"].min() == 1.0
    assert len(frame) == 14


def test_the_first_deal_that_is_paid_otherwise_is_named() -> None:
    """Per deal A and B pay 2 and 3 under each reading; C crosses 1,000 once they count together."""
    frame = table().set_index(["paying", "counter", "tie"])["first_deal"]
    assert frame["marginal", "deal", "lower"] == ""
    assert frame["marginal", "period", "lower"] == "C"
    assert frame["retroactive", "deal", "lower"] == "C"


def test_a_deal_exactly_on_an_edge_is_counted_and_pays_by_its_side() -> None:
    one = DEALS.head(1).assign(amount=1000.0)
    frame = compare_semantics(RATES, one).to_frame()
    whole = frame[frame["paying"] == "retroactive"].drop_duplicates("tie").set_index("tie")
    assert whole["payout"].to_dict() == {"lower": 20.0, "upper": 10.0}
    assert (frame["on_edge"] == 1).all()


def test_the_order_of_rows_changes_nothing() -> None:
    shuffled = compare_semantics(RATES, DEALS.iloc[::-1]).to_frame()
    pd.testing.assert_frame_equal(table(), shuffled)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_readings_are_said_and_drawn_in_both_languages(lang) -> None:
    result = compare_semantics(RATES, DEALS)
    assert_good_figure(result.plot(lang=lang))
    said = result.explain(lang=lang)
    assert "164" in said
    assert "485" in said


def test_edges_that_do_not_rise_are_refused() -> None:
    with pytest.raises(ContractError) as caught:
        compare_semantics([("0", "0.1"), ("0", "0.2")], DEALS)
    assert str(caught.value) == (
        "the edges ['0', '0'] do not rise.\n"
        "  where: compare_semantics(table=...)\n"
        "  fix:   give (edge, rate) upwards, each edge once"
    )
