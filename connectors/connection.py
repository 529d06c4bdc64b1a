"""Whether a source is connected, and with which settings."""

from collections.abc import Sequence

from connectors.connector import PullContext
from connectors.errors import TerminalSourceError
from connectors.spec import SourceSpec


def connection(context: PullContext, spec: SourceSpec) -> Sequence[str] | None:
    """Give the settings that a source needs, in the order of `connection` in its `source.yml`.

    Args:
        context: its environment holds the settings; `is_asked` says that a person named the source.
        spec: the source.

    Returns:
        The values; None for a source whose address is not set: it is not connected.

    Raises:
        TerminalSourceError: a person asked for a source that is not connected, or it is connected
            without all that it needs.
    """
    address = spec.connection[0]
    if not context.environment.get(address):
        if not context.is_asked:
            return None
        raise TerminalSourceError(
            f"Nguồn {spec.name} chưa được kết nối: đặt {', '.join(spec.connection)} trong .env "
            "rồi chạy lại"
        )
    missing = [name for name in spec.connection if not context.environment.get(name)]
    if missing:
        raise TerminalSourceError(
            f"Nguồn {spec.name} thiếu {', '.join(missing)}: đặt trong .env rồi chạy lại"
        )
    return [context.environment[name] for name in spec.connection]
