"""From a cause to an action, and what became of it."""

import re

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis import store
from salesanalysis.errors import ContractError, ParamError, ReconciliationError
from salesanalysis.labels import Terms
from salesanalysis.review.departments import PACKAGED

NAMES = Terms({"region": {"East": {"zh": "华东"}, "South": {"zh": "华南"}}})


def quarter(
    window=("2024-01", "2024-03"), *, east_price: float = 0.9, **choices
) -> sa.variance.Bridge:
    """East sells more, at a lower price; South as planned."""
    base = pd.DataFrame(
        {"region": ["East", "South"], "quantity": [1000, 500], "revenue": [1_000_000.0, 500_000.0]}
    )
    actual = base.assign(quantity=[1100, 500], revenue=[1_100_000 * east_price, 500_000.0])
    given = {"names": ("target", "actual"), "window": window, "terms": NAMES} | choices
    return sa.variance.explain(actual, base, by=["region"], units="quantity", **given)


def cause(effect: str = "price", **choices) -> dict:
    """The record of one effect in East."""
    bridge = quarter(**choices)
    rows = bridge.effects.query("region == 'East' and effect == @effect")
    return bridge.cause(int(rows.index[0]))


GIVEN = {
    "owner": "李娜", "start": "2024-04-10", "due": "2024-06-30",
    "measures": ["复核8%以上的折扣", "每周检查特价审批"], "terms": NAMES,
}  # fmt: skip


def opened(effect: str = "price", **changed) -> sa.review.Action:
    return sa.review.open_action(cause(effect), **({"expected": 60_000} | GIVEN | changed))


def opened_from(record: dict) -> sa.review.Action:
    return sa.review.open_action(record, origin="internal", **GIVEN)


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


# -- the table of departments -----------------------------------------------------------------


def test_the_copy_below_params_is_the_packaged_table():
    copy = PACKAGED.parents[2] / "params" / "review" / "departments.yaml"
    assert copy.read_bytes() == PACKAGED.read_bytes()
    assert sa.review.read_departments(copy) == sa.review.read_departments()


def test_an_edited_table_decides(tmp_path):
    text = PACKAGED.read_text(encoding="utf-8").replace(
        "price: {department: pricing,", "price: {department: finance,", 1
    )
    path = tmp_path / "departments.yaml"
    path.write_text(text, encoding="utf-8")
    table = sa.review.read_departments(path)
    assert opened(departments=table).department == "finance"
    assert opened(departments=table, department="sales").department == "sales"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("departments: {}\ngroups: {}\n", "no part 'effects'"),
        ("departments: {}\ngroups: {}\neffects: {}\nefects: {}\n", "unknown part 'efects'"),
        ("departments: {a: {en: A}}\ngroups: {}\neffects: {}\n", "'a' needs a name in each of en, zh."),
        ("departments: {}\ngroups: {}\neffects: {price: sales}\n", "'price' needs a department and a group."),
        (
            "departments: {sales: {en: S, zh: 销}}\ngroups: {}\neffects: {price: {department: slaes, group: x}}\n",
            "'slaes' is not declared under departments.",
        ),
    ],
)  # fmt: skip
def test_a_broken_table_is_refused_with_its_line(tmp_path, text, message):
    path = tmp_path / "d.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ParamError) as caught:
        sa.review.read_departments(path)
    assert message in caught.value.what
    assert str(path) in caught.value.where
    assert caught.value.fix


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


# -- after the due day ------------------------------------------------------------------------


def test_the_same_row_later_is_set_beside_what_was_expected():
    action = opened()
    later = quarter(("2024-04", "2024-06"), east_price=0.96)
    found = sa.review.follow_up(action, later)
    # 44,000 lost after 110,000 before: 66,000 won back of 60,000
    assert (found.before, found.after, found.won_back) == pytest.approx((-110_000, -44_000, 66_000))
    assert found.verdict == "reached"
    assert found.explain().splitlines() == [
        "price, East: -110.0k CNY before and -44.0k CNY after, 66.0k CNY won back",
        "Expected were 60.0k CNY: reached (110.0%).",
        "No effect was measured against a forecast or comparable units.",
        "The difference of two rows also holds everything else that moved between them.",
    ]
    assert not re.findall("[A-Za-z]", found.explain("zh"))
    half = sa.review.follow_up(action, quarter(("2024-04", "2024-06"), east_price=0.92))
    worse = sa.review.follow_up(action, quarter(("2024-04", "2024-06"), east_price=0.85))
    assert [half.verdict, worse.verdict] == ["partly", "not_improved"]
    assert worse.to_frame()["won_back"].item() == pytest.approx(-55_000)


def test_a_measured_effect_stands_beside_with_its_interval(tmp_path):
    later = quarter(("2024-04", "2024-06"), east_price=0.96)
    found = sa.review.follow_up(opened(), later, measured=(30_000, -5_000, 65_000))
    assert "Measured effect: +30.0k CNY (interval -5.0k CNY to +65.0k CNY)." in found.explain()
    assert found.to_frame()["measured"].item() == "yes"
    store.write(found, tmp_path)
    pd.testing.assert_frame_equal(store.read(tmp_path).to_frame(), found.to_frame())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"base_name": "forecast v2"}, "The rows differ in base: 'target' and 'forecast v2'."),
        ({"convention": "midpoint"}, "The rows differ in convention: 'price_at_actual' and 'midpoint'."),
        ({"mix": "item_rate"}, "The rows differ in mix: 'vs_average' and 'item_rate'."),
    ],
)  # fmt: skip
def test_another_rule_is_an_error(change, message):
    with pytest.raises(ContractError) as caught:
        sa.review.follow_up(opened(), quarter(("2024-04", "2024-06"), **change))
    assert str(caught.value) == (
        f"{message}\n  where: follow_up of action {opened().id}\n"
        "  fix:   recompute the row with the same base, grain, method and convention"
    )


