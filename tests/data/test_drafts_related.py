"""Drafts of files whose amounts add up: what is before discounts, a part, or neither."""

from decimal import Decimal

import pytest
from drafttools import drafted, worth

DAYS = [f"2025-0{1 + i // 4}-{3 + 5 * (i % 4):02d}" for i in range(8)]
FIRST = (300, 410, 520, 635, 744, 851, 960, 1075)
SECOND = (30, 45, 51, 66, 0, 82, 97, 101)


def table(heads: str, first=FIRST, second=SECOND, sign: int = 1, more: str = "") -> str:
    """Eight lines with an amount, another, and both together (or one less the other)."""
    rows = [
        f"A{i},{d},泵,{a},{b},{a + sign * b}{more}"
        for i, (d, a, b) in enumerate(zip(DAYS, first, second, strict=True))
    ]
    return "\n".join([f"订单号,日期,产品,{heads}", *rows])


def keys(proposal) -> set[str]:
    return {n[2] for n in proposal.notes} & {"remark.part_of", "remark.before_discount"}


def test_an_amount_before_discounts_is_named_with_what_is_left_and_the_share(tmp_path) -> None:
    proposal = drafted(tmp_path, "lines.csv", table("商品总价,店铺优惠,商品实付", sign=-1))
    assert proposal.found()["revenue"] == "商品总价"
    assert (
        "商品总价 is before 店铺优惠, 9% of it; after that it is 商品实付, which can be taken instead"
        in proposal.to_yaml()
    )
    assert worth(proposal) == (8, Decimal(sum(FIRST)))


def test_a_part_of_a_price_is_left_to_be_decided_and_both_answers_load(tmp_path) -> None:
    text = table("按揭金额,首付款,成交总价")
    proposal = drafted(tmp_path, "flats.csv", text)
    assert not proposal.loads
    written = proposal.to_yaml()
    assert "按揭金额 is 成交总价 but for 首付款, so it may be only a part of the amount" in written
    for column, total in (("按揭金额", sum(FIRST)), ("成交总价", sum(FIRST) + sum(SECOND))):
        assert _loaded(tmp_path / "flats.csv", written, column) == total


def test_what_a_platform_paid_out_after_two_fees_is_left_to_be_decided(tmp_path) -> None:
    rows = [f"{i},{d},{p - f - c},{p},-{f},-{c}" for i, (d, p, f, c) in enumerate(zip(
        DAYS, FIRST, SECOND, SECOND[::-1], strict=True))]  # fmt: skip
    # money moved to the bank is no part of any sum and hides none
    rows.append("9,2025-03-01,-3000,0,0,0")
    text = "\n".join(["订单号,动账时间,动账金额,订单实付应结,平台服务费,达人佣金", *rows])
    proposal = drafted(tmp_path, "bills.csv", text)
    assert "动账金额 is 订单实付应结 but for 平台服务费 + 达人佣金" in proposal.to_yaml()
    assert not proposal.loads


@pytest.mark.parametrize(
    ("heads", "sign"),
    [
        ("销售额,成本,毛利", -1),
        ("Sales,Cost,Gross Profit", -1),
        ("不含税金额,税额,价税合计", 1),
        ("商品金额,运费,订单总额", 1),
        ("实付金额,店铺优惠,商品原价", 1),
        ("净销售金额,退货金额,发货总额", 1),
        ("本月销售金额,差额,目标金额", 1),
        ("本月销售金额,上月止累计,本年累计", 1),
        ("Net Sales,Tips,Total Collected", 1),
        ("销售金额,线上金额,门店金额", -1),
        ("销售金额,现金,刷卡", -1),
        ("销售数量金额,积分抵扣,期末余额", 1),
    ],
)
def test_sums_every_honest_file_has_are_not_asked_about(tmp_path, heads, sign) -> None:
    proposal = drafted(tmp_path, "lines.csv", table(heads, sign=sign))
    assert not keys(proposal)
    assert worth(proposal) == (8, Decimal(sum(FIRST)))


def test_amounts_that_nearly_add_up_are_not_asked_about(tmp_path) -> None:
    text = table("按揭金额,首付款,成交总价")
    for i in range(0, 8, 2):
        whole = FIRST[i] + SECOND[i]
        text = text.replace(f",{whole}\n", f",{whole + 1}\n")
    assert not keys(drafted(tmp_path, "flats.csv", text))


def _loaded(path, written: str, column: str) -> int:
    import salesanalysis as sa

    lines = written.splitlines()
    at = next(i for i, x in enumerate(lines) if x.lstrip(" #").startswith("revenue:"))
    indent = " " * (len(lines[at]) - len(lines[at].lstrip()))
    lines[at] = f'{indent}revenue: "{column}"'
    mapping = path.with_name("mapping.yaml")
    mapping.write_text("\n".join(lines), encoding="utf-8")
    return int(sa.load(path, mapping=str(mapping)).frame("sales")["revenue"].sum())
