"""Two groups of people, ten thousand times: what holds of the split of their means.

A draw has fits of its own, so it is a call of its own. What is asked once a draw goes through
`oaxaca`; what needs several answers goes through `split_means`, the arrays beneath it, a sixth of
the time. That both tell the same is looked at in every draw, and every twentieth is asked all of it
as a table.
"""

import numpy as np
import pandas as pd

from benchmarks._tally import Tally
from salesanalysis import variance
from salesanalysis.variance.groups import split_means

#: People of a draw, and every how many draws the table is asked all of it.
PEOPLE, EVERY = 36, 20
X = ["visits", "tenure"]
#: What a fit may lose of the digits of a mean.
LOOSE = 100
Arrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def groups(tally: Tally, n: int) -> None:
    """1-6, 8, 11 and 12 of two groups."""
    rng = np.random.default_rng(13)
    for k in range(n):
        people, fold = drawn(k, rng), 2 + k % 2
        new = people["is_new"].to_numpy()
        y, x = people["revenue"].to_numpy(), people[X].to_numpy()
        arrays = y[new], x[new], y[~new], x[~new]
        mean, other = float(y[new].mean()), float(y[~new].mean())
        near = 1e-9 * max(abs(mean), abs(other))
        found = asked(people, fold).effects["amount"].to_numpy()
        tally.look("1 effects add up to the difference", [abs(found.sum() - (mean - other)) > near])
        tally.look("11 no empty or infinite amount", ~np.isfinite(found))
        told, detail = split(arrays, fold)
        tally.look("5 the table tells what its arrays tell", np.abs(found - told) > near)
        _arrays(tally, arrays, told, detail, near=LOOSE * near, order=rng.permutation)
        if k % EVERY == 0:
            _tables(tally, people, found, fold, LOOSE * near)


def drawn(k: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return people of whom 15 to 21 are new and bring less, in amounts of a few fen to millions."""
    x = rng.normal(5, 2, (PEOPLE, 2))
    new = np.arange(PEOPLE) < 15 + k % 7
    money = x[:, 0] * rng.uniform(1, 9) + rng.normal(0, 1, PEOPLE) - 3.0 * new
    money *= 10.0 ** rng.integers(-2, 7)
    return pd.DataFrame({"visits": x[:, 0], "tenure": x[:, 1], "is_new": new, "revenue": money})


def asked(people: pd.DataFrame, fold: int, *, actual: bool = True, **more) -> variance.Bridge:
    return variance.oaxaca(
        people, "revenue", group="is_new", actual=actual, base=not actual, x=X, fold=fold, **more
    )


def split(arrays: Arrays, fold: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the effects in their order, and the first of them by column."""
    found = split_means(*arrays, fold=fold)
    return np.array(list(found.effects.values())), found.detail


def _arrays(
    tally: Tally, arrays: Arrays, told: np.ndarray, detail: np.ndarray, *, near: float, order
) -> None:
    """2-6 and 8 of one draw: the same people on both sides, turned, in other orders and units."""
    y1, x1, y0, x0 = arrays
    fold = len(told)
    same, _ = split((y1, x1, y1, x1), fold)
    tally.look("2 nothing where the groups are alike", np.abs(same) > near)
    level = x1 - [0.0, x1[:, 1].mean() - x0[:, 1].mean()]
    _, still = split((y1, level, y0, x0), fold)
    tally.look("2 a column of equal means has no effect", [abs(still[1]) > near])
    back, _ = split((y0, x0, y1, x1), fold)
    tally.look("3 the groups turned change the sign", np.abs(back - turned(told)) > near)
    swapped, parts = split((y1, x1[:, ::-1], y0, x0[:, ::-1]), fold)
    wrong = np.abs([*(swapped - told), *(parts[::-1] - detail)]) > near
    tally.look("4 columns in another order permute their parts", wrong)
    a, b = order(len(y1)), order(len(y0))
    mixed, _ = split((y1[a], x1[a], y0[b], x0[b]), fold)
    tally.look("5 order does not matter", np.abs(mixed - told) > near)
    twice, _ = split(tuple(np.concatenate([v, v]) for v in arrays), fold)
    tally.look("5 everybody twice is the same", np.abs(twice - told) > near)
    units = [1000.0, 1.0]
    scaled, _ = split((10 * y1, x1 * units, 10 * y0, x0 * units), fold)
    tally.look("6 money scales, units do not matter", np.abs(scaled - 10 * told) > 10 * near)
    tally.look("8 every part is its formula", np.abs(by_formula(arrays, fold) - told) > near)


def turned(told: np.ndarray) -> np.ndarray:
    """Return what the effects become where actual and base change places."""
    if len(told) == 2:
        return -told
    # endowments at the other group's coefficients hold the interaction as well
    return np.array([-(told[0] + told[2]), -(told[1] + told[2]), told[2]])


def by_formula(arrays: Arrays, fold: int) -> np.ndarray:
    """Return the parts by least squares written anew, without the class that makes them."""
    y1, x1, y0, x0 = arrays
    own = [np.linalg.lstsq(_constant(x), y, rcond=None)[0] for y, x in ((y1, x1), (y0, x0))]
    means = [np.append(1.0, x.mean(axis=0)) for x in (x1, x0)]
    if fold == 2:
        is_actual = np.repeat([1.0, 0.0], [len(y1), len(y0)])[:, None]
        every = np.hstack([_constant(np.vstack([x1, x0])), is_actual])
        pooled = np.linalg.lstsq(every, np.concatenate([y1, y0]), rcond=None)[0]
        explained = (means[0] - means[1])[1:] @ pooled[1:-1]
        return np.array([explained, y1.mean() - y0.mean() - explained])
    moved, brought = means[0] - means[1], own[0] - own[1]
    return np.array([moved @ own[1], means[1] @ brought, moved @ brought])


def _constant(x: np.ndarray) -> np.ndarray:
    return np.column_stack([np.ones(len(x)), x])


def _tables(
    tally: Tally, people: pd.DataFrame, told: np.ndarray, fold: int, near: float
) -> None:  # fmt: skip
    """3, 5, 6 and 12 of one draw as a table: turned, another order, index, type and unit."""

    def amounts(table: pd.DataFrame, **more) -> np.ndarray:
        return asked(table, fold, **more).effects["amount"].to_numpy()

    turn = np.abs(amounts(people, actual=False) - turned(told)) > near
    tally.look("3 as a table as well", turn)
    mixed = people.sample(frac=1, random_state=1).astype({"is_new": "category"})
    tally.look("5 nor index and type", np.abs(amounts(mixed) - told) > near)
    units = people.assign(visits=people["visits"] * 1000, revenue=people["revenue"] * 10)
    tally.look("6 as a table as well", np.abs(amounts(units) - 10 * told) > 10 * near)
    plain = asked(people, fold)
    first = str(plain.effects["effect"].iloc[0])
    moved = asked(people, fold, origin={first: "external"})
    tally.look("12 an override moves no effect", moved.effects["amount"] != plain.effects["amount"])
    external = moved.by_origin().set_index("origin")["amount"]["external"]
    tally.look("12 an override moves the amount", [abs(external - told[0]) > near])
    sums = [plain.by_origin()["amount"].sum() - plain.gap]
    sums += [plain.to_frame()["running_total"].iloc[-2] - plain.end]
    tally.look("12 origins and running total add up", np.abs(sums) > near)
