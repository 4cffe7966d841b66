"""Repeated figures of people in teams in regions, and the same model fitted by statsmodels."""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from salesanalysis import strictyaml

CASES = {
    case["id"]: case
    for case in strictyaml.read(
        Path(__file__).parents[1] / "reference" / "variance_groups_cases.yaml"
    ).data
}


def pastes() -> pd.DataFrame:
    """Ten batches, three casks in each, two tests of each cask."""
    return pd.DataFrame(
        {
            "strength": CASES["vc-pastes"]["strength"],
            "batch": np.repeat(list("ABCDEFGHIJ"), 6),
            "cask": np.tile(list("aabbcc"), 10),
        }
    )


def people(
    *, regions: int = 5, managers: int = 4, reps: int = 5, months: int = 6, seed: int = 0,
    sds: tuple[float, ...] = (0.3, 0.5, 0.7, 1.0), trend: float = 0.1, ragged: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """Attainment of people, every name one person; ragged drops a third of the rows."""
    rng = np.random.default_rng(seed)
    r, m, p, t = (a.ravel() for a in np.indices((regions, managers, reps, months)))
    draws = [
        rng.normal(0, sds[0], regions)[r],
        rng.normal(0, sds[1], (regions, managers))[r, m],
        rng.normal(0, sds[2], (regions, managers, reps))[r, m, p],
        rng.normal(0, sds[3], len(r)),
    ]
    table = pd.DataFrame(
        {
            "region": [f"R{i}" for i in r],
            "manager": [f"R{i}M{j}" for i, j in zip(r, m, strict=True)],
            "salesperson": [f"R{i}M{j}P{k}" for i, j, k in zip(r, m, p, strict=True)],
            "month": pd.Timestamp("2024-01-01") + pd.to_timedelta(31 * t, unit="D"),
            "attainment": np.sum(draws, axis=0) + trend * t,
        }
    )
    return table[rng.random(len(table)) < 2 / 3].reset_index(drop=True) if ragged else table


LEVELS = ["region", "manager", "salesperson"]


def mixed_model(
    table: pd.DataFrame, value: str, groups: list[str], by: str | None = None
) -> list[float]:
    """Variances of the levels and noise by statsmodels, unique ids first, read by name."""
    import statsmodels.api as sm

    x = table.copy()
    units = []
    for k in range(len(groups)):
        x[f"u{k}"] = x[groups[: k + 1]].astype(str).agg("|".join, axis=1)
        units.append(f"u{k}")
    formulas = {f"v{k}": f"0 + C(u{k})" for k in range(1, len(groups))}
    model = sm.MixedLM.from_formula(
        f"{value} ~ 1" + (f" + C({by})" if by else ""), groups="u0", re_formula="1",
        vc_formula=formulas or None, data=x,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = model.fit(reml=True)
    named = dict(zip(model.exog_vc.names if formulas else [], found.vcomp, strict=True))
    return [
        float(found.cov_re.iloc[0, 0]),
        *(float(named[v]) for v in formulas),
        float(found.scale),
    ]
