"""Makes the portal's truth: dossiers and their steps month by month, and the procedures."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from simulators.province import people
from simulators.province.dvc import dossiers, steps
from simulators.province.dvc.life import events, lives
from simulators.province.dvc.procedures import PROCEDURES, handled_by
from simulators.province.profile import Agency, Commune, Profile
from simulators.province.rhythm import Counts, moments, span
from simulators.province.truth import KEEPING, Truth

SOURCE = "dvc"
# Cases beside those that count: entered by mistake and deleted, or not received at all.
_GONE, _REFUSED = 0.004, 0.012
_HOURS_OF_A_DAY = 8
_ONLINE_2021, _ONLINE_GROWTH, _MOST_ONLINE = 0.35, 0.11, 0.9


def generate(profile: Profile, scale: float, first_day: date, last_day: date, truth: Truth) -> None:
    """Write dossiers received on some days, their later lives, their steps and the procedures.

    The dossiers of the profile's window that are received and not deleted for good are exactly
    its total times the scale.

    Args:
        profile: the province.
        scale: share of the real volume.
        first_day: first day of reception.
        last_day: last day of reception, included.
        truth: the ledger to write to.
    """
    known = datetime.combine(first_day, datetime.min.time(), UTC) - timedelta(days=1)
    truth.write(SOURCE, "thu_tuc", "tat_ca", _list(known, _procedures()))
    truth.write(SOURCE, "don_vi", "tat_ca", _list(known, _units(profile)))
    month = first_day
    while month <= last_day:
        after = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
        end = min(after - timedelta(days=1), last_day)
        _month(profile, scale, month, end, np.datetime64(first_day), truth)
        month = after


def _month(
    profile: Profile, scale: float, first: date, last: date, opens: np.datetime64, truth: Truth
) -> None:
    random = np.random.default_rng([profile.seed, first.year, first.month, *SOURCE.encode()])
    counts = profile.daily("dossiers", first, last, scale)
    gone, refused = random.binomial(counts, _GONE), random.binomial(counts, _REFUSED)
    received = moments(span(first, last), counts + gone + refused, random)
    place = _shuffled(random, received.astype("datetime64[D]"))
    day = (received.astype("datetime64[D]") - np.datetime64(first)).astype(int)
    facts = _facts(profile, random, received, first)
    limits = np.array([_working_days(place) for place in range(len(PROCEDURES))])
    life = lives(
        random,
        received,
        limits[facts["procedure"]],
        refused=(place >= gone[day]) & (place < (gone + refused)[day]),
        gone=place < gone[day],
        opens=opens,
    )
    changes = events(life)
    part = f"{first:%Y-%m}"
    truth.write(SOURCE, "ho_so", part, dossiers.versions(facts, life, changes))
    truth.write(SOURCE, "tien_do", part, steps.versions(random, facts, life, changes))


def _shuffled(random: np.random.Generator, days: Any) -> Counts:
    """Give every case a random place, counted from 0, among those of its day."""
    order = np.lexsort((random.random(len(days)), days))
    places = np.empty(len(days), np.int64)
    starts = np.searchsorted(days[order], days[order])
    places[order] = np.arange(len(days)) - starts
    return places


def _facts(
    profile: Profile, random: np.random.Generator, received: Any, first: date
) -> Mapping[str, Any]:
    """Draw what never changes in a dossier: who, where, what, how."""
    n = len(received)
    agencies = [agency for agency in profile.agencies_on(first) if handled_by(agency)]
    shares = np.array([agency.share for agency in agencies])
    agency = random.choice(len(agencies), n, p=shares / shares.sum())
    communes = profile.communes_on(first)
    procedure = _pick(random, agency, [handled_by(one) for one in agencies])
    commune = _pick(random, agency, [_communes_of(one, communes) for one in agencies])
    fees = np.array([one.fee for one in PROCEDURES])[procedure]
    online = random.random(n) < min(
        _ONLINE_2021 + _ONLINE_GROWTH * (first.year - 2021), _MOST_ONLINE
    )
    company = random.random(n) < 0.15
    return {
        "key": _keys([one.identifier for one in agencies], agency, received),
        "unit": np.array([one.identifier for one in agencies], object)[agency],
        "commune": np.array([one.code for one in communes], object)[commune],
        "procedure": procedure,
        "fee": fees,
        "paid_online": (fees > 0) & (random.random(n) < np.where(online, 0.7, 0.1)),
        "channel": np.select(
            [online, random.random(n) < 0.08, random.random(n) < 0.1], ["2", "3", ""], "1"
        ),
        "company": company,
        "name": np.where(company, "Công ty TNHH ", "") + people.names(random, n),
        "identity": people.identities(random, n),
        "phone": people.phones(random, n),
        "house": random.integers(1, 400, n),
        "digitised": random.random(n) < 0.55,
        "electronic": random.random(n) < 0.6,
        "verified": online & ~company & (random.random(n) < 0.8),
    }


def _pick(random: np.random.Generator, group: Counts, choices: list[list[int]]) -> Counts:
    """Draw for each case one of its group's choices."""
    sizes = np.array([len(choice) for choice in choices])
    starts = np.cumsum(sizes) - sizes
    drawn = (random.random(len(group)) * sizes[group]).astype(int)
    picked: Counts = np.concatenate(choices).astype(np.int64)[starts[group] + drawn]
    return picked


