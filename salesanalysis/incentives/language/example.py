"""The plan that the examples of this room read."""

EXAMPLE = """\
schema: 1
plan: {id: example, currency: CNY, effective: {from: 2024-01-01, to: null},
       title: {en: Example, zh: 示例},
       rounding: {unit: "0.01", mode: half_up, lines: largest_remainder}}
measures: {sales: {kind: money}}
quota: {per: month, zero_quota: error}
components:
  - id: commission
    type: tiers
    mode: marginal
    basis: period
    closed: lower
    negative: zero
    measured: {unit: attainment, quota: month, tier_measure: sales, pay_measure: sales}
    tiers: [{from: "0", rate: "0.02"}]
  - id: coefficient
    type: bands
    closed: lower
    measured: {unit: attainment, quota: month, tier_measure: sales}
    multiplies: [commission]
    bands: [{from: null, value: "0.8"}, {from: "0.8", value: "1.0"}, {from: "1.0", value: "1.2"}]
"""
