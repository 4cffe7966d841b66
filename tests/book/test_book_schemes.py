"""Pages pay schemes whose quotas are longer than what is paid, and parts that are for some."""

import pytest

import salesanalysis as sa
from salesanalysis.book.note import Note
from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan

HEAD = """\
schema: 1
plan: {id: year, currency: CNY, effective: {from: 2024-01-01, to: null}, title: {en: Year, zh: 年度},
       rounding: {unit: "0.01", mode: half_up, lines: largest_remainder}}
measures: {sales: {kind: money}}
quota: {per: year, paid: PAID, spread: even}
components:
  - {id: commission, type: tiers, mode: marginal, basis: BASIS, closed: lower, negative: zero, WHO
     measured: {unit: attainment, quota: LONG, tier_measure: sales, pay_measure: sales},
     tiers: [{from: "0", rate: "0.01"}, {from: "1.0", rate: "0.03"}]}
"""


@pytest.fixture(scope="module")
def demo(demo_company):
    return demo_company


def scheme(paid="month", basis="cumulative", long="year", who="") -> Plan:
    text = HEAD.replace("PAID", paid).replace("BASIS", basis).replace("LONG", long)
    return Plan.from_text(text.replace("WHO", who))


def test_a_month_is_paid_on_what_the_year_has_counted_against_its_whole_quota(demo) -> None:
    paid = demo.pay("East", scheme()).to_frame().set_index("salesperson")
    asked = demo.plan.frame.groupby("salesperson")["value"].sum()
    assert paid["quota"].to_numpy() == pytest.approx(asked[paid.index].to_numpy(), abs=0.01)
    lines = demo.data.frame("sales")
    until = lines[lines["date"] >= "2024-01-01"].groupby("salesperson")["revenue"].sum()
    assert (paid["quota"] * paid["completion"]).to_numpy() == pytest.approx(
        until[paid.index].to_numpy(), rel=1e-9
    )
    march = lines[lines["date"] >= "2024-03-01"].groupby("salesperson")["revenue"].sum()
    under = paid[paid["completion"] < 1]
    assert under["pay"].to_numpy() == pytest.approx(
        0.01 * march[under.index].to_numpy(), abs=0.0051
    )


def test_a_quarter_of_a_yearly_quota_is_paid_and_drawn(demo) -> None:
    plan = scheme("quarter", "period", "quarter")
    paid = demo.pay("East", plan).to_frame().set_index("salesperson")
    asked = demo.plan.frame.groupby("salesperson")["value"].sum() / 4
    assert paid["quota"].to_numpy() == pytest.approx(asked[paid.index].to_numpy(), abs=0.01)
    ahead = demo.prospect("East", plan)
    assert len(ahead.periods) == 3
    assert 0 < ahead.cost.value("mean") < 0.05 * 3 * 0.4 * 130_000_000


def test_what_counts_on_from_months_that_are_over_is_not_drawn_on_a_page(demo) -> None:
    cost = demo.prospect("East", scheme()).cost
    assert isinstance(cost, Note)
    assert cost.explain().startswith("The scheme counts against the quota of more than the period")


def test_a_part_for_some_is_paid_by_where_people_stand(demo) -> None:
    plan = scheme("quarter", "period", "quarter", "applies_to: {team: [T]},")
    people = demo.data.frame("people")
    team = people.loc[people["region"] == "East", "team"].dropna().min()
    own = Plan.from_text(plan.to_yaml().replace("[T]", f"[{team}]"))
    paid = demo.pay("East", own).to_frame()
    inside = set(people.loc[people["team"] == team, "salesperson"])
    assert set(paid.loc[paid["pay"] > 0, "salesperson"]) <= inside
    assert paid["pay"].sum() > 0