def _communes_of(agency: Agency, communes: list[Commune]) -> list[int]:
    """Give the places of the communes that an agency works for: its own, its district's, all."""
    area = agency.area_key[1:].split("-")[0]
    own = [
        place
        for place, commune in enumerate(communes)
        if (agency.level == "xa" and commune.code == area)
        or (agency.level == "huyen" and commune.district == area)
    ]
    return own or list(range(len(communes)))


def _keys(identifiers: list[str], agency: Counts, received: Any) -> Any:
    """Write dossier codes: unit, day, and number among the unit's dossiers of the day."""
    days = received.astype("datetime64[D]")
    order = np.lexsort((received, days, agency))
    starts = np.flatnonzero(
        (np.diff(agency[order], prepend=-1) != 0) | (np.diff(days[order], prepend=days[:1]) != 0)
    )
    number = np.empty(len(order), np.int64)
    lengths = np.diff(starts, append=len(order))
    number[order] = np.arange(len(order)) - np.repeat(starts, lengths) + 1
    names = days.astype(object)
    return np.array(
        [
            f"{identifiers[unit]}-{day:%y%m%d}-{place:04d}"
            for unit, day, place in zip(agency.tolist(), names, number.tolist(), strict=True)
        ],
        object,
    )


def _working_days(place: int) -> int:
    procedure = PROCEDURES[place]
    hours = procedure.unit == "gio"
    return (procedure.limit - 1) // _HOURS_OF_A_DAY if hours else procedure.limit


def _procedures() -> dict[str, list[Any]]:
    return {
        "_key": [one.code for one in PROCEDURES],
        "MaTTHC": [one.code for one in PROCEDURES],
        "TenTTHC": [one.name for one in PROCEDURES],
        "MaLinhVuc": [one.field for one in PROCEDURES],
        "TenLinhVuc": [one.field_name for one in PROCEDURES],
        "CapThucHien": [one.level for one in PROCEDURES],
        "ThoiGianGiaiQuyet": [one.limit for one in PROCEDURES],
        "DonViTinh": [one.unit for one in PROCEDURES],
        "MucDo": [one.online for one in PROCEDURES],
    }


def _units(profile: Profile) -> dict[str, list[Any]]:
    """Give every unit under its latest name."""
    latest = {agency.identifier: agency for agency in profile.agencies}
    return {
        "_key": list(latest),
        "MaDonVi": list(latest),
        "TenDonVi": [agency.name for agency in latest.values()],
        "Cap": [agency.level for agency in latest.values()],
    }


def _list(known: datetime, columns: dict[str, list[Any]]) -> pa.Table:
    """Make a table of records that never change."""
    n = len(columns["_key"])
    kept = {
        "_version": pa.array([1] * n, pa.int32()),
        "_known_at": pa.array([known] * n, KEEPING.field("_known_at").type),
        "_deleted": pa.array([False] * n),
        "_secret": pa.array([False] * n),
    }
    return pa.table({**columns, **kept})
