"""The numbers in which two plans differ."""

from salesanalysis.incentives import Plan
from salesanalysis.planner.controls import controls_of


def differences(old: Plan, new: Plan) -> dict[str, tuple[str, str]]:
    """Return the numbers two plans share and that differ: knob -> (old, new)."""
    was = {c.knob: c for c in controls_of(old)}
    return {
        c.knob: (was[c.knob].text, c.text)
        for c in controls_of(new)
        if c.knob in was and was[c.knob].value / was[c.knob].scale != c.value / c.scale
    }
