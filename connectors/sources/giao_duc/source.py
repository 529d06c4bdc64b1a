"""The education sector's export files: every version of every list of a term, without persons."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from connectors.connection import connection
from connectors.connector import Check, Delivery, PullContext
from connectors.errors import TransientSourceError
from connectors.privacy import Pseudonyms
from connectors.sources.giao_duc.layouts import LAYOUTS
from connectors.sources.giao_duc.reading import FileRefusedError, FileTable, read_file
from connectors.sources.giao_duc.site import Listed, Site
from connectors.sources.giao_duc.typed import lake_rows
from connectors.spec import SourceSpec, load_spec
from connectors.windows import VIET_NAM

_TRIES = 3


def deliveries(context: PullContext) -> Iterator[Delivery]:
    """Fetch the export files that the lake does not hold yet, in the order of their making.

    Args:
        context: `environment` says where the site is and who asks.

    Returns:
        One delivery for each new, readable file; the others go to `context.refuse` and are asked
        for again at the next pull.

    Raises:
        SourceError: the site cannot be read.
    """
    site = _site(context)
    if site is None:
        return
    names = Pseudonyms.from_environment(context.environment)
    sequence = Counter[date]()
    for seen in context.seen.values():
        sequence[seen.published_on] = max(sequence[seen.published_on], seen.published_seq)
    with site:
        files = site.files()
        if context.seen and not files:
            raise TransientSourceError(
                "Danh sách tệp xuất trống dù kho đã nhận tệp từ nguồn này; chưa ghi gì vào kho, "
                "đề nghị nguồn kiểm tra hệ thống"
            )
        for listed in files:
            if listed.code in context.seen:
                continue
            context.stage("fetch", listed.name)
            try:
                tables = _whole(site, listed, names)
            except FileRefusedError as error:
                context.refuse(listed.name, str(error))
                continue
            day = listed.made_at.astimezone(VIET_NAM).date()
            sequence[day] += 1
            yield Delivery(
                delivery_id=listed.code,
                known_at=listed.made_at.astimezone(UTC),
                tables=tables,
                label=listed.name,
                published_seq=sequence[day],
                is_simulated=site.is_simulated,
            )


def _site(context: PullContext) -> Site | None:
    """Give the site; None while it is not connected."""
    settings = connection(context, _spec())
    first_day = _spec().first_day
    return Site(context, settings, first_day) if settings and first_day else None


def _whole(site: Site, listed: Listed, names: Pseudonyms) -> dict[str, list[pa.Table]]:
    """Download a file again when it cannot be read: it may have been cut short on its way."""
    for _ in range(_TRIES - 1):
        with suppress(FileRefusedError):
            return _tables(listed, site.content(listed), names)
    return _tables(listed, site.content(listed), names)


def _tables(listed: Listed, content: bytes, names: Pseudonyms) -> dict[str, list[pa.Table]]:
    """Give the rows of a file and, in `tep`, the line about the file itself."""
    layout = LAYOUTS[listed.kind]
    found = read_file(content, layout)
    if len(found.rows) != listed.rows:
        raise FileRefusedError(
            f"nguồn báo {listed.rows} dòng nhưng tệp có {len(found.rows)} dòng; "
            "đề nghị nguồn xuất lại tệp"
        )
    about = {"nhom_tep": listed.group, "phien_ban": listed.version, "ky_hoc": listed.term}
    rows = lake_rows(found.rows, layout, _schema(listed.kind), about, names)
    line = pa.Table.from_pylist([_line(listed, content, found)], schema=_schema("tep"))
    return {"tep": [line], listed.kind: [rows]}


def _line(listed: Listed, content: bytes, found: FileTable) -> dict[str, Any]:
    return {
        "ma_tep": listed.code,
        "nhom_tep": listed.group,
        "ten_tep": listed.name,
        "loai": listed.kind,
        "ky_hoc": listed.term,
        "cap_hoc": listed.level or None,
        "phien_ban": listed.version,
        "thoi_diem_xuat": listed.made_at,
        "so_byte": len(content),
        "so_dong_bao": listed.rows,
        "so_dong_doc": len(found.rows),
        "bang_ma": found.encoding,
        "cot_la": "; ".join(found.strange) or None,
    }


def conformance(context: PullContext) -> Iterator[Check]:
    """Examine a site as its vendor would: one file of each kind is read, nothing is landed.

    Args:
        context: `environment` says where the site is and who asks.

    Raises:
        SourceError: the site cannot be read at all.
    """
    site = _site(context)
    if site is None:
        return
    names = Pseudonyms.from_environment(context.environment)
    with site:
        files = site.files()
        yield Check("Đăng nhập và lấy danh sách tệp xuất", True, f"{len(files)} tệp")
        for kind in LAYOUTS:
            newest = next((file for file in reversed(files) if file.kind == kind), None)
            yield _examined(site, kind, newest, names)


def _examined(site: Site, kind: str, listed: Listed | None, names: Pseudonyms) -> Check:
    title = f"Đọc tệp loại {kind}"
    if listed is None:
        return Check(title, False, "danh sách không có tệp nào loại này")
    try:
        tables = _whole(site, listed, names)
    except FileRefusedError as error:
        return Check(title, False, f"{listed.name}: {error}")
    asked = [text for text in tables[kind][0]["doubt"].to_pylist() if text]
    if asked:
        return Check(title, False, f"{listed.name}: {len(asked)} dòng không rõ, như {asked[0]}")
    return Check(title, True, f"{listed.name}: {len(tables[kind][0])} dòng")


def _schema(table: str) -> pa.Schema:
    return _spec().tables[table].arrow_schema()


@cache
def _spec() -> SourceSpec:
    return load_spec(Path(__file__).with_name("source.yml"))
