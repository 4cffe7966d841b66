"""The forecast of a crossed tree: errors by level before and after adding up, coverage, and cost.

Australian retail, states crossed with industries below groups, about 183 nodes, 12 months ahead from
December 2008 to 2017 with 60 months of history. MASE by level; "better" counts the origins at which
the sums lowered the error over all nodes. Below: 1,000 series forecast with calibration and intervals,
and 1,000 nodes x 12 months brought to agree, beside hierarchicalforecast where it is installed.
"""

import ast
import sys
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pandas as pd

import salesanalysis.forecast
from benchmarks import Row
from benchmarks._aims import at_least, tree_aims
from benchmarks._sets import FOLDER, load_set
from benchmarks._tree import ORIGINS, Tree, tree
from salesanalysis.forecast.reconcile import Reconciler, Summing
from salesanalysis.forecast.run import run as forecast

HORIZON = 12
METHODS = ("wls", "bottom_up")
#: Seconds for 1,000 series, and how many times as fast as the peer sums are to be.
SECONDS, FASTER = 2.0, 20.0
#: Packages every part of the house stands on.
GIVEN = frozenset({"numpy", "pandas", "salesanalysis", "scipy", "statsmodels"})


def run(folder: Path = FOLDER) -> list[Row | str]:
    """Return the table by level and the rows of cost."""
    if not folder.is_dir():
        return [f"forecast_tree: skipped, no trial data in {folder.name}/", *_cost(None)]
    found = {name: [] for name in ("seasonal naive", "none", *METHODS)}
    held: list[list[float]] = []
    for origin in ORIGINS:
        _score(tree(origin, horizon=HORIZON, folder=folder), found, held)
    rows = [_line(name, tables, found["none"]) for name, tables in found.items()]
    cover = np.mean(held, axis=0)
    said = f"intervals after adding up (wls): {cover[0]:.3f} / {cover[1]:.3f} held of 80 / 95 %"
    after, before = (pd.concat(found[m], axis=1) for m in (METHODS[0], "none"))
    return [*rows, said, *tree_aims(after, before), *_cost(folder)]


def _score(one: Tree, found: dict[str, list[pd.Series]], held: list[list[float]]) -> None:
    """Add one origin's errors by level."""
    from scipy import sparse

    history, later = one.every(one.train), one.every(one.test)
    unit = np.abs(history[:, 12:] - history[:, :-12]).mean(axis=1)
    names = pd.Series(one.levels)
    summing = Summing(names.to_frame("level"), sparse.csr_array(one.sums), ((),))

    def errors(point: np.ndarray) -> pd.Series:
        scaled = pd.Series(np.abs(later - point).mean(axis=1) / unit)
        return pd.concat(
            [scaled.groupby(names, sort=False).mean(), pd.Series({"all": scaled.mean()})]
        )

    found["seasonal naive"].append(errors(history[:, -12:]))
    for method in METHODS:
        done = forecast(
            history, summing, HORIZON, levels=names.to_numpy(dtype="str"), method=method
        )
        found[method].append(errors(done.point))
        if method == METHODS[0]:
            found["none"].append(errors(done.base))
            bounds = done.bounds((0.80, 0.95), np.zeros((len(history), 1)))
            held.append([float(((later >= b[0]) & (later <= b[1])).mean()) for b in bounds])


def _line(name: str, tables: list[pd.Series], none: list[pd.Series]) -> str:
    """Write one method's errors by level."""
    mean = pd.concat(tables, axis=1).mean(axis=1)
    base = pd.concat(none, axis=1).mean(axis=1)
    better = sum(a["all"] < b["all"] for a, b in zip(tables, none, strict=True))
    parts = "  ".join(f"{level} {value:.3f}" for level, value in mean.items())
    ratio = (
        f"all/none {mean['all'] / base['all']:.3f}, total/none {mean['total'] / base['total']:.3f}"
    )
    return f"{name:<15} {parts}  ({ratio}; better at {better} of {len(tables)})"


def _cost(folder: Path | None) -> list[str]:
    """Time the engine and the reconciliation."""
    rows = []
    if folder is not None:
        for name in ("m3_all", "m3_60"):
            train = load_set(name, folder)[0][:1000]
            began, spent = perf_counter(), process_time()
            forecast(train, None, 18).bounds((0.80, 0.95))
            seconds, used = perf_counter() - began, process_time() - spent
            met = "met" if seconds <= SECONDS else "missed"
            rows.append(
                f"aim: 1,000 series of {name}, 18 months, calibrated: {seconds:.2f} s "
                f"({used:.2f} s of processor time), <= {SECONDS:g} s: {met}"
            )
    return [*rows, _reconcile_cost(), _needs()]


def _needs() -> str:
    """Count the packages the forecast imports beyond those of any table of figures."""
    files = Path(salesanalysis.forecast.__file__).parent.rglob("*.py")
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8")))]
    named = {a.name for node in nodes if isinstance(node, ast.Import) for a in node.names}
    named |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    named = {name.partition(".")[0] for name in named}
    more = sorted(named - sys.stdlib_module_names - GIVEN)
    return (
        f"aim: packages the forecast needs beyond {', '.join(sorted(GIVEN))}: {len(more)}, <= 0: "
        + ("met" if not more else f"missed ({', '.join(more)})")
    )


def _reconcile_cost() -> str:
    """Bring 1,000 nodes x 12 months to agree."""
    from scipy import sparse

    rng = np.random.default_rng(20240)
    region, line = np.repeat(np.arange(30), 30), np.tile(np.arange(30), 30)
    rows = [
        np.ones((1, 900)),
        *(np.equal.outer(np.arange(30), x).astype(float) for x in (region, line)),
    ]
    sums = np.concatenate(rows)
    summing = Summing(pd.DataFrame({"level": ["x"] * 961}), sparse.csr_array(sums), ((),))
    base, variance = rng.gamma(2.0, 50.0, (961, HORIZON)), rng.gamma(2.0, 1.0, 961)
    times = []
    for _ in range(5):
        began = perf_counter()
        Reconciler.of(summing, method="wls", variance=variance).nodes(base)
        times.append(perf_counter() - began)
    text = f"961 nodes x 12 months brought to agree: {1e3 * min(times):.1f} ms"
    if find_spec("hierarchicalforecast") is None:
        return text + " (hierarchicalforecast is not installed: no peer)"
    peer = _peer(sums, base)
    text += f"; hierarchicalforecast {1e3 * peer:.1f} ms"
    return f"{text}; {at_least('sums that agree, beside it', peer / min(times), FASTER)}"


def _peer(sums: np.ndarray, base: np.ndarray) -> float:
    """Time the peer's weighted least squares on the same sums."""
    from hierarchicalforecast.methods import MinTrace

    matrix = np.concatenate([sums, np.eye(sums.shape[1])])
    times = []
    for _ in range(3):
        began = perf_counter()
        MinTrace(method="wls_struct").fit_predict(S=matrix, y_hat=base)
        times.append(perf_counter() - began)
    return min(times)
