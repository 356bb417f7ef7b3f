"""Tables of the agenda, by noun."""

from kalends.agenda.models.occupancy import Block, Occupancy
from kalends.agenda.models.opening import Closure, DayOverride, OpeningRule, Weeks
from kalends.agenda.models.options import NoticeBy, NoticeRecipient, ProviderOptions, Stepping
from kalends.agenda.models.resources import (
    Requirement,
    RequirementChoice,
    Resource,
    ResourceBlock,
    ResourceKind,
    ResourceOccupancy,
)
from kalends.agenda.models.schedules import Revision, Schedule
from kalends.agenda.models.services import Channel, ChannelService, Offering, Service, Visibility
from kalends.agenda.models.subscriptions import Subscription, SubscriptionKind

__all__ = [
    "Block",
    "Channel",
    "ChannelService",
    "Closure",
    "DayOverride",
    "NoticeBy",
    "NoticeRecipient",
    "Occupancy",
    "Offering",
    "OpeningRule",
    "ProviderOptions",
    "Requirement",
    "RequirementChoice",
    "Resource",
    "ResourceBlock",
    "ResourceKind",
    "ResourceOccupancy",
    "Revision",
    "Schedule",
    "Service",
    "Stepping",
    "Subscription",
    "SubscriptionKind",
    "Visibility",
    "Weeks",
]
