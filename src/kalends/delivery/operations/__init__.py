"""Acts on deliveries: queueing one, taking it back or writing it anew while it waits, sending one again because a
person says so, and what comes back."""

from kalends.delivery.operations.again import leave, send_again
from kalends.delivery.operations.bouncing import revive, take_bounce, take_complaint
from kalends.delivery.operations.clocks import trust_clock, trust_clock_everywhere
from kalends.delivery.operations.fax_numbers import confirm_fax_number, send_first_page
from kalends.delivery.operations.following import take_course
from kalends.delivery.operations.forgetting import forget_old
from kalends.delivery.operations.guarding import forget_tallies, see_alarms
from kalends.delivery.operations.mail_senders import asked_by_secret, confirm_sender, set_sender
from kalends.delivery.operations.opting import look_after, opt_in, opt_out, take_reply
from kalends.delivery.operations.queueing import queue, queue_from, queue_to
from kalends.delivery.operations.receipts import forget_parts, take_networks_receipt, take_receipt
from kalends.delivery.operations.settings import set_settings
from kalends.delivery.operations.taking_back import put_off, readdress, take_back, take_back_one, write_anew

__all__ = [
    "asked_by_secret",
    "confirm_fax_number",
    "confirm_sender",
    "forget_old",
    "forget_parts",
    "forget_tallies",
    "leave",
    "look_after",
    "opt_in",
    "opt_out",
    "put_off",
    "queue",
    "queue_from",
    "queue_to",
    "readdress",
    "revive",
    "see_alarms",
    "send_again",
    "send_first_page",
    "set_sender",
    "set_settings",
    "take_back",
    "take_back_one",
    "take_bounce",
    "take_complaint",
    "take_course",
    "take_networks_receipt",
    "take_receipt",
    "take_reply",
    "trust_clock",
    "trust_clock_everywhere",
    "write_anew",
]
