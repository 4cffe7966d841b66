"""Judging forecasts: metrics, reference methods, and backtests in which all see the same."""
