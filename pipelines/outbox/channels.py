"""From a recipient to the apprise service that reaches them."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from pipelines.outbox.recipients import Recipient

# an answer to a message's end may take long: RFC 5321 4.5.3.2.6 allows 10 minutes
_ANSWER_SECONDS = 60.0
_WATCHED = ("requests", "AppriseSMTPController")


class NoChannelError(Exception):
    """The channel cannot be used as configured; the message is Vietnamese, without secrets."""


def variable(channel: str) -> str:
    """Give the name of the environment variable that holds a channel's URL."""
    return f"KHO_CHANNEL_{channel.upper()}"


def address(recipient: Recipient) -> str:
    """Give the URL that reaches a recipient.

    Raises:
        NoChannelError: the channel's variable is missing.
    """
    name = variable(recipient.channel)
    url = os.environ.get(name, "")
    if not url:
        raise NoChannelError(f"thiếu {name}")
    return url.replace("{address}", quote(recipient.address, safe=""))


def service(recipient: Recipient, receipt: str) -> Any:
    """Make the apprise service for one message.

    Args:
        recipient: whom it reaches.
        receipt: a stable name of the message; receivers that know the header
            `Idempotency-Key` use it to see a repetition.

    Raises:
        NoChannelError: the variable is missing or is no URL that apprise knows.
    """
    url, name = address(recipient), variable(recipient.channel)
    from apprise import Apprise, AppriseAsset

    asset = AppriseAsset(app_id="Kho du lieu so", async_mode=False)
    made: Any = Apprise.instantiate(url, asset)
    if made is None:
        raise NoChannelError(f"{name} không phải địa chỉ mà apprise hiểu")
    # trying again is the outbox's affair: only it knows what has left
    made.retry = 0
    if len(made) > 1:
        raise NoChannelError(f"{name} với địa chỉ của {recipient.name} trỏ đến nhiều nơi")
    made.socket_connect_timeout = made.socket_read_timeout = _ANSWER_SECONDS
    if isinstance(getattr(made, "headers", None), dict):
        made.headers["Idempotency-Key"] = receipt
    return made


def is_watched(made: Any) -> bool:
    """Tell whether a service speaks through a library of which `handing` hears."""
    modules = [sys.modules[kind.__module__] for kind in type(made).__mro__]
    return any(hasattr(module, name) for module in modules for name in _WATCHED)


@contextmanager
def unlogged() -> Iterator[None]:
    """Log nothing in the block: apprise and its libraries would log addresses and tokens."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
