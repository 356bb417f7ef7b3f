"""Acts on deliveries: putting one into the queue, and sending one again because a person says so."""

from kalends.delivery.operations.again import send_again
from kalends.delivery.operations.queueing import queue

__all__ = ["queue", "send_again"]
