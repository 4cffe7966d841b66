"""What reconciliation cannot work with is refused in plain words."""

import numpy as np
import pytest

from salesanalysis.errors import ContractError
from salesanalysis.forecast.reconcile import Summing, reconcile

NAN = np.nan
FINITE_FIX = "  fix:   leave a node without history out of the tree, or give it a forecast of 0"


@pytest.fixture(scope="module")
def tree(make_panel) -> Summing:
    return Summing.of(make_panel({"N": [1.0], "S": [1.0]}))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"method": "wsl"},
            "'wsl' is not a method here; known: wls, mint, structural, ols, bottom_up, blend.\n"
            "  where: reconcile(method=...)\n  fix:   write 'wls'",
        ),
        (
            {"variance": None},
            "method 'wls' needs variance.\n  where: reconcile(variance=...)\n"
            "  fix:   pass mean squared errors per node, see variances(); "
            "or method='structural', which needs no errors",
        ),
        (
            {"method": "mint"},
            "method 'mint' needs residuals.\n  where: reconcile(residuals=...)\n"
            "  fix:   pass one-step errors, shape (nodes, months); "
            "or method='structural', which needs no errors",
        ),
        (
            {"variance": np.array([1.0, -1.0, NAN])},
            "2 of 3 variances are empty, negative or infinite.\n"
            "  where: first nodes [1, 2] of summing.table\n"
            "  fix:   take variances(), which has a fallback, or 0 for a node that never errs",
        ),
        (
            {"variance": np.ones(2)},
            "variances have shape (2,), the tree has 3 nodes.\n  where: reconcile(...)\n"
            "  fix:   one row per node in the order of summing.table: aggregates, then leaves",
        ),
        (
            {"method": "mint", "residuals": np.ones((2, 24))},
            "residuals have shape (2, 24), the tree has 3 nodes.\n  where: reconcile(...)\n"
            "  fix:   one row per node in the order of summing.table: aggregates, then leaves",
        ),
        (
            {"base": np.array([[NAN], [1.0], [np.inf]])},
            "2 of 3 base forecasts are empty or infinite.\n"
            "  where: first nodes [0, 2] of summing.table\n" + FINITE_FIX,
        ),
        (
            {"lower": np.zeros((3, 1))},
            "Lower bounds of shape (3, 1) are empty, infinite or do not fit (2, 1).\n"
            "  where: reconcile(lower=...)\n"
            "  fix:   one row per leaf, one column per month or one for all; "
            "-inf where none is meant",
        ),
        (
            {"lower": np.array([[NAN], [0.0]])},
            "Lower bounds of shape (2, 1) are empty, infinite or do not fit (2, 1).\n"
            "  where: reconcile(lower=...)\n"
            "  fix:   one row per leaf, one column per month or one for all; "
            "-inf where none is meant",
        ),
        (
            {"method": "blend", "share": 30},
            "share must be between 0 and 1, got 30 for 'company'.\n  where: reconcile(share=...)\n"
            "  fix:   write 1 for wls, 0 for bottom-up, 0.5 for half of each",
        ),
        (
            {"method": "blend", "share": {"compny": 0.5}},
            "'compny' is not a level here; known: company.\n  where: reconcile(share=...)\n"
            "  fix:   write 'company'",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(tree, change, message):
    given = {"base": np.array([[3.0], [1.0], [2.0]]), "variance": np.ones(3)} | change
    with pytest.raises(ContractError) as caught:
        reconcile(given.pop("base"), tree, **given)
    assert str(caught.value) == message
