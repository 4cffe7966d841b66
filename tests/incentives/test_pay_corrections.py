"""Appeals replayed: everybody touched is listed, inputs stay, the result is a full re-run."""

import pandas as pd
import pytest
from figures import assert_good_figure
from hypothesis import given, settings
from hypothesis import strategies as st
from paytools import HEAD, deals, section_5, tiers_yaml

from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan, appeal, compare_pay

TEAM = (
    HEAD
    + tiers_yaml('{from: "0", rate: "0.1"}', unit="amount")
    + ('  - {id: pool, type: pool, weights: equal, source: {share: "0.01", measure: sales}}\n')
)
PEOPLE = pd.DataFrame({"salesperson": ["Li", "Wu", "Zhao", "Qian"], "team": ["N", "N", "N", "S"]})
SOLD = deals(1000, 2000, 600, 900, salesperson=["Li", "Wu", "Zhao", "Qian"])


def claim(**fields) -> pd.DataFrame:
    return pd.DataFrame([{"order_id": "D000", "field": "owner", "claimed": "Wu", **fields}])


def drawing(amount: str) -> tuple[Plan, pd.DataFrame]:
    """Return a plan with a draw that is paid back, and 1,000 sold in January, 3,000 in February."""
    draw = (
        f'settlement: {{true_up: none, leaver: pay_earned, draw: {{amount: "{amount}", months: 6, '
        'recoverable: true, recovery_share: "1.0"}}\n'
    )
    plan = Plan.from_text(HEAD + tiers_yaml('{from: "0", rate: "0.1"}', unit="amount") + draw)
    months = [
        deals(1000, month="2024-01", salesperson=["Li"]),
        deals(3000, month="2024-02", salesperson=["Li"]).assign(order_id="E"),
    ]
    return plan, pd.concat(months)


def test_a_deal_that_changes_hands_moves_its_commission_and_lists_who_shares_the_pool() -> None:
    found = appeal(Plan.from_text(TEAM), claim(), PEOPLE, SOLD, period="2024-03")
    frame = found.to_frame().set_index("salesperson")
    assert frame["pay_change"].to_dict() == {"Li": -100.0, "Wu": 100.0, "Zhao": 0.0}
    assert found.total == 0.0
    assert frame["why"].tolist() == [*["deals D000"] * 2, "through the team"]


def test_a_larger_deal_pays_the_whole_team_and_lists_everybody_with_the_reason() -> None:
    found = appeal(
        Plan.from_text(TEAM), claim(field="amount", claimed=1300.0), PEOPLE, SOLD, period="2024-03"
    )
    frame = found.to_frame().set_index("salesperson")
    assert frame["pay_change"].to_dict() == {"Li": 31.0, "Wu": 1.0, "Zhao": 1.0}
    assert frame["why"].to_dict() == {
        "Li": "deals D000",
        "Wu": "through the team",
        "Zhao": "through the team",
    }
    assert SOLD["amount"].tolist() == [1000, 2000, 600, 900]


def test_a_larger_shared_deal_pays_everybody_who_shares_it() -> None:
    """1,000 at 10 %, 60 and 40 % of it; 2,000 are 60 and 40 more."""
    head = HEAD.replace("credit: owner", "credit: splits")
    plan = Plan.from_text(head + tiers_yaml('{from: "0", rate: "0.1"}', unit="amount"))
    shared = deals(1000, 1000, salesperson=["Li", "Wu"], share=["0.6", "0.4"])
    shared = shared.assign(order_id="D000", date="2024-03-05")
    items = claim(field="amount", claimed=2000.0)
    found = appeal(plan, items, PEOPLE, shared, period="2024-03").to_frame()
    assert found.set_index("salesperson")["pay_change"].to_dict() == {"Li": 60.0, "Wu": 40.0}


def test_somebody_whose_inputs_change_but_not_the_pay_is_listed_with_0() -> None:
    found = appeal(
        section_5(),
        claim(field="amount", claimed=1_000.01),
        pd.DataFrame({"salesperson": ["Li"], "quota": [1e6]}),
        SOLD.head(1),
        period="2024-03",
    )
    assert found.to_frame()["pay_change"].tolist() == [0.0]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 3), st.sampled_from(["Li", "Wu", "Zhao", "Qian"]), st.integers(1, 10**6))
def test_an_appeal_equals_a_full_run_with_the_changed_input(row, owner, cents) -> None:
    plan = Plan.from_text(TEAM)
    items = pd.DataFrame(
        {
            "order_id": [f"D{row:03d}"] * 2,
            "field": ["owner", "amount"],
            "claimed": [owner, cents / 100],
        }
    )
    changed = SOLD.copy()
    changed.loc[row, "salesperson"] = owner
    changed.loc[row, "amount"] = cents / 100
    found = appeal(plan, items, PEOPLE, SOLD, period="2024-03")
    old, new = (
        plan.pay(PEOPLE, d).to_frame().set_index("salesperson")["pay"] for d in (SOLD, changed)
    )
    change = found.to_frame().set_index("salesperson")["pay_change"]
    assert (new - old).round(2)[change.index].to_dict() == change.round(2).to_dict()
    assert ((new - old).round(2).drop(change.index) == 0).all()


