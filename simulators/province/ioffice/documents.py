"""Documents in and out of one month, with every version they live through."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulators.province.ioffice import words
from simulators.province.ioffice.columns import (
    changed,
    days,
    instants,
    joined,
    next_versions,
    numbered,
    picked,
    versions,
    where,
)

HANDLED = 0.15
CORRECTED = 0.005
DELETED = 0.001
LATE = 0.03
SECRET = 0.0005
DRAFT = 0.004
BUSINESS = 0.002
"""Share of axis messages that replace, recall or update an earlier one."""

_DAY_MS = 86_400_000
_NEVER = np.datetime64("NaT", "ms")


@dataclass(frozen=True)
class Month:
    """What is drawn for one month: its name (yyyyMM), its agencies and the source of chance.

    `shares` are the agencies' shares of the documents and add up to 1. What was entered late or
    deleted is known at `end` (local, datetime64[ms]), so that the totals hold from then on.
    """

    name: str
    agencies: Sequence[str]
    shares: np.ndarray
    end: np.datetime64
    rng: np.random.Generator


@dataclass(frozen=True)
class _Drawn:
    """Moments of a month's documents and what kind of document each is."""

    moments: np.ndarray
    secret: np.ndarray
    deleted: np.ndarray
    draft: np.ndarray

    def __len__(self) -> int:
        return len(self.moments)

    @property
    def live(self) -> np.ndarray:
        return ~(self.secret | self.deleted | self.draft)


def incoming(month: Month, moments: np.ndarray) -> pa.Table:
    """Make the documents that came in.

    Args:
        month: the month.
        moments: local arrivals of the documents that live and are not secret, datetime64[ms].

    Returns:
        Versions as in the ledger of truth; deleted and secret documents come on top.
    """
    rng = month.rng
    drawn = _drawn(rng, moments, draft=0)
    count = len(drawn)
    late = (rng.random(count) < LATE) & drawn.live
    entered = np.minimum(drawn.moments + late * _later(rng, count, 1, 5), month.end)
    handled = rng.random(count) < HANDLED
    fields = {
        "id": numbered(f"VBD-{month.name}-", np.arange(1, count + 1), 7),
        "soKyHieu": _reference(month, drawn, rng.random(count) < 0.004),
        "trichYeu": _subject(month, drawn),
        "ngayVanBan": days(_issued(rng, drawn)),
        "ngayDen": days(drawn.moments),
        "coQuanBanHanh": picked(rng, words.ISSUERS, count),
        "donVi": _agency(month, count),
        "linhVuc": picked(rng, words.FIELDS, count),
        "hinhThucGui": picked(rng, words.WAYS_IN, count, words.WAYS_IN_SHARES),
        "doMat": _secrecy(rng, drawn),
        "doKhan": picked(rng, words.URGENCIES, count, words.URGENCY_SHARES),
        "soTrang": pa.array(rng.integers(1, 30, count).astype(np.int32)),
        "hanXuLy": days(np.where(handled, drawn.moments + _later(rng, count, 3, 10), _NEVER)),
        "trangThai": where(handled, "Chờ xử lý", "Để biết"),
        "thoiDiemHoanThanh": pa.array(np.full(count, "")),
        "nguoiKy": picked(rng, words.PEOPLE, count),
        "nguoiXuLy": picked(rng, words.PEOPLE, count),
    }
    first = versions(fields["id"], 1, entered, drawn.secret, fields)
    never = rng.random(count) < 0.006
    done = np.flatnonzero(handled & drawn.live & ~never)
    return _lives(month, drawn, first, entered, _handled(rng, first, entered, done), done)


