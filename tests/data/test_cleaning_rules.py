"""Every rule of the cleaning on tables small enough to count by hand."""

import pandas as pd
import pytest
from cleaningtables import back, line, look

from salesanalysis.data.cleaning import RULES
from salesanalysis.data.cleaning.counting import counted, units
from salesanalysis.data.cleaning.flags import open_month
from salesanalysis.data.cleaning.loss import offending
from salesanalysis.data.cleaning.names import alike, one_slip, proposals
from salesanalysis.data.cleaning.outliers import bounds


def hits(rule, rows, spec=None, **context):
    """The orders a rule finds, in order, and what it counts."""
    seen = look(rows, spec, **context)
    found = counted(seen, [rule])[rule]
    if found.status:
        return found.status
    orders = sorted(offending(seen, rule, None)["order_id"])
    assert found.n == len(orders)
    return orders


# -- copies -----------------------------------------------------------------------------------


def test_a_line_that_repeats_another_in_every_column_is_a_copy_beyond_the_first():
    rows = [line(1), line(1), line(1), line(2), line(1, cost=6.01)]
    seen = look(rows)
    assert counted(seen, ["duplicates"])["duplicates"].n == 2
    assert offending(seen, "duplicates", None)["_row"].tolist() == [2, 3]


def test_empty_values_are_equal_in_copies():
    assert hits("duplicates", [line(1, cost=None), line(1, cost=None)]) == ["1"]


def test_without_order_numbers_lines_that_agree_in_the_rest_are_copies():
    rows = [line(1), line(2), line(3, product="Black")]
    assert hits("duplicates", rows) == []
    assert len(hits("duplicates", rows, is_numbered=True)) == 1


def test_columns_may_be_left_out_of_the_comparison():
    rows = [line(1, batch="a"), line(1, batch="b")]
    assert hits("duplicates", rows) == []
    assert hits("duplicates", rows, {"duplicates": {"ignore": ["batch"]}}) == ["1"]


# -- returns ----------------------------------------------------------------------------------


def test_a_return_belongs_to_the_last_sale_before_it():
    rows = [
        line("a", "2024-01-02"),
        line("b", "2024-01-03"),
        back("r", "2024-01-04"),
        line("c", "2024-01-05"),
    ]
    assert hits("returned_pairs", rows) == ["b", "r"]
    assert hits("unpaired_returns", rows) == []


def test_two_returns_take_two_sales_and_a_third_has_none():
    rows = [line("a", "2024-01-02"), line("b", "2024-01-03")]
    rows += [back(f"r{i}", f"2024-01-1{i}") for i in range(3)]
    assert hits("returned_pairs", rows) == ["a", "b", "r0", "r1"]
    assert hits("unpaired_returns", rows) == ["r2"]


def test_a_return_before_its_sale_has_none_and_does_not_take_the_next_ones():
    rows = [back("r1", "2024-01-01"), line("a", "2024-01-02"), back("r2", "2024-01-03")]
    assert hits("returned_pairs", rows) == ["a", "r2"]
    assert hits("unpaired_returns", rows) == ["r1"]


def test_a_return_on_the_day_of_the_sale_belongs_to_it():
    assert hits("returned_pairs", [back("r", "2024-01-02"), line("a", "2024-01-02")]) == ["a", "r"]


@pytest.mark.parametrize(
    "other", [{"customer": "Mall"}, {"product": "Black"}, {"unit_price": 11.0}, {"quantity": 2.0}]
)
def test_another_customer_product_price_or_quantity_is_no_pair(other):
    assert hits("unpaired_returns", [line("a", "2024-01-02"), back("r", **other)]) == ["r"]


def test_returns_without_a_customer_belong_to_nobody():
    rows = [line("a", customer="(none)"), back("r", customer="(none)")]
    assert hits("returned_pairs", rows) == []
    assert hits("unpaired_returns", rows) == ["r"]


def test_where_prices_are_not_known_the_amounts_must_be_opposite():
    rows = pd.DataFrame([line("a"), back("r"), line("b", unit_price=7.0)])
    assert hits("returned_pairs", rows.drop(columns=["unit_price", "is_return"])) == ["a", "r"]


