"""Every pitfall of statsmodels is caught before it is called, with a message that helps."""

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.forecast.inspection import look, smoothing

WHERE = "  where: forecast.inspect(series)"
MONTHS = pd.period_range("2022-01", periods=36, freq="M")
GOOD = pd.Series(np.arange(36.0) % 7 + 100, index=MONTHS)


def message(*args, **kwargs) -> str:
    with pytest.raises(ContractError) as caught:
        sa.forecast.inspect(*args, **kwargs)
    return str(caught.value)


def with_nan() -> pd.Series:
    values = GOOD.copy()
    values.iloc[[2, 6]] = np.nan
    return values


@pytest.mark.parametrize("kind", [np.array, list, lambda v: v.to_frame()])
def test_values_without_months_are_refused_because_statsmodels_fails_on_them(kind):
    given = kind(GOOD)
    assert message(given) == (
        f"inspect needs a pandas Series dated by month, got {type(given).__name__}.\n"
        f"{WHERE}\n"
        '  fix:   pd.Series(values, index=pd.period_range("2022-01", periods=len(values), freq="M"))'
    )


def test_an_empty_month_is_named_because_statsmodels_returns_nothing_but_nan():
    expected = (
        "2 of 36 months have no value: 2022-03, 2022-07.\n"
        f"{WHERE}\n"
        '  fix:   write 0 for a month without sales; missing="gap" leaves unknown months out'
    )
    assert message(with_nan()) == expected
    assert message(with_nan().dropna()) == expected


def test_a_month_that_stands_twice_is_refused():
    assert message(pd.concat([GOOD, GOOD.iloc[[3]]])) == (
        "2 values share a month, the first 2022-04.\n"
        f"{WHERE}, see .rows\n"
        "  fix:   sum them first: series.groupby(level=0).sum()"
    )


@pytest.mark.parametrize("n", [1, 2])
def test_one_or_two_months_are_refused(n):
    assert message(GOOD.iloc[:n]) == (
        f"inspect needs at least 3 months with a value, got {n}.\n"
        f"{WHERE}\n"
        "  fix:   wait for more months, or look at the unit above"
    )
    assert sa.forecast.inspect(GOOD.iloc[:3]).status == "few_months"


def test_a_series_without_months_is_refused():
    assert message(GOOD.iloc[:0]).startswith("The series has no months.\n")
    assert "got 0." in message(pd.Series(np.nan, index=MONTHS))


def test_below_two_seasons_nobody_invents_a_season():
    result = sa.forecast.inspect(GOOD.iloc[:23])
    assert result.to_frame()[["trend", "season"]].isna().all().all()
    assert set(result.fits["model"]) == {"ETS(A,N,N)", "ETS(A,Ad,N)"}
    assert message(GOOD.iloc[:23], forms=["A,N,A"]) == (
        "Form 'A,N,A' has a season and needs 24 months, got 23.\n"
        "  where: forecast.inspect(forms=...)\n"
        "  fix:   use forms without a season, such as 'A,Ad,N'"
    )


def test_a_form_that_multiplies_is_refused_on_zero_or_negative_months():
    values = GOOD.copy()
    values.iloc[[1, 4, 5]] = [0.0, -3.0, 0.0]
    assert message(values, forms=["M,N,M"]) == (
        "Form 'M,N,M' multiplies, but 3 of 36 months are 0 or below.\n"
        "  where: forecast.inspect(forms=...)\n"
        "  fix:   use forms that add, such as 'A,Ad,A'"
    )
    found = smoothing.possible_forms(values.to_numpy(), 12)
    assert found == ("A,N,N", "A,Ad,N", "A,N,A", "A,Ad,A")


def test_without_a_solution_the_last_season_stands_and_is_said_to(monkeypatch):
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    real = ETSModel.fit
    monkeypatch.setattr(ETSModel, "fit", lambda self, **kw: real(self, maxiter=1, **kw))
    result = sa.forecast.inspect(GOOD, forms=["A,Ad,N"])
    assert result.status == "not_converged"
    assert result.ahead["value"].tolist() == GOOD.tolist()[-12:]
    assert result.ahead["status"].unique().tolist() == ["not_converged"]
    assert result.ahead["lo80"].isna().all()
    assert result.fits["status"].tolist() == ["not_converged"]
    assert (
        "Left out because no usable solution was found: 1 (errors add, a trend that levels off, "
        "no season)."
    ) in result.explain()
    assert "No smoothing model found a usable solution: the 12 months to Dec 2025" in (
        result.explain()
    )
    assert "没有平滑模型找到可用解" in result.explain("zh")


