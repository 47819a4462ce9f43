"""The figures: documented pure functions, each with unit, source and rule for what is missing.

Energies are kWh at the meter. A ratio whose denominator is 0 is not available (None), never 0. Nothing is rounded but where
shares must add up.
"""