def test_a_copy_that_is_dropped_does_not_take_the_return_of_the_line_that_stays():
    rows = [line("a"), line("a"), back("r")]
    seen = look(rows, {"duplicates": "drop"})
    assert offending(seen, "returned_pairs", None)["_row"].tolist() == [1, 3]


# -- lines judged alone -----------------------------------------------------------------------


@pytest.mark.parametrize("column", ["customer", "salesperson", "region", "product"])
def test_lines_without_a_name_are_missing(column):
    rows = [line(1), *(line(i, **{column: v}) for i, v in enumerate(["(none)", None, " "], 2))]
    assert hits(f"missing_{column}", rows) == ["2", "3", "4"]


def test_prices_of_zero_and_below_are_told_apart():
    rows = [line(1), line(2, unit_price=0.0), line(3, unit_price=-1.0)]
    assert hits("zero_price", rows) == ["2"]
    assert hits("negative_price", rows) == ["3"]


def test_a_price_nobody_wrote_down_is_zero_where_pieces_bring_nothing():
    rows = pd.DataFrame([line(1), line(2, unit_price=0.0)]).drop(columns="unit_price")
    assert hits("zero_price", rows) == ["2"]
    assert hits("negative_price", rows) == "no_column"


def test_quantity_and_amount_of_opposite_sign_are_found_unless_the_price_says_why():
    rows = [line(1), line(2, quantity=-1.0, revenue=10.0), line(3, revenue=-10.0)]
    rows += [line(4, unit_price=-10.0), back(5)]
    assert hits("wrong_sign", rows) == ["2", "3"]


def test_an_amount_that_is_not_quantity_times_price_comes_with_what_it_would_be():
    rows = [line(1), line(2, quantity=3.0, unit_price=10.0, revenue=27.0), line(3, revenue=10.01)]
    assert hits("revenue_differs", rows) == ["2"]
    found = counted(look(rows), ["revenue_differs"])["revenue_differs"]
    assert (found.units, found.expected) == (units("27"), units("30"))


def test_half_a_cent_a_piece_is_rounding_of_the_price():
    # 1,000 pieces at 0.333 written as 0.33
    assert hits("revenue_differs", [line(1, quantity=1000.0, unit_price=0.33, revenue=333.0)]) == []
    rows = [line(1, quantity=100.0, unit_price=0.33, revenue=33.52)]
    assert hits("revenue_differs", rows) == ["1"]
    assert hits("revenue_differs", rows, {"revenue_differs": {"tolerance": 1}}) == []


def test_a_discount_the_file_states_is_no_difference():
    rows = [line(1, revenue=9.0, discount_amount=1.0), line(2, revenue=9.0, discount_amount=0.0)]
    assert hits("revenue_differs", rows) == ["2"]


def test_a_sale_below_cost_is_found_and_a_return_is_not():
    rows = [line(1), line(2, cost=10.0), line(3, cost=10.01), back(4), line(5, cost=None)]
    assert hits("below_cost", rows) == ["3"]


def test_sums_of_a_group_are_found_by_the_name_of_the_group() -> None:
    names = ["华东", "华东小计", "East", "East Total", "Total Energies"]
    rows = [line(i, region=name) for i, name in enumerate(names, start=1)]
    assert hits("total_rows", rows) == ["2", "4"]


def test_total_rows_of_an_export_are_found_in_any_name():
    rows = [line(1), line(2, region="合计"), line("Total"), line(4, customer=" Grand Total: ")]
    rows += [line(5, customer="Total Energies"), line(6, product="小计")]
    assert hits("total_rows", rows) == ["2", "4", "6", "Total"]
    assert hits("total_rows", [line(1, region="Summe")], {"total_rows": {"words": ["summe"]}}) == [
        "1"
    ]


