"""Methods side by side in a picture: legible with few and many units, in both languages."""

import pytest
from figures import assert_good_figure
from yearsales import last_year, table

from salesanalysis.targets import compare, growth


def beside(n: int):
    names = "ABCDEFGHIJKLMNOPQRST"[:n]
    panel = last_year([100.0 * (n - i) for i in range(n)], names)
    potential = table(names, potential=[10.0 + i for i in range(n)])
    total = 120.0 * n
    return compare(
        {
            "constant": growth(panel, "constant", rate=0.1, year=2024),
            "potential": growth(panel, "potential", total=total, table=potential, year=2024),
            "cagr": growth(panel, "cagr", year=2024),
        }
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("n", [1, 3, 20])
def test_a_picture_of_methods_is_legible(n, lang) -> None:
    result = beside(n)
    ax = result.plot(lang=lang)
    assert_good_figure(ax)
    assert len(ax.get_yticks()) == min(n, 12)
    drawn = ax.lines[0].get_xdata()
    assert max(drawn) == pytest.approx(result.side_by_side()["constant"].max())
