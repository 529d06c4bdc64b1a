"""The templates of the report: a house's own copy wins over the one that is shipped."""

from collections.abc import Mapping
from pathlib import Path

SHIPPED = Path(__file__).parent / "templates"

Templates = Mapping[str, bytes]


def load_templates(own: Path | None = None) -> Templates:
    """Read the templates by file name.

    Args:
        own: folder of the house's own copies, `KHO_HOME/templates`; None for none.

    Returns:
        File name → content, in the order of the names.
    """
    found = {path.name: path for path in sorted(SHIPPED.iterdir()) if path.is_file()}
    for name in found:
        if own is not None and (own / name).is_file():
            found[name] = own / name
    return {name: path.read_bytes() for name, path in found.items()}
