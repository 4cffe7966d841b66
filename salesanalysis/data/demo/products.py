"""What the demo company sells: 36 products in six lines, January prices, launches, exits."""

from dataclasses import dataclass

import numpy as np

from salesanalysis.data.demo.timeline import N_MONTHS, N_YEARS, Floats, Ints, stream

#: Line -> (Chinese, letter of its products, Chinese of one product, list price of the smallest
#: product, cost as a part of the list price, mean price change each January).
LINES = {
    "Sensors": ("传感器", "S", "传感器", 86.0, 0.56, -0.010),
    "Controllers": ("控制器", "C", "控制器", 420.0, 0.60, 0.010),
    "Drives": ("驱动器", "D", "驱动器", 690.0, 0.66, 0.020),
    "Connectors": ("连接器", "K", "连接器", 12.5, 0.62, 0.025),
    "Power supplies": ("电源", "P", "电源", 158.0, 0.64, 0.015),
    "Services": ("技术服务", "V", "服务包", 980.0, 0.42, 0.030),
}
SINGULAR = ("Sensor", "Controller", "Drive", "Connector", "Power supply", "Service plan")
STEPS = np.array([1.0, 1.6, 2.4, 3.5, 5.2, 8.0])  # list prices inside a line
WANTED = np.array([1.0, 1.1, 1.0, 0.8, 0.6, 0.5])  # sales inside a line
#: Number of the month (0 = January 2020) a product is first, and last, sold.
LAUNCHED = {"V50": 21, "S60": 24, "C50": 30, "P60": 36, "D60": 39, "V60": 42, "K60": 50, "C60": 48}
DISCONTINUED = {"D10": 23, "S10": 35, "P10": 41, "K20": 44}
PILOT, PILOT_REGION = "C60", 2  # sold in North only, see causes
PILOT_DEMAND = 5.0  # times an ordinary product of its size
RAMP_UP = 9  # months until a new product sells as an old one does
#: Part of a region's sales in each line, rows in the order of the regions.
AFFINITY = np.array(
    [
        [0.20, 0.24, 0.20, 0.10, 0.14, 0.12],
        [0.18, 0.14, 0.10, 0.12, 0.38, 0.08],
        [0.20, 0.26, 0.22, 0.10, 0.12, 0.10],
        [0.16, 0.20, 0.30, 0.10, 0.14, 0.10],
        [0.14, 0.26, 0.22, 0.06, 0.12, 0.20],
    ]
)
SERVICE_TREND = 0.05  # a year: services become a larger part everywhere


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Products by number.

    Attributes
    ----------
    names, names_zh, codes : list of str
    line : array of int, shape (products,)
    price, unit_cost : array of int, shape (products, years), cents
    wanted : array, shape (regions, months, products)
        Relative sales; 0 where a product is not on sale.
    """

    names: list[str]
    names_zh: list[str]
    codes: list[str]
    line: Ints
    price: Ints
    unit_cost: Ints
    wanted: Floats


def catalogue(seed: int) -> Catalogue:
    """Return the products with the prices of every year."""
    rng = stream(seed, "products")
    lines = list(LINES.values())
    codes = [f"{line[1]}{10 * k}" for line in lines for k in range(1, 7)]
    line = np.repeat(np.arange(len(lines)), len(STEPS))
    base = np.array([spec[3] for spec in lines])[line] * np.tile(STEPS, len(lines))
    price = _prices(base * rng.uniform(0.93, 1.07, len(base)), line, rng)
    share = np.array([spec[4] for spec in lines])[line] * rng.uniform(0.94, 1.06, len(base))
    drift = 1 + 0.008 * np.arange(N_YEARS)
    return Catalogue(
        names=[f"{one} {code}" for one, code in zip(np.repeat(SINGULAR, 6), codes, strict=True)],
        names_zh=[f"{code}{lines[k][2]}" for code, k in zip(codes, line, strict=True)],
        codes=codes,
        line=line,
        price=price,
        unit_cost=np.rint(price[:, :1] * share[:, None] * drift).astype("int64"),
        wanted=_wanted(codes, line),
    )


def _prices(first: Floats, line: Ints, rng: np.random.Generator) -> Ints:
    """Return list prices in cents: each January every product moves by its own step."""
    mean = np.array([spec[5] for spec in LINES.values()])[line]
    step = 1 + mean[:, None] + rng.normal(0.0, 0.012, (len(first), N_YEARS - 1))
    path = np.cumprod(np.column_stack([first, step]), axis=1)
    cents: Ints = np.rint(path * 100).astype("int64")
    return cents


def _wanted(codes: list[str], line: Ints) -> Floats:
    """Return relative sales by region, month and product: launches ramp up, exits stop."""
    month = np.arange(N_MONTHS)[:, None]
    launched = np.array([LAUNCHED.get(code, -N_MONTHS) for code in codes])
    last = np.array([DISCONTINUED.get(code, N_MONTHS) for code in codes])
    ramp = np.clip((month - launched + 1) / RAMP_UP, 0.0, 1.0)
    on_sale = (month >= launched) & (month <= last)
    services = line == list(LINES).index("Services")
    trend = 1 + SERVICE_TREND * (month // 12) * services
    wanted: Floats = AFFINITY[:, line][:, None, :] * (
        np.tile(WANTED, len(LINES)) * ramp * on_sale * trend
    )
    pilot = codes.index(PILOT)
    wanted[:, :, pilot] *= PILOT_DEMAND * (np.arange(len(AFFINITY)) == PILOT_REGION)[:, None]
    return wanted
