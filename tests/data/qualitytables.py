"""Order lines with known faults, and the data sets made of them."""

import pandas as pd
from cleaningtables import back, engine, line, table

from salesanalysis.data import of_frames
from salesanalysis.data.cleaning import clean, settings
from salesanalysis.data.dataset import Dataset
from salesanalysis.data.kinds import Origin
from salesanalysis.data.quality import Quality

SALES = pd.DataFrame(
    {
        "order_id": ["1", "2", "3", "4", "5"],
        "date": pd.to_datetime(
            ["2024-01-05", "2024-02-10", "2024-03-10", "2024-03-12", "2024-03-30"]
        ),
        "region": ["East", "", "East", "West", "West"],
        "salesperson": ["NA", "Li", None, "Li", " "],
        "revenue": [100.0, 50.0, 25.0, 12.5, 1000.0],
        "cost": [80.0, None, 30.0, 10.0, 900.0],
    }
)
PEOPLE = pd.DataFrame({"salesperson": ["Li", "NA"], "region": ["East", None]})
#: Two copies, a price of zero that is a copy too, a return with its sale, one without a customer.
DIRTY = [
    *(
        line(f"n{i}", f"2024-01-{i + 1:02}", quantity=float(i + 2), cost=6.0 * (i + 2))
        for i in range(9)
    ),
    *([line("twice", "2024-01-20", quantity=20.0, cost=1.0)] * 3),
    *([line("free", "2024-01-21", unit_price=0.0, cost=0.0)] * 2),
    line("sold", "2024-01-22", quantity=30.0, cost=1.0),
    back("back", "2024-01-25", quantity=30.0),
    line("nobody", "2024-01-30", customer="(none)"),
]


def made() -> Quality:
    """The statement of `SALES` and `PEOPLE`, seen on 20 March."""
    return of_frames({"sales": SALES, "people": PEOPLE}, name="made", as_of="2024-03-20").quality


def dirty(spec, rows=DIRTY, as_of="2024-01-31"):
    """A data set of dirty rows, cleaned."""
    con, frame = engine(), pd.DataFrame(rows)
    for name in ("sales", "sales_kept", "sales_lost", "sales_read"):
        con.raw_sql(f'DROP TABLE IF EXISTS "{name}"')
    wanted = settings(spec, where="cleaning")
    out = clean(con, {"sales": table(con, frame)}, wanted)
    origin = Origin("made.csv", len(frame), float(frame["revenue"].sum()))
    data = Dataset("made", {}, pd.Timestamp(as_of), con, out.sources, {"sales": origin})
    object.__setattr__(data, "cleaning", wanted)
    object.__setattr__(data, "lost", out.lost)
    return data