def test_test_accounts_are_found_and_companies_called_alike_are_not():
    names = ["Shop", "TEST 01", "测试客户", "test", "Test Valley Ltd", "Testo AG", "Dummy-3"]
    rows = [line(i, customer=name) for i, name in enumerate(names)]
    assert hits("test_accounts", rows) == ["1", "2", "3", "6"]
    only = {"test_accounts": {"words": ["Shop"]}}
    assert hits("test_accounts", rows, only) == ["0"]


def test_lines_are_listed_by_pattern():
    rows = [line("A1"), line("B2"), line("AB"), line("C%1"), line("Ax_1")]
    assert hits("listed", rows) == "nothing_listed"
    for pattern, want in {
        "A*": ["A1", "AB", "Ax_1"],
        "*1": ["A1", "Ax_1", "C%1"],
        "AB": ["AB"],
    }.items():
        assert hits("listed", rows, {"listed": {"where": {"order_id": pattern}}}) == want
    two = {"listed": {"where": {"order_id": ["B2", "C%*"], "region": "West"}}}
    assert hits("listed", rows, two) == ["B2", "C%1"]


PEOPLE = pd.DataFrame(
    {
        "salesperson": ["Li", "Wu", "Wu", "Xu"],
        "region": ["East", "West", "West", None],
        "hire_date": pd.to_datetime(["2024-01-03", "2023-01-01", "2024-01-09", None]),
        "leave_date": pd.to_datetime(["2024-01-09", "2023-12-31", None, None]),
    }
)


def test_people_and_regions_nobody_declared_are_found():
    rows = [
        line(1),
        line(2, salesperson="Zed"),
        line(3, salesperson="(none)"),
        line(4, region="Moon"),
    ]
    assert hits("unknown_people", rows, people=PEOPLE) == ["2"]
    assert hits("unknown_regions", rows, people=PEOPLE) == ["4"]
    assert hits("unknown_regions", rows, regions=["East", "Moon"]) == []
    assert hits("unknown_people", rows) == hits("unknown_regions", rows) == "no_list"


def test_orders_before_the_first_hire_and_after_the_last_leave_are_found():
    rows = [line(d, f"2024-01-{d:02}") for d in (2, 3, 9, 10)]
    rows += [
        line(1, "2024-01-01", salesperson="Wu"),
        line(5, "2022-12-31", salesperson="Wu"),
        line(7, salesperson="Xu"),
    ]
    assert hits("before_hire", rows, people=PEOPLE) == ["2", "5"]
    assert hits("after_leave", rows, people=PEOPLE) == ["10"]
    assert hits("after_leave", rows, people=PEOPLE.drop(columns="leave_date")) == "no_list"


def test_dates_outside_the_period_are_found():
    rows = [line(1, "1989-12-31"), line(2, "1990-01-01"), line(3, "2024-01-31")]
    assert hits("out_of_period", rows) == ["1"]
    spec = {"out_of_period": {"first": "2024-01-01", "last": "2024-01-30"}}
    assert hits("out_of_period", rows, spec) == ["1", "2", "3"]


def test_a_month_whose_last_line_lies_too_far_from_its_end_is_not_over():
    rows = [line(1, "2024-01-30"), line(2, "2024-02-28"), line(3, "2024-03-09")]
    assert open_month(look(rows, as_of="2024-03-31")) == pd.Timestamp("2024-03-01")
    assert hits("open_month", rows, as_of="2024-03-31") == ["3"]
    assert hits("open_month", rows[:2], as_of="2024-02-29") == []
    assert hits("open_month", rows, {"open_month": {"days": 25}}, as_of="2024-03-31") == []


def test_a_company_that_always_ends_its_months_early_has_no_open_month():
    rows = [line(m, f"2024-0{m}-15") for m in range(1, 5)]
    assert hits("open_month", rows, as_of="2024-04-30") == []
    # but seen before its end a month is not over
    assert hits("open_month", rows, as_of="2024-04-29") == ["4"]


# -- names ------------------------------------------------------------------------------------


