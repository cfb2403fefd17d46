"""How ready a person will be on the day of a goal, if nothing is practised until then."""

from domain.goals.readiness.forecast import Forecast, forecast
from domain.goals.readiness.standings import MOST_BELOW_TARGET, MOST_USED_TAGS, Standing

__all__ = ["MOST_BELOW_TARGET", "MOST_USED_TAGS", "Forecast", "Standing", "forecast"]