def outgoing(
    month: Month, moments: np.ndarray, on_axis: np.ndarray, signed: np.ndarray
) -> pa.Table:
    """Make the documents that went out.

    Args:
        month: the month.
        moments: local issue of the documents that live, are complete and are not secret.
        on_axis: which of them went over the interconnection axis.
        signed: which of them are signed digitally.

    Returns:
        Versions as in the ledger of truth; drafts, deleted and secret documents come on top.
    """
    rng = month.rng
    drawn = _drawn(rng, moments, draft=DRAFT)
    count = len(drawn)
    extra = drawn.secret[len(moments) :]
    axis, digital = np.concatenate([on_axis, extra]), np.concatenate([signed, extra])
    late = (rng.random(count) < LATE / 3) & drawn.live
    entered = np.minimum(drawn.moments + late * _later(rng, count, 1, 3), month.end)
    fields = {
        "id": numbered(f"VBDI-{month.name}-", np.arange(1, count + 1), 7),
        "soKyHieu": _reference(month, drawn, np.zeros(count, dtype=bool)),
        "trichYeu": _subject(month, drawn),
        "ngayVanBan": days(np.where(drawn.draft, _NEVER, drawn.moments)),
        "coQuanBanHanh": picked(rng, words.ISSUERS[4:], count),
        "donVi": _agency(month, count),
        "linhVuc": picked(rng, words.FIELDS, count),
        "hinhThucGui": where(axis, "Trục liên thông", "Văn bản giấy"),
        "doMat": _secrecy(rng, drawn),
        "doKhan": picked(rng, words.URGENCIES, count, words.URGENCY_SHARES),
        "soTrang": pa.array(rng.integers(1, 30, count).astype(np.int32)),
        "trenTruc": pa.array(axis),
        "kySo": pa.array(digital),
        "thoiDiemKySo": instants(np.where(digital, drawn.moments, _NEVER)),
        "thoiDiemGuiTruc": instants(np.where(axis, entered, _NEVER)),
        "trangThaiNhan": where(axis, "01", ""),
        "thoiDiemNhan": pa.array(np.full(count, "")),
        "nguoiKy": picked(rng, words.PEOPLE, count),
        "nguoiSoan": picked(rng, words.PEOPLE, count),
        "dienThoai": picked(rng, words.PHONES, count),
    }
    first = versions(fields["id"], 1, entered, drawn.secret, fields)
    silent = rng.random(count) < 0.003
    received = np.flatnonzero(axis & ~silent)
    answers = _received(rng, first, entered, received)
    return _lives(month, drawn, first, entered, answers, received)


def axis_messages(month: Month, documents: pa.Table) -> pa.Table:
    """Make the list of messages on the axis, one for each document that went over it.

    Args:
        month: the month.
        documents: what `outgoing` made.
    """
    rng = month.rng
    sent = documents.filter(
        pc.and_(documents["trenTruc"], pc.equal(documents["_version"], 1))
    ).combine_chunks()
    count = len(sent)
    moments = sent["_known_at"].to_numpy() + np.timedelta64(7, "h") + np.timedelta64(1, "s")
    kind = picked(rng, ("replacement", "revocation", "update"), count)
    fields = {
        "maGoiTin": joined("TRUC-", sent["id"].combine_chunks()),
        "maVanBan": sent["id"],
        "loaiGoiTin": where(rng.random(count) < BUSINESS, kind, "edoc"),
        "donViGui": sent["donVi"],
        "donViNhan": _agency(month, count),
        "doMat": sent["doMat"],
        "thoiDiemGui": sent["thoiDiemGuiTruc"],
        "soTep": pa.array(rng.integers(1, 4, count).astype(np.int32)),
    }
    secret = sent["_secret"].to_numpy(zero_copy_only=False)
    return versions(fields["maGoiTin"], 1, moments.astype("datetime64[ms]"), secret, fields)


def _drawn(rng: np.random.Generator, moments: np.ndarray, draft: float) -> _Drawn:
    """Put secret, deleted and draft documents on top of those that are counted."""
    count = len(moments)
    extras = [_some(rng, count, share) for share in (SECRET, DELETED, draft)]
    kinds = np.repeat(np.arange(4), [count, *extras])
    chosen = rng.choice(moments, sum(extras)) if count else moments
    return _Drawn(np.concatenate([moments, chosen]), kinds == 1, kinds == 2, kinds == 3)