def test_a_forecast_far_outside_what_was_seen_is_not_used(monkeypatch):
    monkeypatch.setattr(look.smoothing, "ahead", lambda fit, h, shares, seed: np.full((5, h), 1e12))
    result = sa.forecast.inspect(GOOD, forms=["A,N,N"])
    assert result.fits["status"].tolist() == ["implausible"]
    assert result.status == "not_converged"


def test_warnings_of_statsmodels_reach_nobody(recwarn):
    # a line without scatter: smoothing does not settle and says so by a warning
    sa.forecast.inspect(pd.Series(np.arange(36.0), index=MONTHS))
    assert [str(w.message) for w in recwarn] == []


@pytest.mark.parametrize(
    ("index", "found"),
    [
        (range(36), "RangeIndex of int64"),
        (MONTHS.astype("str") + "A", "Index of str"),
        (pd.period_range("2022Q1", periods=36, freq="Q"), "periods of frequency 'Q-DEC'"),
        (
            pd.date_range("2022-01-15", periods=36, freq="D"),
            "days such as 2022-01-15, not all month starts or all month ends",
        ),
        (
            pd.DatetimeIndex(["2022-01-31", *pd.date_range("2022-02-01", periods=35, freq="MS")]),
            "days such as 2022-01-31, not all month starts or all month ends",
        ),
        (
            pd.DatetimeIndex([None, *pd.date_range("2022-02-01", periods=35, freq="MS")]),
            "dates, some of them empty",
        ),
    ],
)
def test_an_index_that_names_no_months_is_refused(index, found):
    assert message(pd.Series(GOOD.to_numpy(), index=index)) == (
        f"The index does not name months: it holds {found}.\n"
        f"{WHERE}\n"
        "  fix:   sum to months and date them by month start, month end or period: "
        'series.groupby(series.index.to_period("M")).sum()'
    )


def test_texts_and_infinities_are_refused_with_their_month():
    texts = GOOD.astype(object)
    texts.iloc[4] = "n/a"
    assert message(texts) == (
        "1 of 36 values are no numbers, such as 'n/a'.\n"
        f"{WHERE}, first at 2022-05, see .rows\n"
        "  fix:   read the column as numbers first"
    )
    endless = GOOD.copy()
    endless.iloc[3] = np.inf
    assert message(endless) == (
        "1 of 36 values are infinite.\n"
        f"{WHERE}, first at 2022-04, see .rows\n"
        "  fix:   mend the division behind them, or leave the months out"
    )


def test_a_panel_with_many_nodes_is_refused(company):
    assert message(company) == (
        "inspect looks at one series; the panel has 15 nodes.\n"
        f"{WHERE}\n"
        "  fix:   choose one with panel.select(...), or add them up with panel.roll_up([])"
    )


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (
            {"season": 1},
            "season must be 2 to 24 months, got 1.\n  where: forecast.inspect(season=...)\n  fix:   write 12 for a year",
        ),
        (
            {"horizon": 0},
            "horizon must be 1 to 24 months, got 0.\n  where: forecast.inspect(horizon=...)\n  fix:   write 12 for a year",
        ),
        (
            {"coverage": [80]},
            "coverage must be shares between 0 and 1, got (80,).\n  where: forecast.inspect(coverage=...)\n  fix:   write 80 % as 0.80, for example coverage=(0.80, 0.95)",
        ),
        (
            {"missing": "zero"},
            "'zero' is not a way to treat unknown months here; known: error, gap.\n  where: forecast.inspect(missing=...)\n  fix:   write 'error'",
        ),
        (
            {"forms": ["A,N,B"]},
            "'A,N,B' is not a form here; known: A,N,N, A,Ad,N, A,N,A, A,Ad,A, M,N,M, M,Ad,M.\n  where: forecast.inspect(forms=...)\n  fix:   write 'A,N,N'",
        ),
    ],
)
def test_a_setting_nobody_could_have_meant_is_refused(choice, expected):
    assert message(GOOD, **choice) == expected
