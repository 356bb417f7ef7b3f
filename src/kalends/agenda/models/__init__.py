"""Tables of the agenda, by noun."""

from kalends.agenda.models.occupancy import Block, Occupancy
from kalends.agenda.models.opening import Closure, DayOverride, OpeningRule, Weeks
from kalends.agenda.models.schedules import Revision, Schedule
from kalends.agenda.models.services import Channel, ChannelService, Offering, Service, Visibility

__all__ = [
    "Block",
    "Channel",
    "ChannelService",
    "Closure",
    "DayOverride",
    "Occupancy",
    "Offering",
    "OpeningRule",
    "Revision",
    "Schedule",
    "Service",
    "Visibility",
    "Weeks",
]
