"""The file of choices as `salesanalysis targets start` writes it: all there is, explained."""

TEMPLATE = """\
# Every choice of a plan, with its default. Take the # away to change one; unknown keys are refused.
# Tables are CSV files beside this file (UTF-8 or GB 18030), or rows written here. Level columns are
# region, product_line, team, salesperson: empty below the unit's own level.

# total: 130000000            # default: the company's own target in the data, else what is proposed
# step: 1                     # smallest amount a target moves by, in currency

growth:
  method: weighted_years      # constant, cagr, moving3, robust, damped, trend_season, potential,
                              # index, untapped, forecast, regression, market_share, blend
  weights: [0.5, 0.3, 0.2]    # yearly growths, newest first
  # cap and pull hold for growths read from history even where their lines are missing
  cap: 0.5                    # between -50 % and +50 %
  pull: 0.5                   # half way to the growth of the units around; 0 = the unit's own
  # rate: 0.3                 # of constant, damped, blend
  # table: potential.csv      # figures per unit, for the methods that read some
  # columns: {base: 0.7, potential: 0.3}

# cleaning:                   # what of last year is a base to grow from
#   outlier: exclude          # one large deal: exclude, keep, cap (deal_cap), spread (spread_years)
#   negative: zero            # more returned than sold: zero, carry, error
#   short: borrow             # under 24 months: borrow, error

# assumptions:                # what is expected of the year, on top of history
#   - {factor: market, effect_growth: 0.05, source: survey, owner: Li, date: 2023-12-01}

# proposals:                  # what units offer from below
#   table: proposals.csv      # region, product_line, proposer, value; empty value = not submitted
#   how: top                  # top: only shown; bottom; weight with the weight of the top
#   weight: 0.6

# pins:                       # fixed by hand; the company's own pins come from the data
#   - {region: East, value: 52000000, reason: strategy, author: board, time: 2023-12-01}

# months:
#   split: season             # season, spring_festival, working_days, equal
#   weights: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]   # in place of split, fiscal order
#   calendar: days.csv        # date, is_workday; default the published holidays of China

# margins:                    # totals by other dimensions too; a row is a total of what it fills
#   table:
#     - {product_line: Drives, value: 30000000}
#   seed: 0                   # weight of units that sold nothing, in currency

# metrics:                    # what is asked besides sales
#   by: [region]              # levels that name a unit
#   asks:                     # rule: shares, per_head (a month), same, shift, budget
#     - {metric: collection_rate, value: 0.95}
#     - {metric: visits, value: 15, rule: per_head}
#   table: units.csv          # figures per unit: last year's of each metric, n_heads, market_size
#   pins: metric_pins.csv     # metric, value

# days:                       # the months by days and weeks
#   by: [region]
#   weekdays: [1, 1, 1, 1, 1, 0, 0]   # Monday to Sunday
#   month_end: [1.5, 1.2]     # last working day, the one before
#   closed: holidays          # holidays, never

# people:                     # who is there for a part of the year
#   table: people.csv         # default the people of the data: salesperson, region, valid_from,
                              # valid_to, share, ramp
#   relief: hold              # what they are relieved of: hold (as unassigned), redistribute
#   day_weight: workday       # workday, calendar
#   starters: peers           # people without a last year: the median of those beside them; none
#   ramps: {new: [0.25, 0.5, 0.75]}   # part of full speed in month 1, 2, 3

# edits: edits.csv            # edit (pin, transfer, freeze, preserve, split, merge), reason,
                              # author, time, and what each needs; see docs/targets.md

# over_assignment: {region: 0.05}   # cards say 5 % more than the plan, per level

# tiers:
#   attainability: {base: 0.8, average: 0.5, challenge: 0.2}   # chances; or
#   uplifts: {base: -0.1, challenge: 0.15}                     # of the plan; or totals:

# smart:
#   tier: average             # the tier people commit to
#   kpi: revenue
#   weight: 0.6               # of the measure in the scorecard
#   control_gap: 0            # sales less the control total of the books
#   bands: {average: [0.3, 0.85]}

# responsibility: owners.csv  # owner, due, data_source, actions, reason
# requests: requests.csv      # department, item, amount, due, status (open, granted, refused)
# note: first draft
"""
