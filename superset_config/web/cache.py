"""Answers kept for the publication they were read from, shared by the server's workers."""

from typing import Any

from flask import Flask, g, has_request_context
from flask_caching.backends import FileSystemCache
from flask_caching.backends.base import BaseCache

from superset_config.web.publication import current_publication


class PublicationCache(BaseCache):
    """A bounded cache in files, in which an answer is found only while its publication is out.

    Superset's key holds the question, the dataset and the row rules of whoever asks; whether he
    may ask at all is decided before the cache is looked into.

    Args:
        files: Where the answers are kept.
    """

    def __init__(self, files: FileSystemCache) -> None:
        super().__init__(files.default_timeout)
        self._files = files

    @classmethod
    def factory(
        cls, app: Flask, config: dict[str, Any], args: list[Any], options: dict[str, Any]
    ) -> "PublicationCache":
        """Make it from the settings of Flask-Caching (``CACHE_DIR``, ``CACHE_THRESHOLD``)."""
        return cls(FileSystemCache.factory(app, config, args, options))

    def get(self, key: str) -> Any:
        """Find an answer of the publication that this request reads."""
        named = _named(key)
        return named and self._files.get(named)

    def set(self, key: str, value: Any, timeout: int | None = None) -> bool:
        """Keep an answer, unless the publication moved while it was read."""
        named = _named(key)
        if named is None or g.kho_publication != current_publication():
            return False
        return bool(self._files.set(named, value, timeout))

    def delete(self, key: str) -> bool:
        """Forget an answer."""
        named = _named(key)
        return named is not None and self._files.delete(named)


def _named(key: str) -> str | None:
    """Put the publication into a key; outside a chart's answer nothing is kept."""
    publication = g.get("kho_publication") if has_request_context() else None
    return f"{publication.version}|{publication.number}|{key}" if publication else None
