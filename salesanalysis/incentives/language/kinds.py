"""Every type of component: how it is read and which keys it has."""

from collections.abc import Callable

from salesanalysis.incentives.components import Component
from salesanalysis.incentives.language import bonus, earning, factors
from salesanalysis.incentives.language.place import Place

_EDGED = ["basis", "closed", "measured"]
TYPES: dict[str, tuple[Callable[[Place], Component], list[str]]] = {
    "tiers": (
        earning.read_tiers,
        [*_EDGED, "mode", "negative", "tiers", "reprice", "allow_rate_above_one", "threshold"],
    ),
    "curve": (earning.read_curve, [*_EDGED, "points", "below", "scale"]),
    "step": (earning.read_step, [*_EDGED, "steps", "pays"]),
    "interpolated": (earning.read_interpolated, [*_EDGED, "tiers"]),
    "package": (earning.read_package, ["free", "size", "amount", "measure"]),
    "average_rate": (earning.read_average, ["measured", "points", "allow_rate_above_one"]),
    "spif": (earning.read_spif, ["measure", "per_unit", "prizes", "budget"]),
    "bands": (factors.read_bands, ["closed", "measured", "multiplies", "bands"]),
    "multiplier": (factors.read_multiplier, ["measured", "points", "multiplies"]),
    "gate": (factors.read_gate, ["closed", "measured", "at", "multiplies"]),
    "matrix": (bonus.read_matrix, ["pays", "lookup", "axes", "values"]),
    "kpi_weighted": (bonus.read_kpis, ["pays", "kpis"]),
    "pool": (bonus.read_pool, ["source", "weights", "unit", "method"]),
    "override": (bonus.read_override, ["rate", "of", "measure", "allow_rate_above_one"]),
}
FACTOR_TYPES = ("bands", "multiplier", "gate")
