"""Every choice in one value: named, printed, loaded, overridden, refused."""

import pytest
from bridgetools import CASES, sides, totals

import salesanalysis as sa
from salesanalysis.errors import ContractError

Convention = sa.variance.Convention


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def test_a_convention_prints_itself_the_way_a_settings_file_is_written(tmp_path):
    house = Convention(name="midpoint", mix="item_rate", fixed_cost=(100, 120.5), chained=True)
    assert str(house) == (
        "name: midpoint\nmix: item_rate\nfixed_cost: [100.0, 120.5]\nchained: true"
    )
    file = tmp_path / "house.yaml"
    file.write_text(str(house), encoding="utf-8")
    assert Convention.load(file) == house
    assert Convention.of(house.to_dict()) == house
    assert str(Convention()) == "all choices at their defaults"


def test_a_convention_is_frozen():
    with pytest.raises(AttributeError):
        Convention().mix = "item_rate"


def test_a_name_a_mapping_and_a_convention_ask_for_the_same():
    base, actual = sides(CASES["pvm-cross-term-single-product"])
    found = [
        sa.variance.explain(actual, base, by=["product"], units="quantity", convention=c)
        for c in ("midpoint", {"name": "midpoint"}, Convention(name="midpoint"))
    ]
    assert [totals(b)["price"] for b in found] == [2100.0] * 3


def test_a_keyword_stands_above_the_convention():
    base, actual = sides(CASES["pvm-cogs-two-and-three-way"])
    house = Convention(mix="item_rate")
    ask = {"by": ["product"], "units": "quantity", "convention": house}
    assert sa.variance.explain(actual, base, **ask).meta.mix == "item_rate"
    assert sa.variance.explain(actual, base, **ask, mix="vs_average").meta.mix == "vs_average"


def test_choices_that_do_not_exist_are_refused_with_the_nearest_one():
    assert refusal(lambda: Convention.of({"new_lots": "merge"})) == (
        "'new_lots' is not a choice here; known: name, mix, ref, new_lost, returns, on_zero, "
        "open_months, mix_split, fixed_cost, market_unit, returns_date, structure, unlinked, "
        "chained, in_money, target_price, per_month, aggregate.\n"
        "  where: explain(...)\n"
        "  fix:   write 'new_lost'"
    )
    assert refusal(lambda: Convention(open_months="exlude")) == (
        "'exlude' is not a open_months here; known: exclude, prorate, show.\n"
        "  where: explain(open_months=...)\n"
        "  fix:   write 'exclude'"
    )
    assert refusal(lambda: Convention(chained="yes")) == (
        "chained cannot be 'yes'.\n  where: explain(chained=...)\n  fix:   write True or False"
    )
    assert refusal(lambda: Convention(mix_split=["region"])) == (
        "mix_split cannot be ['region'].\n"
        "  where: explain(mix_split=...)\n"
        '  fix:   name one column, such as mix_split="region"'
    )
    assert refusal(lambda: Convention(fixed_cost=100)) == (
        "fixed_cost cannot be 100.\n"
        "  where: explain(fixed_cost=...)\n"
        "  fix:   give two amounts, base first, such as (120000, 125000)"
    )


def test_a_settings_file_without_choices_is_refused(tmp_path):
    file = tmp_path / "house.yaml"
    file.write_text("- midpoint\n", encoding="utf-8")
    assert refusal(lambda: Convention.load(file)) == (
        "A convention is a list of choices and values, got list.\n"
        "  where: house.yaml\n"
        "  fix:   write one line per choice, such as mix: item_rate"
    )


def test_a_keyword_that_means_nothing_for_the_method_is_not_passed_over():
    base, actual = sides(CASES["edge-new-and-lost"])
    ask = {"by": ["product"]}
    assert refusal(lambda: sa.variance.explain(actual, base, **ask, mix_split="region")) == (
        "mix_split means nothing for the method 'gap'.\n"
        "  where: explain(mix_split=..., method='gap')\n"
        "  fix:   leave it out, or use pvm"
    )
    assert refusal(
        lambda: sa.variance.explain(actual, base, **ask, rate=("revenue", "quantity"), fx=(1, 2))
    ) == (
        "fx= cannot be combined with rate=.\n"
        "  where: explain(...)\n"
        "  fix:   leave fx= out, or compare in two steps"
    )
    assert refusal(lambda: sa.variance.explain(actual, base, **ask, unit="quantity")).endswith(
        "  where: explain(...)\n  fix:   write 'units'"
    )
    assert refusal(
        lambda: sa.variance.explain(
            actual, base, **ask, units="quantity", convention=Convention(name="symmetric")
        )
    ) == (
        "'symmetric' is not a convention here; known: price_at_actual, price_at_base, cross, "
        "midpoint.\n"
        "  where: explain(convention=...)\n"
        "  fix:   use one of: price_at_actual, price_at_base, cross, midpoint"
    )
