"""Messages to people: written down durably, then handed to their channels once and in order."""

from pipelines.outbox.delivering import Delivered, deliver
from pipelines.outbox.message import Message, put

__all__ = ["Delivered", "Message", "deliver", "put"]