def test_an_appeal_that_claims_what_is_recorded_changes_nothing() -> None:
    found = appeal(Plan.from_text(TEAM), claim(claimed="Li"), PEOPLE, SOLD, period="2024-03")
    assert (len(found.to_frame()), found.total) == (0, 0.0)


@pytest.mark.parametrize("items", [claim().iloc[:0], pd.DataFrame(columns=list(claim()))])
def test_an_appeal_without_a_claim_changes_nothing(items) -> None:
    found = appeal(Plan.from_text(TEAM), items, PEOPLE, SOLD, period="2024-03")
    assert (len(found.to_frame()), found.total) == (0, 0.0)
    assert found.headline() == "Nobody's pay depends on what changed"
    assert found.headline("zh") == "变动不影响任何人的奖金"


def test_a_later_month_moves_with_the_draw_it_owes() -> None:
    plan, months = drawing("150.00")
    found = appeal(
        plan,
        claim(field="amount", claimed=1200.0),
        pd.DataFrame({"salesperson": ["Li"]}),
        months,
        period="2024-01",
        through="2024-02",
    )
    # January pays 150 either way and owes 50, then 30; February pays 250, then 270
    assert found.to_frame()["pay_change"].tolist() == [0.0, 20.0]


def test_a_balance_that_is_carried_on_is_counted_once_and_people_have_their_names() -> None:
    """January owes 50 more; February, which still owes it, adds nothing to that."""
    plan, months = drawing("500.00")
    found = appeal(
        plan,
        claim(field="amount", claimed=500.0),
        pd.DataFrame({"salesperson": ["Li"], "name": ["Li Lei"]}),
        months,
        period="2024-01",
        through="2024-02",
    )
    assert found.to_frame()["owed_change"].tolist() == [50.0, 50.0]
    assert "Balances owed change by +50 CNY." in found.explain()
    assert found.to_frame()["why"].tolist() == ["deals D000", "through an earlier period"]
    assert found.terms.show("salesperson", "Li", "zh") == "Li Lei（Li）"


def test_a_claim_on_a_quota_says_that_the_own_entries_differ() -> None:
    found = appeal(
        section_5(),
        pd.DataFrame(
            {"order_id": [""], "salesperson": ["Li"], "field": ["quota"], "claimed": [900.0]}
        ),
        pd.DataFrame({"salesperson": ["Li"], "quota": [1000.0]}),
        SOLD.head(1),
        period="2024-03",
    )
    assert found.to_frame()["why"].tolist() == ["own quota or entries"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_correction_is_said_and_drawn_in_both_languages(lang) -> None:
    changed = SOLD.assign(amount=[1300.0, 2000.0, 500.0, 900.0])
    found = compare_pay(
        Plan.from_text(TEAM), (PEOPLE, SOLD), (PEOPLE, changed), first="2024-03", last="2024-03"
    )
    assert_good_figure(found.plot(lang=lang))
    assert "D000" in found.explain(lang=lang)


def refused(items: pd.DataFrame) -> str:
    with pytest.raises(ContractError) as caught:
        appeal(Plan.from_text(TEAM), items, PEOPLE, SOLD, period="2024-03")
    return str(caught.value)


def test_two_appeals_on_one_deal_need_an_order() -> None:
    assert refused(pd.concat([claim(), claim(claimed="Zhao")], ignore_index=True)) == (
        "2 items claim 'owner' of deal 'D000'.\n"
        "  where: items, rows 0, 1, see .rows\n"
        "  fix:   settle one after the other: give one claim on a field at a time"
    )


def test_deals_and_fields_that_do_not_exist_are_refused() -> None:
    assert refused(claim(order_id="X")) == (
        "there is no deal 'X'.\n"
        "  where: items, column 'order_id'\n"
        "  fix:   write the order as it stands in the deals"
    )
    assert refused(claim(field="amuont")) == (
        "deals have no field 'amuont'.\n"
        "  where: items, column 'field'; deals have ['order_id', 'date', 'amount', 'salesperson']\n"
        "  fix:   write 'amount'"
    )


def test_a_deal_in_the_second_month_of_a_quarter_is_named_as_the_reason() -> None:
    head = HEAD.replace("per: month", "per: quarter")
    plan = Plan.from_text(head + tiers_yaml('{from: "0", rate: "0.1"}', unit="amount"))
    table = deals(100, month="2024-02", salesperson=["Li"])
    item = claim(field="amount", claimed=200)
    people = pd.DataFrame({"salesperson": ["Li"]})
    found = appeal(plan, item, people, table, period="2024-01")
    assert found.to_frame()[["pay_change", "why"]].to_numpy().tolist() == [[10.0, "deals D000"]]
