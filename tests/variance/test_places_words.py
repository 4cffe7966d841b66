"""What a reader sees: sentences in both languages, tables, pictures, a result kept and read back."""

import re

import pandas as pd
import pytest
from figures import assert_good_figure
from placestools import DIMS, changed, even, noisy, slices

import salesanalysis as sa
from salesanalysis.labels import Terms

TERMS = Terms(
    {
        "region": {"E": {"zh": "东区", "en": "East"}},
        "product": {"B": {"zh": "自行车", "en": "Bikes"}},
    }
)


@pytest.fixture(scope="module")
def found() -> sa.variance.Bridge:
    plan = even()
    sold = changed(changed(plan, 0.6, region="E", product="B"), 1.5, product="D")
    return sa.variance.root_causes(
        sold, plan, dims=DIMS, terms=TERMS, window=("2026-03-01",), names=("target", "actual")
    )


def test_the_sentences_say_where_by_how_much_and_how_it_was_searched(found):
    assert found.explain().split("\n") == [
        "Mar 2026: sales 4,800 CNY above target (+8.0%); D +6,000, East / Bikes -1,200",
        "Actual 64.8k CNY, target 60.0k CNY.",
        "Slices that accounted for the gap: D +6,000, East / Bikes -1,200.",
        "Against their own base: D +50.0%, East / Bikes -40.0%.",
        "Compared by region, product, rep; cells compared: 600; slices looked at: 930; dimensions of "
        "a slice: at most 3; noise learned from the cells; items on both sides 600, new 0, lost 0.",
    ]


def test_the_chinese_sentences_carry_the_same_numbers_and_no_english(found):
    assert found.explain("zh").split("\n") == [
        "2026年3月销售额比目标高4,800元（+8.0%）；D +6,000，东区 / 自行车 -1,200",
        "实际6.5万元，目标6.0万元。",
        "差额所在：D +6,000，东区 / 自行车 -1,200。",
        "相对自身基数：D +50.0%，东区 / 自行车 -40.0%。",
        "比较粒度：区域，产品，rep；比较600个单元；检查930个切片；切片最多3个维度；"
        "波动幅度由单元估计；两期都有600项，新增0项，流失0项。",
    ]


def test_nothing_found_is_said_in_the_agreed_words():
    actual, base = noisy(3)
    nothing = sa.variance.root_causes(actual, base, dims=DIMS)
    assert slices(nothing) == {}
    assert "No single slice passes the threshold; the gap is spread." in nothing.explain()
    assert "没有超过阈值的单一原因，差异分散。" in nothing.explain("zh")


def test_one_place_below_the_least_amount_is_not_called_a_spread_gap():
    plan = even()
    cell = plan.iloc[0][DIMS].to_dict()
    found = sa.variance.root_causes(changed(plan, 0.5, **cell), plan, dims=DIMS, min_amount=9e5)
    assert slices(found) == {}
    assert found.headline().endswith("; no slice reaches the least amount asked for")
    assert "Slices that stand out are all below the least amount asked for." in found.explain()
    assert "Slices not shown, part of the rest: 1 below the threshold." in found.explain()
    assert "凡是突出的原因，金额都低于所设下限。" in found.explain("zh")


def test_overlapping_slices_say_how_they_are_counted():
    plan = even()
    sold = changed(changed(plan, 0.8, region="E"), 0.3, product="B")
    both = sa.variance.root_causes(sold, plan, dims=DIMS)
    assert len(slices(both)) == 2
    assert (
        "Where slices overlap, the narrower one counts on top of the wider one." in both.explain()
    )
    assert "切片重叠时" in both.explain("zh")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_amount_of_the_text_stands_in_the_table(found, lang):
    scale = {"万": 1e4, "亿": 1e8, "k": 1e3, "M": 1e6, "": 1.0}
    told = re.findall(
        r"[A-Zs车] ([+-][0-9,.]+)([万亿kM]?)(?!%)[，,。.]", found.explain(lang).split("\n")[2]
    )
    amounts = {float(t.replace(",", "")) * scale[unit] for t, unit in told}
    assert amounts == {6000.0, -1200.0}


def test_all_members_are_written_in_words_in_the_table(found):
    shown = found.table("zh").shown()
    assert "全部" in set(shown["区域"])
    assert "*" not in set(shown["区域"])
    assert found.table("en").shown()["Region"].tolist()[1:3] == ["all", "East"]


