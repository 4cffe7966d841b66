"""From a cause to an action."""

import re

import numpy as np
import pandas as pd
import pytest
from actiontools import GIVEN, NAMES, cause, opened, quarter

import salesanalysis as sa
from salesanalysis import store
from salesanalysis.errors import ContractError, ReconciliationError

# -- worked by hand ---------------------------------------------------------------------------


def test_a_price_loss_becomes_an_improvement_proposal_of_pricing():
    # 1,100 units at 100 less than planned: 110,000 lost by price, 60,000 to be won back
    action = opened()
    line = action.to_frame().iloc[0]
    assert line["amount"] == pytest.approx(-110_000)
    assert line[["expected", "kind", "origin", "department", "status", "where"]].tolist() == [
        60_000, "improvement", "internal", "pricing", "planned", "region=East",
    ]  # fmt: skip
    assert action.missing == ()
    assert action.id == f"{cause()['id']}-1"
    assert (line["start"], line["due"]) == (pd.Timestamp("2024-04-10"), pd.Timestamp("2024-06-30"))


@pytest.mark.parametrize(
    ("effect", "department"),
    [
        ("price", "pricing"), ("mix", "product_marketing"), ("new", "product_marketing"),
        ("market_share", "sales"), ("conversion", "sales"), ("ticket", "sales"),
        ("leads", "marketing"), ("visits", "marketing"), ("headcount", "hr"),
        ("collection", "finance"), ("cost", "operations"), ("lost", "key_accounts"),
        ("plan", "planning"), ("market_size", "strategy"), ("fx", "strategy"),
    ],
)  # fmt: skip
def test_every_effect_has_its_department(effect, department):
    record = cause() | {"effect": effect}
    assert sa.review.open_action(record, **GIVEN).department == department


def test_an_external_cause_becomes_a_request_for_resources():
    record = cause() | {"effect": "market_size", "origin": "external"}
    action = sa.review.open_action(record, expected=10_000, **GIVEN)
    assert (action.kind, action.department) == ("resources", "strategy")
    plan = sa.review.open_action(cause() | {"effect": "plan", "origin": "plan"}, **GIVEN)
    assert plan.kind == "plan_review"


def test_what_is_missing_is_listed_by_name_and_the_action_returned():
    bare = sa.review.open_action(
        cause() | {"effect": "weather"}, owner=" ", start=None, due=None, measures=[], terms=NAMES
    )
    assert bare.missing == ("what", "when", "who", "how", "department")
    assert bare.status == "returned"
    assert bare.explain().splitlines()[-1] == (
        "Returned until these are given: what, when, who, how, department."
    )
    assert (
        bare.explain("zh").splitlines()[-1] == "退回补充，尚缺：何事、何时、何人、如何、责任部门。"
    )
    assert bare.to_frame()["missing"].item() == "what when who how department"


def test_several_actions_share_the_amount_of_one_cause():
    first = opened()
    second = opened(expected=50_000, others=[first])
    assert [first.id[-2:], second.id[-2:]] == ["-1", "-2"]
    with pytest.raises(ContractError) as caught:
        opened(expected=50_001, others=[first])
    assert str(caught.value) == (
        "50,001.00 expected and 60,000.00 of other actions are more than the 110,000.00 of the cause.\n"
        f"  where: cause {cause()['id']}, effect 'price'\n"
        "  fix:   expect at most 50,000.00"
    )
    other = sa.review.open_action(cause(east_price=0.8), expected=200_000, **GIVEN, others=[])
    assert other.cause["id"] == first.cause["id"]  # same cause, another amount: same id


# -- invariants -------------------------------------------------------------------------------


def test_the_record_repeats_the_row_and_the_id_stays():
    bridge = quarter()
    for row in range(len(bridge.effects)):
        record = bridge.cause(row)
        if record["amount"] >= 0:
            continue
        action = sa.review.open_action(record, origin="internal", **GIVEN)
        assert action.cause["amount"] == bridge.effects["amount"].iloc[row]
        assert action.cause["id"] == quarter().cause(row)["id"]
        assert record["id"] in action.explain()
        assert record["id"] in action.explain("zh")


def test_a_stored_action_reads_back_the_same(tmp_path):
    for name, action in (("full", opened()), ("bare", opened(due=None, expected=None))):
        store.write(action, tmp_path / name)
        again = store.read(tmp_path / name)
        assert again.explain("zh") == action.explain("zh")
        pd.testing.assert_frame_equal(again.to_frame(), action.to_frame())


def test_an_action_that_promises_more_than_its_cause_cannot_be_read_back():
    action = opened()
    values = {**vars(action), "expected": 110_001.0}
    with pytest.raises(ReconciliationError) as caught:
        type(action)(**values)
    assert str(caught.value) == (
        "The expected result 110,001.00 does not lie above 0 and within the 110,000.00 of the cause.\n"
        f"  where: Action {action.id}\n"
        "  fix:   this is a defect or a tampered register: please report it with the input"
    )


def test_a_slice_of_the_scan_opens_an_action_on_its_place():
    rng = np.random.default_rng(0)
    cells = pd.MultiIndex.from_product(
        [[f"R{i}" for i in range(8)], [f"P{i}" for i in range(10)], [f"C{i}" for i in range(10)]],
        names=["region", "product", "customer_type"],
    ).to_frame(index=False)
    base = cells.assign(revenue=rng.uniform(50, 150, len(cells)))
    hit = (cells["region"] == "R3") & (cells["product"] == "P2")
    actual = base.assign(
        revenue=base["revenue"] * (1 + 0.03 * rng.normal(size=len(cells))) * np.where(hit, 0.4, 1)
    )
    bridge = sa.variance.root_causes(actual, base, dims=list(cells), window=("2024-01", "2024-03"))
    row = int(bridge.effects.index[bridge.effects["effect"] == "slice"][0])
    action = sa.review.open_action(
        bridge.cause(row), origin="internal", department="sales", expected=400, **GIVEN
    )
    assert action.place == {"region": "R3", "product": "P2"}
    assert "Where: R3 / P2" in action.explain()
    assert action.to_frame()["where"].item() == "region=R3, product=P2"


# -- words ------------------------------------------------------------------------------------


def test_the_six_answers_in_english():
    record = cause()
    assert opened().explain().splitlines() == [
        "Action on price, East: win back 60.0k CNY by 30 Jun 2024",
        "What: price: win back 60.0k CNY, 54.5% of the cause",
        "Why: price -110.0k CNY against target, Jan 2024 to Mar 2024, "
        "1,100.0% of the gap; price-volume-mix, price at actual units, "
        f"mix against the average price; cause {record['id']}",
        "When: 10 Apr 2024 to 30 Jun 2024",
        "Where: East",
        "Who: 李娜 (Pricing)",
        "How: 复核8%以上的折扣; 每周检查特价审批",
        "The cause is internal: an improvement proposal.",
    ]


def test_the_chinese_page_has_no_english_but_the_id():
    text = opened().explain("zh").replace(cause()["id"], "")
    assert not re.findall("[A-Za-z]", text)
    assert text.splitlines()[0] == "改进措施（价格影响，华东）：2024年6月30日前挽回6.0万元"
    form = opened().form("zh")
    assert form["question"].tolist() == ["何事", "为何", "何时", "何处", "何人", "如何"]
    shown = opened().table("zh").shown()
    assert "定价部门" in shown.to_numpy()
    assert opened().headline("zh") == text.splitlines()[0]
