"""Their figures and our lines may stay in PostgreSQL: only sums come back."""

import ibis
import pandas as pd
import pgtools
import pytest

from salesanalysis.data.assembling import of_frames
from salesanalysis.data.rates import convert, read_rates
from salesanalysis.data.verify import verify
from salesanalysis.errors import ContractError


@pytest.fixture(scope="module")
def backend(postgres: pgtools.Server):
    pgtools.execute(
        pgtools.make(postgres, "ledger"),
        "CREATE TABLE ledger (region text, booked date, amount numeric(12, 2), broken numeric)",
        "INSERT INTO ledger VALUES ('East', '2024-01-10', 100, 1), ('East', '2024-01-31', 50, 2),"
        " ('West', '2024-01-15', 190, 'NaN')",
        "CREATE TABLE lines (date date, currency text, revenue double precision, price numeric)",
        "INSERT INTO lines VALUES ('2024-01-05', 'USD', 10.00005, 10.0001),"
        " ('2024-02-05', 'EUR', 100, 2), ('2024-02-05', 'CNY', NULL, NULL)",
        database="ledger",
    )
    con = ibis.connect(postgres.url("ledger"))
    yield con
    con.disconnect()


@pytest.fixture(scope="module")
def data():
    lines = pd.DataFrame({"order_id": ["1", "2"], "region": ["East", "West"]})
    lines = lines.assign(date=pd.Timestamp("2024-01-31"), revenue=[150.0, 200.0])
    return of_frames({"sales": lines}, name="shop")


def test_a_ledger_in_postgresql_is_compared_where_it_lies(data, backend):
    found = verify(data, backend.table("ledger"), columns={"period": "booked"})
    assert found.to_frame()[["region", "difference", "status"]].to_numpy().tolist() == [
        ["West", 10.0, "differing"],
        ["East", 0.0, "matched"],
    ]
    assert found.cells["n_theirs"].tolist() == [2, 1]


def test_a_value_that_is_no_number_in_the_database_is_refused(data, backend):
    with pytest.raises(ContractError) as error:
        verify(data, backend.table("ledger"), columns={"period": "booked"}, other_value="broken")
    assert error.value.what == (
        "1 of 3 values of 'broken' in finance ledger are empty or infinite."
    )


def test_amounts_and_prices_are_converted_in_the_database_as_in_the_engine(backend):
    months = pd.DataFrame(
        {"currency": ["USD", "EUR"], "period": ["2024-01", "2024-02"], "rate": [7.1, 7.9]}
    )
    lines = backend.table("lines")
    done, conversion = convert(backend, lines, read_rates(months, to="CNY"), amounts=["revenue"])
    found = backend.to_pyarrow(done).to_pandas().sort_values("currency")
    assert [None if pd.isna(v) else str(v) for v in found["revenue"]] == [
        None,
        "790.0000",
        "71.0007",
    ]
    assert conversion.n_lines == 3
    rates = read_rates({"USD": 12, "EUR": 3}, to="CNY")
    done, _ = convert(backend, lines, rates, amounts=["revenue"], prices=["price"])
    found = backend.to_pyarrow(done).to_pandas().sort_values("currency")
    assert [None if pd.isna(v) else str(v) for v in found["price"]] == [None, "0.6667", "0.8333"]
