"""Panels small enough to work out on paper, and one like a real company."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from salesanalysis.labels import Terms
from salesanalysis.panel import Panel

MakePanel = Callable[..., Panel]


@pytest.fixture(scope="session")
def make_panel() -> MakePanel:
    """Return a builder: leaf name (a tuple) -> values, all ending in the same month."""

    def build(
        leaves: dict, by: tuple[str, ...] = ("region",), last: str = "2024-03-01", **context
    ) -> Panel:
        frames = []
        for names, values in leaves.items():
            months = pd.date_range(end=last, periods=len(values), freq="MS")
            named = dict(zip(by, (names,) if isinstance(names, str) else names, strict=True))
            frames.append(
                pd.DataFrame({**named, "period": months, "value": np.asarray(values, float)})
            )
        return Panel.of(pd.concat(frames), by=by, closed_through=last, **context)

    return build


@pytest.fixture(scope="session")
def company(make_panel: MakePanel) -> Panel:
    """Five regions by three product lines over 51 months, growing 8 %, one line new, one ended."""
    rng, month = np.random.default_rng(20240), np.arange(51)
    season = np.exp(0.08 * month / 12 + 0.2 * np.sin(month / 6 * np.pi))
    leaves = {}
    for region, size in {"East": 40, "South": 25, "North": 20, "West": 10, "KA": 5}.items():
        for line, share in {"Alpha": 0.5, "Beta": 0.3, "Gamma": 0.2}.items():
            noise = np.exp(rng.normal(0, 0.12, len(month)))
            leaves[region, line] = size * share * 2e4 * season * noise
    leaves["West", "Gamma"] = leaves["West", "Gamma"][-7:]
    leaves["KA", "Beta"][-14:] = 0.0
    terms = Terms({"region": {"East": {"zh": "华东"}, "KA": {"zh": "大客户部"}}})
    return make_panel(leaves, ("region", "product_line"), terms=terms)
