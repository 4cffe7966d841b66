"""One company forecast, stored once: every region reads the same figures and nothing is refitted."""

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis import schema, store
from salesanalysis.book.ahead import Ahead
from salesanalysis.errors import ContractError
from salesanalysis.forecast import combined, engine
from salesanalysis.forecast.result import Forecast
from salesanalysis.panel import Panel

REGIONS = ("East", "KA")


@pytest.fixture(scope="module")
def whole(company: Panel) -> Forecast:
    panel = company.to_frame()
    panel.loc[panel["period"].eq("2023-02-01") & panel["region"].eq("East"), "value"] *= 6
    context = {"closed_through": company.closed_through, "terms": company.terms}
    so_far = pd.DataFrame({"region": ["East"], "product_line": ["Alpha"], "value": [1000.0]})
    dirty = Panel.of(panel, by=company.by, **context)
    return sa.forecast.panel(dirty, 9, so_far=so_far, since="2020-06")


@pytest.fixture(scope="module")
def again(whole: Forecast, tmp_path_factory) -> Forecast:
    folder = tmp_path_factory.mktemp("forecast")
    store.write(whole, folder)
    return store.read(folder)


@pytest.fixture
def no_fit(monkeypatch) -> None:
    """Let every fit fail from here on."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a forecast was fitted")

    for place in (combined, engine):
        for name in ("run", "combined", "floor"):
            if hasattr(place, name):
                monkeypatch.setattr(place, name, refuse)


def test_a_stored_forecast_is_the_same_forecast(whole: Forecast, again: Forecast) -> None:
    for name in whole.__dataclass_fields__:
        mine, theirs = getattr(whole, name), getattr(again, name)
        if isinstance(mine, pd.DataFrame) and mine.empty:
            assert theirs.empty, name
        elif isinstance(mine, pd.DataFrame):
            pd.testing.assert_frame_equal(mine, theirs)
        else:
            assert mine == theirs, name
    assert len(again.odd) > 0
    assert again.since == pd.Timestamp("2020-06-01")


@pytest.mark.usefixtures("no_fit")
def test_every_region_asks_everything_of_the_stored_forecast_without_a_fit(
    whole: Forecast, again: Forecast
) -> None:
    targets = whole.landing(year=2024).to_frame().query("level == 'region'")
    targets = targets[["region"]].assign(value=targets["landing"] * 1.02)
    for region in REGIONS:
        mine, theirs = whole.select(region=region), again.select(region=region)
        assert theirs.explain("zh") == mine.explain("zh")
        landed = theirs.landing(targets, year=2024)
        assert landed.explain() == mine.landing(targets, year=2024).explain()
        for ask in (
            lambda f: f.to_frame(),
            lambda f: f.probability(targets, 2024),
            lambda f: f.quantiles(2024, n=20),
            lambda f: f.explain(period="2024-05").to_frame(),
            lambda f: f.outcomes(targets, year=2024).to_frame(),
            lambda f: f.against_naive().to_frame(),
        ):
            pd.testing.assert_frame_equal(ask(theirs), ask(mine))
    together = again.together(targets, 2024, n=100).to_frame()
    pd.testing.assert_frame_equal(together, whole.together(targets, 2024, n=100).to_frame())


@pytest.mark.usefixtures("no_fit")
def test_a_page_of_a_stored_run_slices_and_never_fits(again: Forecast, company: Panel) -> None:
    kept = {"forecast": again, "draws": again.draws(n=10)}
    ahead = Ahead(None, company, kept.get)  # type: ignore[arg-type]
    assert ahead.forecast is again
    assert ahead.draws is kept["draws"]
    assert ahead.explained("East").to_frame()["value"].iloc[0] == pytest.approx(
        again.select(region="East").point()[0, 0]
    )


def test_the_table_of_draws_keeps_its_contract_stored_or_not(whole: Forecast, tmp_path) -> None:
    drawn = whole.draws(year=2024, n=25)
    table = schema.validate(drawn.to_frame(), "draws")
    keys = ["level", "region", "product_line", "node", "period", "draw"]
    assert table.columns.tolist() == [*keys, "value"]
    assert not table.duplicated(keys).any()
    assert len(table) == len(whole.nodes()) * 9 * 25
    store.write(drawn, tmp_path)
    back = store.read(tmp_path)
    pd.testing.assert_frame_equal(schema.validate(back.to_frame(), "draws"), table)
    faulty = table.assign(value=np.where(table.index == 3, np.nan, table["value"]))
    with pytest.raises(ContractError) as caught:
        schema.validate(faulty, "draws")
    assert str(caught.value) == (
        "1 value of draws breaks its contract; first: row 3, 'value' is empty, but must be a "
        "finite number, not empty.\n"
        "  where: columns ['value'], see .rows\n"
        "  fix:   mend the rows, or map the column to another one"
    )


@pytest.mark.parametrize("reconcile", ["wls", "bottom_up", "structural", "ols"])
def test_a_unit_that_ended_stays_at_zero_however_sums_are_brought_to_agree(
    make_panel, reconcile: str
) -> None:
    month = np.arange(48)
    leaves = {
        ("N", name): 100 * (i + 1) * np.exp(np.random.default_rng(i).normal(0, 0.2, 48))
        for i, name in enumerate("abc")
    }
    leaves["N", "c"][month >= 35] = 0.0
    leaves["S", "d"] = np.where(month < 30, 50.0, 0.0)
    forecast = sa.forecast.panel(make_panel(leaves, ("region", "unit")), 4, reconcile=reconcile)
    ahead = forecast.to_frame().query("horizon > 0")
    gone = ahead[ahead["node"].isin(["N / c", "S", "S / d"])]
    assert (gone[["value", "lo95", "hi95"]] == 0).all(axis=None)
    assert (ahead[ahead["node"] == "N"]["value"] > 100).all()
