"""Pictures of bases, regressions, bridges, gaps and what was agreed."""

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure
from yearsales import panel_of

import salesanalysis as sa
from salesanalysis.labels import label

T = sa.targets


def clean():
    sales = {f"Region {i:02d}": {2022: 1e5 * i, 2023: 1.1e5 * i} for i in range(1, 16)}
    return T.clean_base(panel_of({**sales, "Returns": {2022: 5e5, 2023: -4e4}}), year=2024)


def regression():
    shops = np.arange(3, 23)
    base = 2e4 * shops + 1e5 * np.cos(shops)
    table = pd.DataFrame({"region": [f"R{i:02d}" for i in shops], "base": base, "shops": shops})
    return T.regress(table, by=["region"], columns=["shops"])


def bridge(n=4):
    names = [f"Factor {i}" for i in range(n)]
    effects = [0.03, -0.05, 0.08, -0.01] * n
    table = pd.DataFrame({"factor": names, "effect_growth": effects[:n], "source": "survey"})
    basis = T.growth(panel_of({"A": {2022: 4e7, 2023: 5e7}}), year=2024)
    register = T.Assumptions.of(table.assign(owner="Li", date="2023-11-01"))
    return T.assume(basis, register)[1]


def gap(n=15):
    asked = np.linspace(1e6, 9e6, n).round()
    top = pd.DataFrame({"region": [f"Region {i:02d}" for i in range(n)], "value": asked})
    offered = top.assign(proposer="Li", value=(asked * np.linspace(0.7, 1.2, n)).round())
    return T.gap_table(top, T.Proposals.of(offered.drop(index=n // 2), by=["region"]))


def agreed():
    return T.reconcile(gap(), "weight", weight=0.6)


KINDS = {"clean": clean, "regression": regression, "bridge": bridge, "many": lambda: bridge(16),
         "gap": gap, "agreed": agreed}  # fmt: skip


@pytest.fixture(scope="module", params=KINDS)
def shown(request):
    return KINDS[request.param]()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_picture_is_legible_and_its_title_is_the_finding(shown, lang) -> None:
    ax = shown.plot(lang=lang)
    assert_good_figure(ax)
    assert ax.get_title(loc="left").replace("\n", "").replace(" ", "") == (
        shown.headline(lang).replace(" ", "")
    )
    assert len(ax.get_yticks()) <= 12


def test_the_steps_of_a_picture_lead_from_the_base_to_the_target() -> None:
    found = bridge(16)
    bars = bridge(16).plot().patches
    widths = [bar.get_width() for bar in bars]
    assert len(widths) == 12
    assert widths[0] == found.start == pytest.approx(5e7)
    assert sum(widths[:-1]) == pytest.approx(found.end)
    assert widths[-1] == found.end


def test_a_unit_that_did_not_submit_is_drawn_without_a_mark_of_its_own_and_says_so() -> None:
    ax = gap(3).plot()
    offered = ax.collections[-1].get_offsets()
    assert np.isnan(np.asarray(offered.filled(np.nan))).any(axis=1).tolist() == [False, False, True]
    assert label("status.missing", "en") in {text.get_text() for text in ax.texts}


def test_what_a_rule_changed_is_told_in_words_with_amounts_before_and_after() -> None:
    lines = clean().log("zh").shown()
    assert lines.columns.tolist() == ["单位", "期间", "规则", "调整前", "调整后"]
    assert lines.to_numpy().tolist() == [
        ["Returns", "2023", "净退货：基数为零，金额单列", "-40,000", "0.00"]
    ]