def test_no_sentence_claims_a_cause(found):
    assert not re.search("cause|because|due to", found.explain(), re.IGNORECASE)


def test_a_slice_becomes_a_cause_record_with_a_stable_id(found):
    row = int(found.effects.index[found.effects["region"] == "E"][0])
    record = found.cause(row)
    assert record["keys"] == {"region": "E", "product": "B", "rep": "*"}
    assert record["amount"] == pytest.approx(-1200.0)
    shuffled = even().sample(frac=1.0, random_state=1)
    sold = changed(changed(even(), 0.6, region="E", product="B"), 1.5, product="D")
    again = sa.variance.root_causes(sold, shuffled, dims=DIMS, window=("2026-03-01",))
    assert again.cause(row)["id"] == record["id"]


def test_parts_of_a_search_can_be_opened(found):
    east = found.drill({"region": "E"})
    assert east.gap == pytest.approx(-1200.0)
    assert east.headline().endswith("East / Bikes -1,200")
    assert found.drill("product").headline("zh").endswith("；D +6,000，自行车 -1,200")
    assert found.drill("region").headline().endswith("; all +6,000, East -1,200")
    assert found.drill([]).headline().endswith("; slice +4,800")
    for part in (east, found.drill("region"), found.drill([])):
        assert_good_figure(part.plot(lang="zh"))
    assert found.drill("product").effects["amount"].sum() == pytest.approx(found.gap)


def test_a_ranking_of_dimensions_is_said_in_both_languages():
    plan = even()
    sold = changed(plan, 0.4, product="B")
    ranked = sa.variance.rank_dims(sold, plan, dims=DIMS, terms=TERMS)
    assert ranked.explain().split("\n") == [
        "Shares shifted most by product: Bikes accounted for 100.0% of the gap",
        "Dimensions by surprise: product 0.012, region 0.000, rep 0.000.",
        "Surprise compares the shares of members in target and actual; one dimension at a time.",
    ]
    assert ranked.headline("zh") == "占比变化最大的维度是产品：自行车占差额100.0%"
    assert sa.variance.rank_dims(even(90.0), plan, dims=DIMS).headline() == (
        "All shares stayed the same in every dimension"
    )
    even_gap = sa.variance.rank_dims(plan.copy(), plan, dims=DIMS).to_frame()
    assert set(even_gap["status"]) == {"no_gap"}
    assert even_gap["gap_share"].isna().all()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_pictures_read_well_with_long_names_and_many_slices(found, lang):
    assert_good_figure(found.plot(lang=lang))
    plan = even()
    long = plan.assign(
        product="Industrial power supplies for outdoor use, series " + plan["product"]
    )
    sold = long
    for i, rep in enumerate(sorted(set(long["rep"]))[:16]):
        sold = changed(sold, 0.3 + 0.02 * i if i % 2 else 2.0, rep=rep)
    many = sa.variance.root_causes(sold, long, dims=DIMS, max_causes=20, min_share=0)
    assert len(slices(many)) >= 14
    assert_good_figure(many.plot(lang=lang))
    deep = changed(long, 0.2, region="E", product=long["product"].iloc[0])
    assert_good_figure(sa.variance.root_causes(deep, long, dims=DIMS).plot(lang=lang))
    assert_good_figure(sa.variance.rank_dims(sold, long, dims=DIMS).plot(lang=lang))


def test_a_search_is_kept_and_read_back_unchanged(found, tmp_path):
    from salesanalysis import store

    store.write(found, tmp_path / "found")
    again = store.read(tmp_path / "found")
    pd.testing.assert_frame_equal(again.effects, found.effects)
    assert again.explain("zh") == found.explain("zh")


def test_a_member_that_is_a_number_or_a_yes_is_named_with_its_dimension():
    plan = even().assign(
        rep=lambda t: t["rep"].str[-2:].astype("int64"), vip=lambda t: t.index % 3 == 0
    )
    sold = plan.assign(revenue=plan["revenue"].mask(plan["rep"] == 7, 50.0))
    dims = ["region", "rep", "vip"]
    assert "rep 7 -1,000" in sa.variance.root_causes(sold, plan, dims=dims).headline()
    paid = plan.assign(revenue=plan["revenue"].mask(plan["vip"], 50.0))
    assert "vip True -10,000" in sa.variance.root_causes(paid, plan, dims=dims).headline()
