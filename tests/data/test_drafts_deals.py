"""Which rows of a list of deals are sales: those won, unless the others only went further."""

import pytest
from drafttools import drafted

import salesanalysis as sa

LINES = range(1, 13)


def table(head: str, states: list[str], amount=lambda i, state: 100 * i + 0.25) -> str:
    """Write twelve rows whose states take turns."""
    rows = []
    for i in LINES:
        state = states[i % len(states)]
        rows.append(f"D{i},2025-01-{i:02d},C{i % 3},{state},{amount(i, state)}")
    return "\n".join([head, *rows]) + "\n"


def worth(states: list[str], kept: str) -> float:
    return sum(100 * i + 0.25 for i in LINES if states[i % len(states)] == kept)


TOTAL = sum(100 * i + 0.25 for i in LINES)


@pytest.mark.parametrize(
    ("status", "states"),
    [
        ("Status", ["Won", "Lost"]),
        ("Outcome", ["Won", "Closed Lost", "Open"]),
        ("status_type", ["won", "lost", "active"]),
        ("商机状态", ["赢单", "输单", "跟进中"]),
        ("商談ステータス", ["受注", "失注"]),
        ("Stage", ["Closed Won", "Negotiation"]),
    ],
)
def test_only_deals_won_are_sales_where_others_are_lost_or_stages(
    tmp_path, status: str, states: list[str]
) -> None:
    text = table(f"Deal ID,Close Date,Customer,{status},Amount", states)
    proposal = drafted(tmp_path, "deals.csv", text)
    assert proposal.loads
    assert proposal.trial["amount"] == worth(states, states[0])
    n = sum(i % len(states) != 0 for i in LINES)
    others = ", ".join(sorted(states[1:]))
    assert f"are sales; other rows: {n} ({others}), left out with where" in proposal.to_yaml()


def test_deals_that_were_lost_and_are_worth_nothing_change_no_sum(tmp_path) -> None:
    text = table(
        "Deal ID,Close Date,Customer,Outcome,Amount",
        ["Won", "Lost"],
        lambda i, state: 100 * i if state == "Won" else 0,
    )
    assert drafted(tmp_path, "deals.csv", text).trial["amount"] == 4200


@pytest.mark.parametrize(
    ("status", "states"),
    [
        ("合同状态", ["已签约", "执行中", "已完结"]),
        ("订单状态", ["已成交", "已发货", "已完成", "已取消"]),
        ("ステータス", ["受注", "出荷済", "請求済"]),
        ("Status", ["Won", "Delivered", "Paid"]),
        ("Status", ["Won", "Won", "Won"]),
    ],
)
def test_orders_that_went_further_than_signed_all_count(
    tmp_path, status: str, states: list[str]
) -> None:
    text = table(f"Order No,Date,Customer,{status},Amount", states)
    proposal = drafted(tmp_path, "orders.csv", text)
    assert proposal.loads
    assert "where:" not in proposal.to_yaml().split("cleaning:")[0]
    assert proposal.trial["amount"] == TOTAL


@pytest.mark.parametrize(
    ("status", "states"),
    [
        ("Customer Status", ["Won", "Lost"]),
        ("客户状态", ["成交", "老客户", "潜在"]),
        ("Status", ["Won", "Reviewed"]),
        ("Status", ["Won", "Lost", "Delivered"]),
    ],
)
def test_nobody_guesses_whether_rows_that_are_not_won_are_sales(
    tmp_path, status: str, states: list[str]
) -> None:
    text = table(f"Order No,Date,Customer,{status},Amount", states)
    proposal = drafted(tmp_path, "orders.csv", text)
    assert proposal.required == ["sales.revenue"]
    n, others = sum(i % len(states) != 0 for i in LINES), ", ".join(sorted(states[1:]))
    entry = f'"{status}": ["{states[0]}"]'
    assert [x for x in proposal.explain().splitlines() if "nobody has won" in x] == [
        f"Revenue: {status} is {states[0]} in some rows; {n} others ({others}) may be sales as "
        "well, or deals nobody has won. Decide: where they are sales, take the line above as it "
        f"is; where they are none, take it and add {entry} to where: beside file:"
    ]


@pytest.mark.parametrize("only_won", [False, True])
def test_either_answer_about_rows_that_are_not_won_loads(tmp_path, only_won: bool) -> None:
    states = ["Won", "Reviewed"]
    text = table("Order No,Date,Customer,Status,Amount", states)
    draft = drafted(tmp_path, "orders.csv", text).to_yaml()
    draft = draft.replace('# revenue: "Amount"', 'revenue: "Amount"')
    if only_won:
        file = '    file: "orders.csv"\n'
        draft = draft.replace(file, file + '    where: {"Status": ["Won"]}\n')
    (tmp_path / "m.yaml").write_text(draft, encoding="utf-8")
    data = sa.load(tmp_path / "orders.csv", mapping=tmp_path / "m.yaml")
    found = data.frame("sales")["revenue"].sum()
    assert found == (worth(states, "Won") if only_won else TOTAL)