def test_too_early_too_long_or_another_place_are_errors():
    def refused(later) -> str:
        with pytest.raises(ContractError) as caught:
            sa.review.follow_up(opened(), later)
        return str(caught.value)

    name = opened().id
    assert refused(quarter(("2024-03", "2024-05"))) == (
        f"Action {name} is due on 2024-06-30, the later bridge ends on 2024-05-31.\n"
        "  where: follow_up(later)\n"
        "  fix:   wait for the month of the due day, and pass its window"
    )
    assert refused(quarter(("2024-01", "2024-06"))) == (
        "The cause covers 3 months, the later bridge 6.\n"
        "  where: follow_up(later)\n"
        "  fix:   compare as many months"
    )
    assert refused(quarter(("2024-04", "2024-06")).drill([])) == (
        "The later bridge has no row {'region': 'East'} 'price'.\n"
        "  where: follow_up(later), by []\n"
        "  fix:   compute it by the same levels, and for the same members"
    )


# -- refusals ---------------------------------------------------------------------------------


def refused(record=None, **changed) -> str:
    with pytest.raises(ContractError) as caught:
        sa.review.open_action(
            cause() if record is None else record, **({"expected": 1_000} | GIVEN | changed)
        )
    return str(caught.value)


def test_an_unassigned_cause_has_to_be_resolved_by_a_person():
    record = cause("quantity") | {"amount": -100_000.0}
    assert record["origin"] == "unassigned"
    assert refused(record) == (
        "The cause 'quantity' is unassigned: internal or external is not known.\n"
        f"  where: cause {record['id']}\n"
        '  fix:   say so: origin="internal" or origin="external"'
    )
    action = sa.review.open_action(record, origin="external", department="strategy", **GIVEN)
    assert (action.kind, action.origin) == ("resources", "external")
    assert refused(record | {"origin": "open"}).endswith("fix:   wait until its months are closed")


def test_days_in_the_wrong_order_are_refused():
    assert refused(due="2024-03-31", start=None) == (
        "The action is due on 2024-03-31, but its period ends on 2024-03-31.\n"
        "  where: open_action(due=...)\n"
        "  fix:   choose a day after the period"
    )
    assert refused(start="2024-06-30") == (
        "The action is due on 2024-06-30, not after its start on 2024-06-30.\n"
        "  where: open_action(start=..., due=...)\n"
        "  fix:   choose a later due day"
    )
    assert refused(due="30/06") == (
        "'30/06' is not a day.\n  where: open_action(due=...)\n  fix:   write it as \"2024-06-30\""
    )


@pytest.mark.parametrize("amount", [0, -5, np.nan, np.inf])
def test_an_expected_result_is_an_amount_above_zero(amount):
    assert refused(expected=amount) == (
        f"expected must be an amount above 0, got {amount!r}.\n"
        "  where: open_action(expected=...)\n"
        "  fix:   give what is to be won back, without a sign"
    )


def test_one_owner_one_department_and_a_real_record():
    assert refused(owner=["Li", "Wang"]) == (
        "owner must be text, got ['Li', 'Wang'].\n"
        "  where: open_action(owner=...)\n"
        "  fix:   name one owner"
    )
    assert refused(department=["sales", "hr"]) == (
        "One action has one department, got ['sales', 'hr'].\n"
        "  where: open_action(department=...)\n"
        "  fix:   open one action for each department"
    )
    assert refused(department="slaes").startswith(
        "'slaes' is not a department here; known: pricing,"
    )
    assert refused(department="slaes").endswith("fix:   write 'sales'")
    assert refused({"effect": "price", "amount": -5.0}) == (
        "The record of the cause has no 'id', 'base', 'window', 'grain', 'keys', 'origin', 'method', "
        "'measure', 'currency'.\n"
        "  where: open_action(cause)\n"
        "  fix:   pass bridge.cause(row): a cause is never typed by hand"
    )
    assert refused(cause() | {"amount": 0.0}) == (
        "The cause has an amount of 0.0: there is nothing to win back.\n"
        f"  where: cause {cause()['id']}, effect 'price'\n"
        "  fix:   choose a row that moved"
    )
    assert refused(cause("quantity")).splitlines() == [
        "The cause 'quantity' is a gain of 100,000.00: there is nothing to win back.",
        f"  where: cause {cause('quantity')['id']}",
        "  fix:   choose a row that lost",
    ]
    costs = cause("quantity") | {"favourable": "down"}
    assert opened_from(costs).kind == "improvement"
    assert refused(origin="inside").startswith(
        "'inside' is not a origin here; known: internal, external, plan."
    )


def test_a_rate_is_won_back_in_points_not_in_money():
    record = cause() | {"kind": "share", "effect": "collection_rate", "amount": -0.04}
    action = sa.review.open_action(record, expected=0.025, **GIVEN)
    assert action.headline() == "Action on collection rate, East: win back 2.5 pp by 30 Jun 2024"
    assert "-4.0 pp against target" in action.explain()
