"""Pictures of basis, plan and quality: what is drawn is what the tables say."""

import re

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure

import salesanalysis as sa
from salesanalysis.targets import Basis, cascade


def basis_of(n: int, *, empty: int = 1) -> Basis:
    values = [float((n - i) * 1_000_000) for i in range(n)]
    values[n - empty :] = [0.0] * empty
    names = [f"{i:02d}" for i in range(n)]
    frame = pd.DataFrame(
        {
            "region": np.repeat(names, 2),
            "product_line": ["A", "B"] * n,
            "value": np.repeat(values, 2),
        }
    )
    return Basis.of(frame, by=["region", "product_line"], year=2024)


class Spread:
    def probability(self, targets):
        return targets.assign(probability=np.linspace(0.05, 0.95, len(targets)))


def drawn(n: int, what: str):
    basis = basis_of(n)
    plan = cascade(130_000_000, basis)
    made = {
        "basis": basis,
        "plan": plan,
        "quality": plan.quality(Spread()),
        "one": plan.select(region="00"),
    }
    return made[what]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("n", [1, 5, 20])
@pytest.mark.parametrize("what", ["basis", "plan", "quality", "one"])
def test_pictures_are_legible_with_few_and_many_units(what, n, lang) -> None:
    if n == 1:
        frame = pd.DataFrame({"region": ["East"], "value": [0.0]})
        basis = Basis.of(frame, by=["region"], year=2024)
        plan = cascade(0, basis)
        result = {
            "basis": basis,
            "plan": plan,
            "quality": plan.quality(Spread()),
            "one": plan.select(region="East"),
        }[what]
    else:
        result = drawn(n, what)
    ax = result.plot(lang=lang)
    assert ax.get_title(loc="left").replace("\n", "").replace(" ", "") == result.headline(
        lang
    ).replace(" ", "")
    assert_good_figure(ax)
    if lang == "zh":
        assert not re.search(r"[A-Za-z]{4,}", result.explain("zh").replace("East", ""))


def test_the_bars_of_the_months_are_the_months_of_the_plan() -> None:
    plan = drawn(5, "plan")
    ax = plan.plot()
    tops = np.zeros(12)
    for container in ax.containers:
        tops += [bar.get_height() for bar in container]
    np.testing.assert_allclose(tops, plan.months()["value"])
    assert len(ax.get_legend().get_texts()) == 5


def test_at_most_twelve_units_are_drawn_and_the_rest_is_counted() -> None:
    for what in ("basis", "quality"):
        ax = drawn(20, what).plot()
        labels = [t.get_text() for t in ax.get_yticklabels()]
        assert len(labels) == 12
        assert labels[-1] == "Other (9)"
    ax = drawn(20, "plan").plot()
    assert ax.get_legend().get_texts()[0].get_text().startswith("Other (13)")


def test_base_and_proposal_stand_side_by_side_with_their_growth() -> None:
    months = pd.date_range("2022-01-01", "2023-12-01", freq="MS")
    frame = pd.concat(
        pd.DataFrame({"region": r, "period": months, "value": [v] * 12 + [w] * 12})
        for r, v, w in (("East", 10.0, 12.0), ("West", 20.0, 21.0))
    )
    ax = sa.targets.growth(sa.Panel.of(frame, by=["region"]), year=2024).plot()
    assert [bar.get_width() for bar in ax.containers[0]] == pytest.approx([252.0, 144.0])
    assert [t.get_text() for t in ax.texts] == ["+5.0%", "+20.0%"]
