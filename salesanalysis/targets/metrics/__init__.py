"""Several metrics on one card: amounts and counts are split, rates and means are bounded.

`metric_card` hands a whole set of asks down to the units of one level at once; a rate is never
summed, and one without what it is a rate of is refused.
"""