def test_names_that_differ_in_case_width_or_spaces_mean_the_most_frequent_one():
    names = ["Green tea", "green  tea", "Ｇｒｅｅｎ tea", "绿茶", "绿 茶"]
    rows = [line(i, product=name) for i, name in enumerate(names * 2 + ["Green tea", "绿茶"])]
    found = proposals(look(rows)).set_index("from_name")
    assert found["to_name"].to_dict() == {
        "green  tea": "Green tea",
        "Ｇｒｅｅｎ tea": "Green tea",
        "绿 茶": "绿茶",
    }
    assert set(found["reason"]) == {"same_letters"}
    assert found.loc["绿 茶", ["n_rows", "n_to", "amount"]].tolist() == [2, 3, 20.0]
    assert len(hits("unlike_names", rows)) == 6


@pytest.mark.parametrize(
    ("one", "other", "want"),
    [
        ("Coffee", "Cofee", True), ("Coffee", "Coffeee", True), ("Coffee", "Cofefe", True),
        ("Coffee", "Toffee", True), ("Dirve D10", "Drive D10", True), ("C30控器制", "C30控制器", True),
        ("Jersey, L", "Jersey, M", False), ("Series II", "Series III", False), ("Tea", "Sea", False),
        ("Coffee", "Cofeef", False), ("Jam pot large", "Jampot largee", True), ("Anna Li", "Anna Lu", False),
    ],
)  # fmt: skip
def test_one_slip_in_a_word_of_four_letters_is_a_slip(one, other, want):
    assert one_slip(one, other) is one_slip(other, one) is want


def test_a_slip_is_proposed_only_for_a_rare_name():
    names = pd.DataFrame({"name": ["Coffee", "Cofee", "Toffee"], "n": [100, 5, 6], "amount": 0.0})
    assert alike(names)["from_name"].tolist() == ["Cofee"]


def test_products_that_differ_in_a_number_are_two_products():
    names = pd.DataFrame(
        {"name": ["Road-650", "Road-550", "Road-50"], "n": [900, 1, 1], "amount": 0.0}
    )
    assert alike(names).empty


def test_a_chain_of_slips_leads_to_the_name_that_was_meant():
    names = pd.DataFrame({"name": ["Coffee", "Cofee", "Cofe"], "n": [1000, 40, 1], "amount": 0.0})
    assert alike(names).set_index("from_name")["to_name"].to_dict() == {
        "Cofee": "Coffee",
        "Cofe": "Coffee",
    }


# -- amounts that stand out -------------------------------------------------------------------


def test_an_amount_far_from_the_median_of_its_product_line_stands_out():
    rows = [line(i, unit_price=float(90 + i)) for i in range(21)]
    rows += [line("big", unit_price=900.0), line("small", unit_price=10.0)]
    rows += [line("other", unit_price=900.0, product_line="Pots")]
    assert hits("outliers", rows) == ["big", "small"]
    assert hits("outliers", rows, {"outliers": {"threshold": 99}}) == []


def test_the_bounds_are_the_median_and_its_median_distance():
    rows = [line(i, unit_price=p) for i, p in enumerate([1.0, 2.0, 4.0, 8.0, 16.0] * 5)]
    edges = bounds(look(rows, {"outliers": {"threshold": 1}})).iloc[0]
    # logarithms: median ln 4, distances 0, 1, 1, 2, 2 times ln 2, so 1.4826 ln 2 either way
    assert edges["median"] == pytest.approx(4, rel=1e-3)
    assert edges["high"] == pytest.approx(4 * 2**1.4826, rel=2e-3)
    assert edges["low"] == pytest.approx(4 / 2**1.4826, rel=2e-3)


def test_a_product_line_that_is_all_alike_or_has_few_lines_has_no_bounds():
    rows = [line(i) for i in range(30)] + [line("x", unit_price=9999.0)]
    assert hits("outliers", rows) == []
    assert hits("outliers", [line(1), line(2, unit_price=9999.0)]) == []


def test_a_line_in_order_is_found_by_no_rule():
    found = counted(look([line(1, "2024-01-31")], people=PEOPLE.head(0)), list(RULES))
    wanted = {r: f.n for r, f in found.items() if f.n}
    # nobody is in an empty list of people
    assert wanted == {"unknown_people": 1}
