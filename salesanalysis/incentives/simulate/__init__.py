"""What a plan costs: sales drawn once, paid under as many plans as one likes."""

from salesanalysis.incentives.simulate.backends import BackendNotValid
from salesanalysis.incentives.simulate.drawing import draw_world
from salesanalysis.incentives.simulate.engine import simulate
from salesanalysis.incentives.simulate.expect import ExpectedPay, expected_pay
from salesanalysis.incentives.simulate.ledger import Ledger, build_ledger
from salesanalysis.incentives.simulate.reprice import reprice
from salesanalysis.incentives.simulate.result import Simulation
from salesanalysis.incentives.simulate.world import World

__all__ = [
    "BackendNotValid",
    "ExpectedPay",
    "Ledger",
    "Simulation",
    "World",
    "build_ledger",
    "draw_world",
    "expected_pay",
    "reprice",
    "simulate",
]
