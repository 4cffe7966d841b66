"""Sales of a made-up company against its target, with causes planted in a part of its gap."""

from dataclasses import dataclass

import numpy as np

from benchmarks._places import Key, Leaves, inside_of

#: Region > manager > rep: managers and reps are numbered through the whole company.
REGIONS, MANAGERS, REPS, PRODUCTS, TYPES = 6, 3, 5, 18, 3
SALES_DIMS = ("region", "manager", "rep", "product", "customer_type")
SALES_SIZES = (REGIONS, REGIONS * MANAGERS, REGIONS * MANAGERS * REPS, PRODUCTS, TYPES)
ALL = (-1,) * len(SALES_SIZES)


@dataclass(frozen=True, eq=False)
class Company:
    """Sales against target, and what was planted: slice -> amount, currency."""

    codes: np.ndarray
    actual: Leaves
    base: Leaves
    truth: dict[Key, float]


def company(seed: int) -> Company:
    """Return the first draw of a seed in which each planted slice holds 5-40 % of the gap."""
    for attempt in range(200):
        found = _drawn(np.random.default_rng([seed, attempt]))
        gap = float(found.actual.sum() - found.base.sum())
        shares = [amount / gap for key, amount in found.truth.items() if key != ALL]
        if shares and all(0.05 <= share <= 0.40 for share in shares):
            return found
    raise ValueError(seed)


def _drawn(rng: np.random.Generator) -> Company:
    """Return a company with 1-3 planted causes and maybe a drift of everything.

    A target is what every rep sold last year with a common growth, so it is smooth; products
    without a target are sold by some, some pairs of rep and product stop, some are returns.
    """
    codes = _sold(rng)
    n = codes.shape[1]
    base = 1e4 * rng.lognormal(0, 0.5, SALES_SIZES[2])[codes[2]]
    base *= rng.lognormal(0, 0.7, PRODUCTS)[codes[3]] * np.array([0.5, 0.3, 0.2])[codes[4]]
    spread = rng.uniform(0.04, 0.2) * (base / np.median(base)) ** -0.15
    drift = rng.uniform(0.03, 0.10) * rng.choice([-1, 1]) if rng.random() < 0.5 else 0.0
    actual = base * (1 + drift) * np.maximum(1 + rng.normal(0, spread), 0)
    actual[rng.random(n) < 0.01] = 0.0
    new = rng.random(n) < 0.01
    base[new] = 0.0
    back = rng.random(n) < 0.005
    actual[back] = -0.1 * base[back]
    # as with every cause: what it moved is the change of cells that were there on both sides
    truth = {ALL: drift * float(base[(actual > 0) & (base > 0)].sum())} if drift else {}
    gap = rng.uniform(0.05, 0.12) * base.sum() * (np.sign(drift) or rng.choice([-1, 1]))
    covered = np.zeros(n, dtype=bool)
    for _ in range(int(rng.integers(1, 4))):
        amount = rng.uniform(0.05, 0.40) * gap
        key = _place(rng, codes, base=base, actual=actual, covered=covered, amount=amount)
        if key is None:
            continue
        inside = inside_of(key, codes) & (actual > 0) & (base > 0)
        actual[inside] *= 1 + amount / actual[inside].sum()
        covered |= inside_of(key, codes)
        truth[key] = amount
    return Company(codes, actual, base, truth)


def _sold(rng: np.random.Generator) -> np.ndarray:
    """Return which rep sells which product to which customers: seven in ten of all."""
    rep, product, kind = np.indices((SALES_SIZES[2], PRODUCTS, TYPES)).reshape(3, -1)
    kept = rng.random(len(rep)) < 0.7
    manager = rep // REPS
    return np.stack([manager // MANAGERS, manager, rep, product, kind])[:, kept]


def _place(rng, codes, *, base, actual, covered, amount) -> Key | None:
    """Choose a slice that `amount` moves by 20-80 %, named in its shortest way."""
    for _ in range(500):
        key = list(ALL)
        who = int(rng.integers(-1, 3))
        if who >= 0:
            key[who] = int(rng.integers(SALES_SIZES[who]))
        for dim in (3, 4):
            if rng.random() < 0.5:
                key[dim] = int(rng.integers(SALES_SIZES[dim]))
        inside = inside_of(tuple(key), codes)
        told = inside & (actual > 0) & (base > 0)
        moved = abs(amount) / max(actual[told].sum(), 1e-9)
        if (
            tuple(key) != ALL
            and told.sum() >= 8
            and 0.2 <= moved <= 0.8
            and not (inside & covered).any()
        ):
            return tuple(key)
    return None
