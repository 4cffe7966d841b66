"""A small plan, its card, and a calculator for the formulas of its workbook."""

import io
import re

import pandas as pd
from openpyxl import load_workbook

import salesanalysis as sa
from salesanalysis.targets import Basis


def small_plan(total=1_200, *, names=("Li", "Wang", "=1+1", "Zhao"), pins=None):
    shares = pd.DataFrame(
        {
            "region": ["East", "East", "West", "West"],
            "salesperson": list(names),
            "value": [40.0, 30.0, 20.0, 0.0],
            "base": [40.0, 30.0, 20.0, 0.0],
        }
    )
    basis = Basis.of(shares, by=["region", "salesperson"], year=2024)
    return sa.targets.cascade(total, basis, months="working_days", pins=pins)


def small_card(**more):
    plan = small_plan()
    nodes = plan.nodes()
    quality = nodes[["region", "salesperson"]].assign(probability=0.4)
    tiers = nodes[["region", "salesperson"]].assign(
        target_base=nodes["value"] * 0.9,
        target_average=nodes["value"],
        target_challenge=nodes["value"] * 1.1,
    )
    sold = plan.frame.groupby(["region", "salesperson"], as_index=False)["value"].sum()
    past = plan.frame.assign(period=plan.frame["period"] - pd.DateOffset(years=1))
    given = {
        "quality": quality,
        "tiers": tiers,
        "actual": sold.assign(value=sold["value"] / 4),
        "last_year": past.assign(value=past["value"] / 2),
    }
    return sa.targets.card(plan, **{**given, **more})


class Calculator:
    """Calculates the few kinds of formulas a card writes: SUM, IF(a>0,x/y-1,""), a-b, a cell."""

    def __init__(self, content: bytes) -> None:
        self.book = load_workbook(io.BytesIO(content))
        self.written = load_workbook(io.BytesIO(content), data_only=True)

    def formulas(self):
        """Yield sheet, address and formula of every cell that has one."""
        for sheet in self.book:
            for line in sheet.iter_rows():
                for cell in line:
                    if cell.data_type == "f":
                        yield sheet.title, cell.coordinate, cell.value

    def value(self, sheet: str, address: str):
        """Return the value of a cell, its formula calculated."""
        found = self.book[sheet][address]
        return self.run(sheet, found.value) if found.data_type == "f" else found.value

    def run(self, sheet: str, formula: str):
        text = formula.removeprefix("=")
        if found := re.fullmatch(r"IF\((\w+)>0,(\w+)/(\w+)(-1)?,\"\"\)", text):
            test, top, bottom = (self.value(sheet, found[k]) for k in (1, 2, 3))
            return "" if not test > 0 else top / bottom - (1 if found[4] else 0)
        if text.startswith("SUM("):
            return sum(self.total(sheet, part) for part in re.findall(r"SUM\(([^)]*)\)", text))
        if found := re.fullmatch(r"([A-Z]+\d+)-([\d.]+)", text):
            return self.value(sheet, found[1]) - float(found[2])
        found = re.fullmatch(r"'([^']+)'!([A-Z]+\d+)", text)
        assert found, f"no calculator for {formula}"
        return self.value(found[1], found[2])

    def total(self, sheet: str, parts: str) -> float:
        total = 0.0
        for part in parts.split(","):
            home, _, cells = part.rpartition("!")
            name = home.strip("'") or sheet
            block = self.book[name][cells]
            rows = block if isinstance(block, tuple) else ((block,),)
            total += sum(self.value(name, c.coordinate) for row in rows for c in row)
        return total


def edited(content: bytes, changes: dict[tuple[str, str], object]) -> bytes:
    """Return the workbook with some cells typed over."""
    book = load_workbook(io.BytesIO(content))
    for (sheet, address), value in changes.items():
        book[sheet][address] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
