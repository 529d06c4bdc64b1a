"""Editions as a person reads them at the terminal."""

from collections.abc import Sequence

from rich.table import Table

from pipelines import screen
from pipelines.editions.edition import Edition, title
from pipelines.editions.verifying import Verified
from pipelines.reports.numbers import date_text, instant_text
from pipelines.steward.showing import say


def show_made(edition: Edition, every: Sequence[Edition]) -> None:
    """Tell which edition there is now, and where its documents are."""
    say(f"{title(edition).capitalize()} (bản thứ {len(every)} của tháng)")
    for file in edition.files:
        say(str(file))


def show(edition: Edition) -> None:
    """Tell everything about an edition."""
    say(title(edition).capitalize())
    as_of = date_text(edition.data_as_of) if edition.data_as_of else "chưa rõ ngày"
    say(f"Lập lúc {instant_text(edition.made_at)}; số liệu công bố đến {as_of}")
    say(f"Lần công bố của kho: {edition.publication_id}")
    for file in edition.files:
        say(f"{edition.checksums[file.name][:12]}  {file}")


def show_verified(edition: Edition, found: Verified) -> None:
    """Tell every number that differs, or that none does."""
    say(f"{title(edition).capitalize()}: đã soát {found.numbers} số trong {', '.join(found.kinds)}")
    for fault in (*found.in_files, *found.restated):
        say(fault.sentence)
    if not found.in_files:
        say("Mọi số trong tệp khớp với bản đã lưu")
    if found.restated:
        say(
            f"{len(found.restated)} số đã được công bố lại sau bản này: "
            f"`kho report correct --period {edition.period}` để lập bản đính chính"
        )
    else:
        say("Mọi số khớp với kho đang công bố")


def show_list(editions: Sequence[Edition]) -> None:
    """List editions, newest last."""
    if not editions:
        say("Chưa lưu bản báo cáo nào: lập bằng `kho report make --period YYYY-MM`")
        return
    table = Table(box=None, pad_edge=False)
    for head in ("Tháng", "Bản", "Lập lúc", "Số liệu đến", "Lần công bố"):
        table.add_column(head)
    for item in editions:
        as_of = date_text(item.data_as_of) if item.data_as_of else "…"
        name = title(item).partition(",")[0]
        table.add_row(
            item.period, name, instant_text(item.made_at), as_of, str(item.publication_id)
        )
    screen.out.print(table)
