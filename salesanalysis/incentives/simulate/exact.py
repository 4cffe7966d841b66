"""The exact back end: the engine of statements, for everybody, on fewer draws."""

from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from salesanalysis.incentives.components import Tiers
from salesanalysis.incentives.exact.limits import capped_credit
from salesanalysis.incentives.exact.settle import exact_gross, settle
from salesanalysis.incentives.inputs.asked import counts_whole, skipped
from salesanalysis.incentives.inputs.book import Balances, Book, Exact, Sheet
from salesanalysis.incentives.inputs.people import Person
from salesanalysis.incentives.inputs.together import shares_of, team_of
from salesanalysis.incentives.simulate.forms import Form
from salesanalysis.incentives.simulate.reasons import follows, on_teams
from salesanalysis.incentives.simulate.reprice import Priced
from salesanalysis.incentives.simulate.streams import Floats, Streams
from salesanalysis.incentives.simulate.world import World

#: Sheets the exact back end pays, at most: some ten seconds.
MOST_SHEETS = 60_000


@dataclass
class State:
    """What one period hands to the next."""

    balances: Balances = field(default_factory=Balances)
    credited: Exact = 0
    carried: Exact = 0


def exact_draws(world: World) -> int:
    """Return how many draws the exact back end pays, at least one."""
    return max(1, min(world.draws, MOST_SHEETS // (len(world.people) * world.periods)))


class Engine:
    """Pays everybody of a world, draw by draw and period by period.

    Pay is not rounded, unless one period hands a balance to the next: that is whole cents.
    """

    def __init__(self, world: World, form: Form) -> None:
        self.world, self.form, self.plan = world, form, form.plan
        self.streams = Streams(world.seed)
        self.people = [_person(row, form) for row in _rows(world)]
        parts = self.plan.components
        self.skip = [skipped(self.plan, who) for who in self.people]
        self.together = on_teams(self.plan)
        self.carries = any(isinstance(p, Tiers) and p.negative == "carry" for p in parts)
        self.follows = follows(self.plan, form.assumed)
        self.anew = counts_whole(self.plan)

    def horizon(self, draw: int, sold: np.ndarray, beside: dict[str, np.ndarray]) -> Floats:
        """Return pay of one draw in currency, shape of `sold` (people, periods), in cents.

        `beside` are the other measures that are drawn, in hundredths, of the same shape.
        """
        out = np.empty(sold.shape)
        states = [State() for _ in self.people]
        for t in range(sold.shape[1]):
            if self.anew and t % self.plan.head.periods == 0:
                for state in states:  # a year or quarter of a longer quota begins
                    state.credited = 0
            sheets = [
                self.sheet(i, t, self.deals(i, t, draw, int(sold[i, t])), states[i], beside)
                for i in range(len(self.people))
            ]
            for i, sheet in enumerate(self.with_others(sheets)):
                out[i, t] = self.pay(sheet, states[i])
                # what counts goes on, not what was sold, as in a run of deals
                counted = sheet.book(self.plan.head.measure).total
                states[i].credited += counted
                if self.carries:
                    states[i].carried = min(counted + states[i].carried, 0)
        return out

    def deals(self, i: int, period: int, draw: int, cents: int) -> tuple[Exact, ...]:
        """Return what counts of a period's deals; one deal where none are drawn."""
        rules, found = self.plan.rules, (cents,)
        deals: tuple[Exact, ...] = found
        if self.world.deals is not None:
            name = f"{self.people[i].name}|{period}|{draw}"
            deals = self.world.deals.split(cents, self.streams.generator("deals", name))
            windfall = rules.credit.windfall
            deals = tuple(windfall.credit(d) for d in deals) if windfall else deals
        return capped_credit(rules.limits.cap, deals)

    def sheet(
        self,
        i: int,
        period: int,
        deals: tuple[Exact, ...],
        state: State,
        beside: dict[str, np.ndarray],
    ) -> Sheet:
        """Return one person's sheet of a period, other measures at their target."""
        quota, whole = self.world.quota_of(i), self.plan.head.periods
        credited = state.credited if self.plan.is_cumulative else 0
        full = None if whole == 1 else quota * whole
        book = Book(deals, quota, credited, state.carried, quota * (period + 1), full)
        sheet = self.plan.on_target(book)
        books = dict(sheet.books)
        for name in self.follows:
            books[name] = replace(book, quota=books[name].quota)
        for one in self.world.measures:
            total = Fraction(round(beside[one.name][i, period] * 100), 100)
            aim = 100 if one.target is None else int(np.rint(one.target * self.world.quota[i]))
            books[one.name] = Book((total,), aim)
        own = _exact(self.world, self.form.incentive[i])
        incentive = sheet.target_incentive if own < 0 else own
        return replace(
            sheet,
            books=books,
            target_incentive=incentive,
            incentive_full=None if incentive is None else incentive * whole,
            balances=state.balances,
            skip=self.skip[i],
            day="",
        )

    def with_others(self, sheets: list[Sheet]) -> list[Sheet]:
        """Return sheets with what pools, overrides and ranks give."""
        if not self.together:
            return sheets
        team = team_of(self.plan, self.people, sheets)
        shares = shares_of(self.plan, self.people, sheets)
        names = [who.name for who in self.people]
        return [
            replace(sheet, team=team.get(n), shares=shares.get(n))
            for n, sheet in zip(names, sheets, strict=True)
        ]

    def pay(self, sheet: Sheet, state: State) -> float:
        """Return the pay of a sheet, currency; the state takes its balances."""
        if not self.form.steps.stateful:
            return float(exact_gross(self.plan, sheet)[0].total / 100)
        settled = settle(self.plan, sheet)
        state.balances = settled.balances
        return settled.cents / 100


def _rows(world: World) -> list[dict[str, object]]:
    return [dict(row) for row in world.people.to_dict("records")]


def _person(row: dict[str, object], form: Form) -> Person:
    """Return one person as the engine of statements knows people."""
    base = int(float(str(row["base_pay"])))
    rate = str(row["override_rate"])
    name = str(row["salesperson"])
    return Person(
        name=name,
        shown=name,
        quotas={},
        to_date={},
        credited={},
        carried={},
        results={},
        balances=Balances(),
        target_incentive=None,
        base_pay=None if base < 0 else base,
        rate=Fraction(rate) if rate else None,
        manager=str(row["manager"]),
        team=str(row["team"]),
        groups={c: str(row[c]) for only in form.plan.rules.only.values() for c in only},
    )


def _exact(world: World, cents: float) -> Exact:
    """Return a target incentive of one period as it was given, for one period or more."""
    whole, part = divmod(round(cents * world.incentive_periods), world.incentive_periods)
    return Fraction(part, world.incentive_periods) + whole if part else whole


def pay_world_exactly(world: World, form: Form) -> Priced:
    """Pay every cell of a world; its draws are few, see `exact_draws`."""
    n = len(world.people)
    sold = np.empty((n, world.periods, world.draws))
    for batch in world.batches():
        sold[batch.rows, :, batch.start : batch.stop] = batch.sold
    beside = world.beside(np.arange(n), 0, sold)
    engine = Engine(world, form)
    cells = np.empty((n, world.draws))
    for d in range(world.draws):
        own = {name: values[:, :, d] for name, values in beside.items()}
        cells[:, d] = engine.horizon(d, sold[:, :, d], own).sum(axis=1)
    regions = np.zeros((len(world.regions), world.draws))
    np.add.at(regions, world.region_of, cells)
    return Priced(cells.sum(axis=0), regions, cells.sum(axis=1), cells)
