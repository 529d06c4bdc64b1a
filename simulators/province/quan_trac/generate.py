"""What stations measure: a reading of each parameter every five minutes, with what goes wrong.

Outages leave gaps, or are sent hours later; devices are calibrated (state 01), fail (02), and stand
still; waste water exceeds its limits on some days.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from simulators.province.clock import VIETNAM
from simulators.province.profile import Profile
from simulators.province.truth import KEEPING, Truth

SOURCE, TABLE, STATIONS = "quan_trac", "so_do", "tram"
SLOTS_A_DAY = 288
_SENDING = np.timedelta64(20, "s")
_LOCAL = np.timedelta64(7, "h")


@dataclass(frozen=True)
class Parameter:
    """How a parameter behaves.

    Args:
        symbol: as the station writes it.
        unit: as the station writes it.
        mean: mean level, in the unit.
        daily: share of the mean by which it swings over a day.
        yearly: share of the mean by which winters are above summers.
        noise: standard deviation of the logarithm of the slow noise.
        peak: local hour of the daily peak.
    """

    symbol: str
    unit: str
    mean: float
    daily: float = 0.2
    yearly: float = 0.0
    noise: float = 0.15
    peak: int = 8


_AIR = (
    Parameter("PM2,5", "ug/Nm3", 32, 0.25, 0.5, 0.35),
    Parameter("PM10", "ug/Nm3", 55, 0.25, 0.4, 0.3),
    Parameter("O3", "ug/Nm3", 62, 0.6, -0.1, 0.2, 14),
    Parameter("NO2", "ug/Nm3", 24, 0.35, 0.2, 0.25, 18),
    Parameter("SO2", "ug/Nm3", 18, 0.2, 0.1, 0.25),
    Parameter("CO", "mg/Nm3", 0.9, 0.3, 0.2, 0.2, 18),
)
_METEO = (
    Parameter("Temp", "oC", 25, 0.15, -0.25, 0.03, 14),
    Parameter("RH", "%", 68, 0.12, 0.05, 0.04, 4),
)
KINDS = {
    "air": _AIR,
    "air_meteo": _AIR + _METEO,
    "waste": (
        Parameter("Flow", "m3/h", 42, 0.4, 0.0, 0.2, 10),
        Parameter("Temp", "oC", 27, 0.05, -0.1, 0.02, 14),
        Parameter("pH", "-", 7.2, 0.02, 0.0, 0.02),
        Parameter("TSS", "mg/l", 36, 0.1, 0.0, 0.15),
        Parameter("COD", "mg/l", 52, 0.1, 0.0, 0.15),
        Parameter("NH4", "mg/l", 3.4, 0.1, 0.0, 0.15),
    ),
    "surface": (
        Parameter("pH", "-", 7.1, 0.02, 0.0, 0.02),
        Parameter("DO", "mg/l", 5.6, 0.1, 0.1, 0.06, 14),
        Parameter("BOD5", "mg/l", 5.2, 0.1, 0.0, 0.12),
        Parameter("COD", "mg/l", 12.5, 0.1, 0.0, 0.12),
    ),
}
"""Parameters of each kind of station, in the order of its files."""


def generate(profile: Profile, scale: float, first_day: date, last_day: date, truth: Truth) -> None:
    """Write every reading, a part for each station and month.

    Args:
        profile: the province; its section `stations` says what stands where.
        scale: of no effect, because a station sends what it sends.
        first_day: first local day.
        last_day: last local day, included.
        truth: the ledger.
    """
    stations = profile.sections["stations"]
    truth.write(SOURCE, STATIONS, "all", _described(stations, first_day))
    for number, station in enumerate(stations):
        for month, days in _months(first_day, last_day):
            rows = _month(profile.seed + number, station, month, days)
            truth.write(SOURCE, TABLE, f"{station['code']}.{month}", rows)


def _described(stations: Sequence[dict[str, Any]], first_day: date) -> pa.Table:
    """Give the stations as records of the ledger: what each is, and how it writes its files."""
    rows = [
        {
            "_key": station["code"],
            "_version": 1,
            "_known_at": datetime(first_day.year, first_day.month, first_day.day, tzinfo=VIETNAM),
            "_deleted": False,
            "_secret": False,
            **{name: station[name] for name in ("code", "kind", "separator", "archive")},
        }
        for station in stations
    ]
    fields = [pa.field(name, pa.string()) for name in ("code", "kind", "separator", "archive")]
    return pa.Table.from_pylist(rows, schema=pa.schema([*KEEPING, *fields]))


def _months(first_day: date, last_day: date) -> Iterator[tuple[str, NDArray[np.datetime64]]]:
    days = np.arange(np.datetime64(first_day), np.datetime64(last_day) + 1)
    names = days.astype("datetime64[M]")
    for month in np.unique(names):
        yield str(month), days[names == month]


def _month(
    seed: int, station: dict[str, Any], month: str, days: NDArray[np.datetime64]
) -> pa.Table:
    """Draw a whole month and keep the days asked for, so that they do not depend on the others."""
    parameters = KINDS[station["kind"]]
    start = np.datetime64(month, "D")
    length = (np.datetime64(month, "M") + 1).astype("datetime64[D]") - start
    slots = start.astype("datetime64[s]") + np.arange(
        int(length.astype(int)) * SLOTS_A_DAY
    ) * np.timedelta64(300, "s")
    draw = np.random.default_rng([seed, *month.encode()])
    values = np.stack([_values(one, slots, draw) for one in parameters], axis=1)
    if station["kind"] == "waste":
        values = _exceeding(values, parameters, draw)
    _stand_still(values, draw)
    states = _states(values.shape, slots, draw)
    sent, late = _outages(len(slots), draw)
    keep = sent & np.isin(slots.astype("datetime64[D]"), days)
    return _table(station["code"], parameters, slots, values, states, late, keep)


def _values(
    parameter: Parameter, slots: NDArray[np.datetime64], draw: np.random.Generator
) -> NDArray[np.float64]:
    hours = (slots - slots.astype("datetime64[D]")).astype(float) / 3600
    day_of_year = (slots.astype("datetime64[D]") - slots.astype("datetime64[Y]")).astype(float)
    daily = 1 + parameter.daily * np.cos((hours - parameter.peak) * np.pi / 12)
    yearly = 1 + parameter.yearly * np.cos((day_of_year - 15) * 2 * np.pi / 365)
    width = SLOTS_A_DAY
    kernel = np.exp(-np.arange(width) / (width / 4))
    white = draw.standard_normal(len(slots) + width - 1)
    slow = np.convolve(white, kernel / np.sqrt((kernel**2).sum()), "valid")
    fast = draw.normal(0, 0.02, len(slots))
    found: NDArray[np.float64] = (
        parameter.mean * daily * yearly * np.exp(parameter.noise * slow) * (1 + fast)
    )
    return found


def _exceeding(
    values: NDArray[np.float64], parameters: tuple[Parameter, ...], draw: np.random.Generator
) -> NDArray[np.float64]:
    """Raise COD and TSS on two days of the month beyond what column A allows."""
    for day in draw.integers(0, len(values) // SLOTS_A_DAY, 2):
        where = slice(day * SLOTS_A_DAY, (day + 1) * SLOTS_A_DAY)
        for column, parameter in enumerate(parameters):
            if parameter.symbol in ("COD", "TSS"):
                values[where, column] *= 2.2
    return values


def _stand_still(values: NDArray[np.float64], draw: np.random.Generator) -> None:
    """Freeze one parameter for seven hours."""
    column = draw.integers(values.shape[1])
    start = draw.integers(len(values) - 84)
    values[start : start + 84, column] = values[start, column]


def _states(
    shape: tuple[int, ...], slots: NDArray[np.datetime64], draw: np.random.Generator
) -> NDArray[np.int8]:
    """Give 0 measuring, 1 calibrating (half an hour on Mondays at 2:00), 2 failing."""
    states = np.zeros(shape, np.int8)
    for _ in range(6):
        start, column = draw.integers(shape[0]), draw.integers(shape[1])
        states[start : start + draw.integers(3, 40), column] = 2
    days = slots.astype("datetime64[D]")
    is_monday = (days.astype(int) + 3) % 7 == 0
    minutes = (slots - days).astype(int) // 60
    states[is_monday & (minutes >= 120) & (minutes < 150)] = 1
    return states


def _outages(count: int, draw: np.random.Generator) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell which moments were sent at all, and which only three hours later."""
    sent, late = np.ones(count, bool), np.zeros(count, bool)
    for _ in range(2):
        start = draw.integers(count)
        sent[start : start + draw.integers(12, 96)] = False
    start = draw.integers(count)
    late[start : start + 24] = True
    return sent, late


