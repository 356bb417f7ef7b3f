"""Writing the agenda: places, opening hours, closures, services, channels, schedules, blocks."""

from kalends.agenda.operations.blocks import add_block, change_blocks, remove_block
from kalends.agenda.operations.channels import open_channels, set_channels, switch_channel
from kalends.agenda.operations.closures import add_closure, add_public_holidays, edit_closure, remove_closure
from kalends.agenda.operations.opening import set_opening
from kalends.agenda.operations.options import set_options
from kalends.agenda.operations.resources import (
    block_resource,
    edit_resource,
    make_resource,
    set_requirements,
    unblock_resource,
)
from kalends.agenda.operations.schedules import edit_schedule, follow_location, make_schedule
from kalends.agenda.operations.services import OfferingSpec, edit_service, make_service, set_offerings

__all__ = [
    "OfferingSpec",
    "add_block",
    "add_closure",
    "add_public_holidays",
    "block_resource",
    "change_blocks",
    "edit_closure",
    "edit_resource",
    "edit_schedule",
    "edit_service",
    "follow_location",
    "make_resource",
    "make_schedule",
    "make_service",
    "open_channels",
    "remove_block",
    "remove_closure",
    "set_channels",
    "set_offerings",
    "set_opening",
    "set_options",
    "set_requirements",
    "switch_channel",
    "unblock_resource",
]
