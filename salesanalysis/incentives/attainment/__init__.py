"""How results are distributed: presets, calibration from history, draws of a forecast."""

from salesanalysis.incentives.attainment.beside import OtherMeasure
from salesanalysis.incentives.attainment.calibrate import bootstrap, calibrate
from salesanalysis.incentives.attainment.company import company_sd, plan_met
from salesanalysis.incentives.attainment.deals import Deals
from salesanalysis.incentives.attainment.forecast import ForecastDraws, from_draws
from salesanalysis.incentives.attainment.model import Attainment
from salesanalysis.incentives.attainment.presets import PRESETS, attainment, from_facts

__all__ = [
    "PRESETS",
    "Attainment",
    "Deals",
    "ForecastDraws",
    "OtherMeasure",
    "attainment",
    "bootstrap",
    "calibrate",
    "company_sd",
    "from_draws",
    "from_facts",
    "plan_met",
]