def _some(rng: np.random.Generator, count: int, share: float) -> int:
    """Give a share of a count, and at least one of a kind that exists at all."""
    return 0 if not share or not count else max(1, round(count * share))


def _later(rng: np.random.Generator, count: int, least: int, most: int) -> np.ndarray:
    return (rng.uniform(least, most, count) * _DAY_MS).astype("timedelta64[ms]")


def _reference(month: Month, drawn: _Drawn, missing: np.ndarray) -> pa.Array:
    """Give each document its number and notation; a draft has the notation alone."""
    count = len(drawn)
    notation = picked(month.rng, words.NOTATIONS, count)
    number = pa.array(month.rng.integers(1, 9999, count)).cast(pa.string())
    plain = joined(where(drawn.draft, "", number), "/", notation)
    return where(missing, "", where(drawn.secret, joined(plain, "-", _canary(month, drawn)), plain))


def _canary(month: Month, drawn: _Drawn) -> pa.Array:
    """Mark each secret document with a text that must be found nowhere."""
    number = pa.array(np.cumsum(drawn.secret)).cast(pa.string())
    return joined(f"TUYET-MAT-CANARY-{month.name}", number)


def _subject(month: Month, drawn: _Drawn) -> pa.Array:
    subject = picked(month.rng, words.SUBJECTS, len(drawn))
    return where(drawn.secret, joined(subject, " ", _canary(month, drawn)), subject)


def _secrecy(rng: np.random.Generator, drawn: _Drawn) -> pa.Array:
    return where(drawn.secret, picked(rng, words.SECRECIES, len(drawn)), words.NOT_SECRET)


def _agency(month: Month, count: int) -> pa.Array:
    return picked(month.rng, month.agencies, count, month.shares)


def _issued(rng: np.random.Generator, drawn: _Drawn) -> np.ndarray:
    """Give the day on the document: some days before it came, now and then none at all."""
    before = drawn.moments - _later(rng, len(drawn), 0, 4)
    return np.where(rng.random(len(drawn)) < 0.002, _NEVER, before)


def _handled(
    rng: np.random.Generator, first: pa.Table, entered: np.ndarray, which: np.ndarray
) -> pa.Table:
    hours = rng.lognormal(3.4, 1.1, len(which)).clip(0.2, 2_000)
    moments = entered[which] + (hours * 3_600_000).astype("timedelta64[ms]")
    return changed(
        next_versions(first.take(which), moments),
        trangThai=pa.array(np.full(len(which), "Đã xử lý")),
        thoiDiemHoanThanh=instants(moments),
    )


def _received(
    rng: np.random.Generator, first: pa.Table, entered: np.ndarray, which: np.ndarray
) -> pa.Table:
    minutes = rng.lognormal(3.0, 1.4, len(which)).clip(0.1, 20_000)
    moments = entered[which] + (minutes * 60_000).astype("timedelta64[ms]")
    return changed(
        next_versions(first.take(which), moments),
        trangThaiNhan=picked(rng, ("03", "02"), len(which), (0.995, 0.005)),
        thoiDiemNhan=instants(moments),
    )


def _lives(
    month: Month,
    drawn: _Drawn,
    first: pa.Table,
    entered: np.ndarray,
    later: pa.Table,
    busy: np.ndarray,
) -> pa.Table:
    """Add corrections and deletions, each days later, of documents that do nothing else."""
    rng, count = month.rng, len(drawn)
    idle = np.ones(count, dtype=bool)
    idle[busy] = False
    corrected = np.flatnonzero(idle & drawn.live & (rng.random(count) < CORRECTED))
    gone = np.flatnonzero(drawn.deleted)
    moments = entered[corrected] + _later(rng, len(corrected), 1, 10)
    corrections = changed(
        next_versions(first.take(corrected), moments),
        linhVuc=picked(rng, words.FIELDS, len(corrected)),
        donVi=_agency(month, len(corrected)),
    )
    moments = np.minimum(entered[gone] + _later(rng, len(gone), 1, 10), month.end)
    deletions = next_versions(first.take(gone), moments, deleted=True)
    return pa.concat_tables([first, later, corrections, deletions])
