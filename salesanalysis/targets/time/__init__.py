"""Targets in time: months around a moving festival, weeks and days, people who come and go.

`month_shares` says what part of a year each month carries; `split_days` brings a plan down to
days and weeks; `pin_months` fixes months by hand; `quota_days` gives everybody the part of a full
target that their days, share and ramp stand for.
"""