def test_a_scheme_paid_by_the_year_is_refused(demo) -> None:
    text = scheme("quarter", "period", "quarter").to_yaml()
    plan = Plan.from_text(
        text.replace("quota: {per: year, paid: quarter, spread: even}", "quota: {per: year}")
        .replace("quota: quarter", "quota: year")
    )  # fmt: skip
    with pytest.raises(ContractError) as caught:
        demo.pay("East", plan)
    assert str(caught.value) == (
        "plan 'year' pays per year on quotas per year; here a month or quarter is paid, on quotas "
        "per month, quarter or year.\n"
        "  where: scheme='plan.yaml'\n"
        "  fix:   write quota: {per: month} in the plan"
    )


@pytest.mark.parametrize(
    ("days", "said", "chinese"),
    [
        (
            "{from: 2024-07-01, to: null}",
            "Plan year is in force from 1 Jul 2024 on, and the sales paid here, up to Mar 2024, do "
            "not all lie in that time: nobody is paid. To see what it would have paid, write an "
            "earlier effective: from into the plan.",
            "方案year自2024年7月1日起执行，此处计发的业绩（至2024年3月）未全部在执行期内，未予计发。"
            "如需试算，请将方案的生效日期改早。",
        ),
        (
            "{from: 2023-01-01, to: 2024-03-15}",
            "Plan year is in force from 1 Jan 2023 to 15 Mar 2024, and the sales paid here, up to "
            "Mar 2024, do not all lie in that time: nobody is paid. To see what it would have "
            "paid, change effective in the plan.",
            "方案year自2023年1月1日至2024年3月15日执行，此处计发的业绩（至2024年3月）"
            "未全部在执行期内，未予计发。如需试算，请调整方案的生效期间。",
        ),
    ],
)
def test_a_page_whose_plan_holds_on_other_days_says_so_and_pays_nobody(
    demo, days, said, chinese
) -> None:
    text = HEAD.replace("{from: 2024-01-01, to: null}", days)
    text = text.replace("PAID", "month").replace("BASIS", "cumulative").replace("LONG", "year")
    later = Plan.from_text(text.replace("WHO", ""))
    for made in (demo.pay, demo.statement):
        note = made("East", later)
        assert isinstance(note, Note)
        assert (note.explain("en"), note.explain("zh")) == (said, chinese)
    assert isinstance(demo.payroll("East").findings(later), Note)
    assert demo.key_figures("East", ["pay_here"], later) == {"pay_here": None}


def sold_in(currency: str, folder):
    lines = "date,region,person,sum\n2023-01-05,N,Li,900\n2024-01-05,N,Li,1000\n2024-02-01,N,Li,1\n"
    (folder / "shop.csv").write_text(lines, encoding="utf-8")
    (folder / "shop.yaml").write_text(
        f"name: shop\ncurrency: {currency}\ntables: {{sales: {{file: shop.csv, columns: {{order_id: "
        "{row: true}, date: date, region: region, salesperson: person, revenue: sum}}}\n",
        encoding="utf-8",
    )
    return sa.company(sa.load(folder / "shop.csv", folder / "shop.yaml"))


def test_a_currency_without_a_smaller_unit_is_paid_in_whole_amounts(tmp_path) -> None:
    paid = {}
    for currency in ("EUR", "JPY"):
        shop = sold_in(currency, tmp_path)
        paid[currency] = shop.pay("N", shop.scheme()).to_frame()["pay"].iloc[0]
    assert paid["EUR"] % 1
    assert paid["JPY"] == round(paid["EUR"])


def test_the_standard_plan_pays_in_the_currency_of_the_data_and_no_other_plan_does(
    tmp_path,
) -> None:
    shop = sold_in("EUR", tmp_path)
    assert shop.scheme().head.currency == "EUR"
    assert " EUR " in shop.pay("N", shop.scheme()).headline()
    with pytest.raises(ContractError) as refused:
        shop.pay("N", scheme(basis="period", long="month"))
    assert str(refused.value) == (
        "plan 'year' pays in CNY, the data are in EUR.\n"
        "  where: scheme='plan.yaml'; data set 'shop'\n"
        "  fix:   write currency: EUR into the plan, and its amounts in it, or currency: CNY into "
        "the mapping where that is what was sold in"
    )
