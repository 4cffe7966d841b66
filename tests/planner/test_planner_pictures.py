"""The pictures of the first page: what they draw, write and leave out."""

import warnings
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure
from PIL import Image
from screens import PLANS, TOP, small

import salesanalysis as sa
from salesanalysis.incentives import Plan
from salesanalysis.planner import Desk, crowd_of
from salesanalysis.planner import painter as painting
from salesanalysis.planner.painter import Painter
from salesanalysis.planner.pictures import DRAWN


def test_where_nobodys_pay_changes_the_picture_shows_what_everybody_is_paid() -> None:
    desk, painter = small(), Painter()
    view = desk.view()
    for lang in ("en", "zh"):
        painter.png("people", view, lang)
        ax = painter._axes["people"]
        assert sorted(b.get_width() for b in ax.patches) == sorted(view.people["new_pay"])
        assert_good_figure(ax)
    assert ax.get_title(loc="left") == "2024年1月：12人共计发20.3万元，每人843元至4.6万元"
    desk.move(TOP, "1.3")
    painter.png("people", desk.view(), "en")
    assert "paid again" in ax.get_title(loc="left")


@pytest.mark.parametrize(
    "names", [["李伟", "王芳"], ["Ranjit Varkey Chudukatil", "Jae Pak"], ["x" * 90 + "a", "x" * 90]]
)
def test_names_of_any_length_stand_in_the_picture_in_full_or_still_apart(names) -> None:
    """Names of more than ten letters were cut off at the left edge."""
    made = Plan.from_yaml(PLANS / "standard.yaml")
    few = pd.DataFrame({"salesperson": names, "quota": [100_000.0] * 2})
    painter, desk = Painter(), Desk(made, crowd_of(made, people=few), draws=50)
    desk.move(TOP, "1.4")
    for lang in ("en", "zh"):
        painter.png("people", desk.view(), lang)
        ax = painter._axes["people"]
        boxes = [t.get_window_extent() for t in ax.get_yticklabels()]
        assert min(box.x0 for box in boxes) >= 0
        assert ax.get_window_extent().width > ax.figure.bbox.width / 2
        assert ax._left_title.get_window_extent().x1 <= ax.figure.bbox.width
        shown = [t.get_text() for t in ax.get_yticklabels()]
        assert len(set(shown)) == 2
        assert sorted(shown) == sorted(names) or max(map(len, shown)) <= 30


def test_the_findings_of_both_plans_are_counted() -> None:
    desk = small()
    desk.move(TOP, "1.0")
    row = desk.view().figures().set_index("figure").loc["findings"]
    alone = [len(sa.incentives.lint(p, quota="325000").frame) for p in (desk.old, desk.plan)]
    assert [row["old"], row["new"]] == alone
    assert alone[0] != alone[1]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_pictures_hold_the_figures_of_the_view_again_and_again(lang) -> None:
    desk = Desk(Plan.from_yaml(PLANS / "standard.yaml"), draws=300, budget=22e6)
    painter = Painter()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a glyph the font does not have
        for value in ("1.2", "1.3"):
            desk.move(TOP, value)
            view = desk.view()
            for name in DRAWN:
                assert painter.png(name, view, lang)[:4] == b"\x89PNG"
            axes = painter._axes
            assert len(axes["curve"].lines) == (1 if view.same else 2)
            assert view.now.expected in [line.get_xdata()[0] for line in axes["cost"].lines]
            assert 22e6 in [line.get_xdata()[0] for line in axes["cost"].lines]
            titles = {n: ax.get_title(loc="left").replace("\n", "") for n, ax in axes.items()}
            assert titles["curve"].replace(" ", "") == view.curve_headline(lang).replace(" ", "")
            at_quota = [
                y for x, y in zip(*axes["curve"].lines[-1].get_data(), strict=True) if x == 1
            ]
            assert at_quota[-1] == view.curves[0].at_quota()
    for ax in axes.values():
        assert_good_figure(ax)


def test_the_words_along_an_axis_are_where_they_stand() -> None:
    """With steps of 2.5 % and no decimals an axis read 3 %, 5 %, 8 %."""
    desk = Desk(Plan.from_yaml(PLANS / "standard.yaml"), draws=100, budget=22e6)
    painter = Painter()
    for value in ("1.35", "1.5"):
        desk.move(TOP, value)
        for name in ("curve", "cost"):
            painter.png(name, desk.view(), "en")
            ax = painter._axes[name]
            ticks = list(zip(ax.get_yticks(), ax.get_yticklabels(), strict=True))
            assert len(ticks) >= 3
            for at, text in ticks:
                assert float(text.get_text().rstrip("%")) / 100 == pytest.approx(at, abs=1e-12)


@pytest.mark.parametrize("name", ["team", "multi-level"])
def test_every_plan_can_be_drawn_or_says_why_not(name) -> None:
    desk = small(name)
    painter = Painter()
    for lang in ("en", "zh"):
        for kind in DRAWN:
            assert painter.png(kind, desk.view(), lang)


def test_a_picture_is_the_same_whatever_was_drawn_before() -> None:
    desk, used, new = small(), Painter(), Painter()
    desk.budget = 22e6
    for value in ("1.2", "1.3", "1.45"):
        desk.move(TOP, value)
        view = desk.view()
        drawn = {(name, k): used.png(name, view, k) for name in DRAWN for k in ("zh", "en")}
    for (name, lang), png in drawn.items():
        assert new.png(name, view, lang) == png, (name, lang)


def test_a_picture_is_the_same_after_one_whose_words_stood_at_its_rim() -> None:
    """Pay of a few percent pushed the words along the axis to the rim, and bars piled up."""
    views = [small(name).view() for name in ("standard", "team", "standard")]
    used, bars = Painter(), Painter()
    drawn = [used.png("curve", view, "en") for view in views]
    assert drawn[0] == drawn[2]
    assert drawn[1] == Painter().png("curve", views[1], "en")
    rim = np.asarray(Image.open(BytesIO(drawn[1])).convert("L"))[:, :4]
    assert rim.min() == 255
    for _ in range(3):
        bars.png("people", views[0], "en")
    assert len(bars._axes["people"].containers) == 1


def test_texts_put_down_again_are_the_texts_drawn_letter_by_letter(monkeypatch) -> None:
    desk, painter = small(), Painter()
    desk.move(TOP, "1.3")
    view = desk.view()
    drawn = {(name, lang): painter.png(name, view, lang) for name in DRAWN for lang in ("en", "zh")}
    monkeypatch.setattr(painting, "Stamps", lambda _: None)
    painter = Painter()
    for (name, lang), png in drawn.items():
        one, two = (
            np.asarray(Image.open(BytesIO(p)).convert("L"), dtype="int16")
            for p in (png, painter.png(name, view, lang))
        )
        assert np.abs(one - two).max() <= 64, name  # a text left out differs by 150 and more
        assert np.abs(one - two).mean() < 0.5, name
