"""Acts on deliveries: putting one into the queue, and sending one again because a person says so."""

from kalends.delivery.operations.again import send_again
from kalends.delivery.operations.queueing import queue
from kalends.delivery.operations.taking_back import take_back, write_anew

__all__ = ["queue", "send_again", "take_back", "write_anew"]
