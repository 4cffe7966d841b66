"""The customers of the demo company: who they are, how large, when they come and leave."""

from dataclasses import dataclass

import numpy as np

from salesanalysis.data.demo.names import customer_names
from salesanalysis.data.demo.organisation import Organisation
from salesanalysis.data.demo.staff import MANAGER
from salesanalysis.data.demo.timeline import N_MONTHS, Flags, Floats, Ints, pick, stream

TYPES = {
    "Distributor": "经销商",
    "Industry": "工业客户",
    "Retail": "零售商",
    "Key account": "大客户",
}
CHANNELS = {"Direct": "直销", "Distribution": "分销", "Online": "线上"}
DISTRIBUTOR, INDUSTRY, RETAIL, KEY = range(4)

#: Customers of each region, and which part of them is there from the first day.
COUNTS = np.array([115, 82, 64, 45, 120])
FROM_START = np.array([0.60, 0.62, 0.62, 0.66, 0.28])
#: New customers lean to the later years: 1 = evenly, below 1 = more of them later.
ARRIVAL = np.array([0.6, 0.7, 0.7, 0.8, 0.35])
TYPE_WEIGHTS = np.array(
    [[0.34, 0.46, 0.20, 0.0], [0.40, 0.34, 0.26, 0.0], [0.36, 0.46, 0.18, 0.0],
     [0.42, 0.42, 0.16, 0.0], [0.0, 0.0, 0.0, 1.0]]
)  # fmt: skip
CHANNEL_WEIGHTS = np.array([[0.1, 0.9, 0.0], [0.85, 0.15, 0.0], [0.0, 0.45, 0.55], [1.0, 0.0, 0.0]])
LEAVERS = 0.20
SINCE = 36  # seats are dealt by what a customer is worth from this month on (January 2023)
#: The sales manager of the worked example: ten key customers, part of the region's sales, and
#: the months in which new ones arrive (48 = January 2024).
N_KEY, KEY_SHARE = 10, 0.135
NEW_FOR_MANAGER = (49, 50, 52, 53, 55, 56, 58)
#: The large customer of the West, and its part of that region's sales.
WEST, LARGE_SHARE = 3, 0.35


@dataclass(frozen=True, eq=False)
class Customers:
    """Customers by number, sorted by region.

    Attributes
    ----------
    names, names_zh : list of str
    region, seat, kind, channel : array of int, shape (customers,)
    size : array, shape (customers,), relative sales inside the region
    active : array of bool, shape (customers, months)
    taste : array, shape (customers, lines), relative liking of a product line
    key, large : int
        The manager's key customer with the late project; the large customer of the West.
    """

    names: list[str]
    names_zh: list[str]
    region: Ints
    seat: Ints
    kind: Ints
    channel: Ints
    size: Floats
    active: Flags
    taste: Floats
    key: int
    large: int


def customers(seed: int, org: Organisation) -> Customers:
    """Return the customers of a seed."""
    rng = stream(seed, "customers")
    region = np.repeat(np.arange(len(COUNTS)), COUNTS)
    n = len(region)
    large = int(np.searchsorted(region, WEST))
    number = np.arange(n)
    kind = pick(TYPE_WEIGHTS, region, rng.random(n))
    kind[(number < N_KEY) | (number == large)] = KEY
    kind[(number >= N_KEY) & (number < N_KEY + len(NEW_FOR_MANAGER))] = INDUSTRY
    channel = pick(CHANNEL_WEIGHTS, kind, rng.random(n))
    size = _sizes(region, large, rng)
    active = _active(region, large, rng)
    english, chinese = customer_names(region, kind == KEY, rng)
    return Customers(
        names=english,
        names_zh=chinese,
        region=region,
        seat=_seats(region, size * active[:, SINCE:].sum(axis=1), org),
        kind=kind,
        channel=channel,
        size=size,
        active=active,
        taste=rng.gamma(1.5, 1.0, (n, 6)) + 0.15,
        key=0,
        large=large,
    )


def _seats(region: Ints, worth: Floats, org: Organisation) -> Ints:
    """Deal the customers of a region to its seats by worth, so that seats are alike.

    The manager's seat has its own customers only.
    """
    manager = org.seats.index(MANAGER)
    own = np.arange(len(region)) < N_KEY + len(NEW_FOR_MANAGER)
    order = np.lexsort((-worth, own, region))
    rank = np.empty(len(region), dtype="int64")
    rank[order] = np.arange(len(region)) - np.searchsorted(region, region[order])
    seats = np.arange(len(org.seats))
    table = np.argsort(
        (org.seat_region != np.arange(len(COUNTS))[:, None]) | (seats == manager),
        axis=1,
        kind="stable",
    )
    n_seats = np.bincount(org.seat_region[seats != manager])
    lap, place = np.divmod(rank, n_seats[region])
    # there and back again: who chose last chooses first in the next round
    place = np.where(lap % 2, n_seats[region] - 1 - place, place)
    return np.where(own, manager, table[region, place])


def _sizes(region: Ints, large: int, rng: np.random.Generator) -> Floats:
    """Return relative sales: a few large ones, many small ones, and the fixed parts."""
    size = rng.lognormal(0.0, 0.75, len(region))
    size[:N_KEY] = rng.uniform(0.8, 1.25, N_KEY)
    size[N_KEY : N_KEY + len(NEW_FOR_MANAGER)] = 0.25
    east, west = region == 0, region == WEST
    rest = size[east][N_KEY:].sum()
    size[:N_KEY] *= KEY_SHARE / (1 - KEY_SHARE) * rest / size[:N_KEY].sum()
    size[large] = LARGE_SHARE / (1 - LARGE_SHARE) * (size[west].sum() - size[large])
    return size


def _active(region: Ints, large: int, rng: np.random.Generator) -> Flags:
    """Return the months in which each customer may order."""
    n = len(region)
    there = rng.random(n) < FROM_START[region]
    arrival = np.ceil(rng.random(n) ** ARRIVAL[region] * (N_MONTHS - 2)).astype("int64")
    start = np.where(there, 0, arrival)
    end = start + rng.integers(12, N_MONTHS, n)
    end = np.where(rng.random(n) < LEAVERS, end, N_MONTHS)
    start[:N_KEY], end[: N_KEY + len(NEW_FOR_MANAGER)] = 0, N_MONTHS
    start[N_KEY : N_KEY + len(NEW_FOR_MANAGER)] = NEW_FOR_MANAGER
    start[large], end[large] = 0, N_MONTHS
    month = np.arange(N_MONTHS)
    active: Flags = (month >= start[:, None]) & (month < end[:, None])
    return active
