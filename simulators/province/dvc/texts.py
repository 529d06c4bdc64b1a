"""Instants as the portal writes them: local digits, and nothing where there is no instant."""

from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from simulators.province.clock import VIETNAM

_FORM = "%Y%m%d%H%M%S"


def seconds(moments: NDArray[np.datetime64]) -> pa.Array:
    """Write local moments as `yyyyMMddHHmmss`; an absent one as an empty text."""
    texts = pc.strftime(pa.array(moments.astype("datetime64[s]")), _FORM)
    return pc.fill_null(texts, "")


def milliseconds(moments: NDArray[np.datetime64]) -> pa.Array:
    """Write local moments as `yyyyMMddHHmmssSSS`."""
    return pc.replace_substring(pc.strftime(pa.array(moments), _FORM), ".", "")


def stamp(instant: datetime) -> str:
    """Write an instant as local `yyyyMMddHHmmssSSS`."""
    local = instant.astimezone(VIETNAM)
    return f"{local:{_FORM}}{local.microsecond // 1000:03d}"


def instant(text: Any) -> datetime:
    """Read local `yyyyMMddHHmmssSSS`.

    Raises:
        ValueError: it is not of this form.
    """
    if not (isinstance(text, str) and len(text) == 17 and text.isdigit()):
        raise ValueError(f"“{text}” không phải thời điểm yyyyMMddHHmmssSSS.")
    moment = datetime.strptime(text[:14], _FORM).replace(microsecond=int(text[14:]) * 1000)
    return moment.replace(tzinfo=VIETNAM)