def _table(
    code: str,
    parameters: tuple[Parameter, ...],
    slots: NDArray[np.datetime64],
    values: NDArray[np.float64],
    states: NDArray[np.int8],
    late: NDArray[np.bool_],
    keep: NDArray[np.bool_],
) -> pa.Table:
    width = len(parameters)
    moments = np.repeat(slots[keep], width)
    delays = np.where(late[keep], _SENDING + np.timedelta64(3, "h"), _SENDING)
    known = (moments - _LOCAL + np.repeat(delays, width)).astype("datetime64[ms]")
    count = len(moments)
    figures = pa.array(np.round(values[keep].ravel(), 2))
    texts = pc.cast(pc.cast(figures, pa.decimal128(12, 2)), pa.string())
    state = pa.array(["00", "01", "02"]).take(pa.array(states[keep].ravel()))
    symbols = pa.array([one.symbol for one in parameters] * (count // width), pa.string())
    stamps = pc.strftime(pa.array(moments), format="%Y%m%d%H%M%S")
    station = pa.repeat(code, count)
    columns: dict[str, Any] = {
        "_key": pc.binary_join_element_wise(station, symbols, stamps, "|"),
        "_version": pa.repeat(pa.scalar(1, pa.int32()), count),
        "_known_at": pa.array(known).cast(KEEPING.field("_known_at").type),
        "_deleted": pa.repeat(False, count),
        "_secret": pa.repeat(False, count),
        "tram": station,
        "thong_so": symbols,
        "ket_qua": pc.if_else(pc.equal(state, "02"), "", texts),
        "don_vi": pa.array([one.unit for one in parameters] * (count // width), pa.string()),
        "thoi_diem": stamps,
        "trang_thai": state,
    }
    return pa.table(columns)
