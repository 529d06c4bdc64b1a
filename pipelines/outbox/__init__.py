"""Messages to people: written down durably, then handed to their channels once and in order."""

from pipelines.outbox.delivering import Delivered, deliver, is_idle
from pipelines.outbox.message import Message, put

__all__ = ["Delivered", "Message", "deliver", "is_idle", "put"]
