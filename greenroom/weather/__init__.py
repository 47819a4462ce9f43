"""The weather to come, read at the edge of the house: forecasts in the shape of Open-Meteo, by file or HTTP."""
