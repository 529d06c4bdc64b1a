"""The Vietnamese lunar calendar of UTC+7, worked out from new moons and the sun's longitude.

Hồ Ngọc Đức's algorithm (https://www.informatik.uni-leipzig.de/~duc/amlich/calrules.html), after
Jean Meeus: the month that holds the winter solstice is the eleventh; a year of thirteen months
repeats the first month without a principal term.
"""

from datetime import date
from math import floor, pi, sin

_RADIANS = pi / 180
# 1900-01-01 at noon UTC, the epoch of the mean new moon, and the days of a mean lunation
_EPOCH, _LUNATION = 2415021.076998695, 29.530588853
_HOURS_EAST = 7
# the Julian day number of the day before 0001-01-01
_JULIAN_OF_ORDINAL_0 = 1721425


def first_of_month(year: int, month: int) -> date:
    """Give the first day of a lunar month that is not a leap month.

    Args:
        year: lunar year, named by the Gregorian year of its Tết.
        month: 1 to 12.
    """
    eleventh = _eleventh_month(year - 1)
    following = _eleventh_month(year)
    step = month + 1 if month < 11 else month - 11
    if month >= 11:
        eleventh, following = following, _eleventh_month(year + 1)
    if following - eleventh > 365 and step >= _leap_step(eleventh):
        step += 1
    moon = floor((eleventh - _EPOCH) / _LUNATION + 0.5)
    return date.fromordinal(_new_moon(moon + step) - _JULIAN_OF_ORDINAL_0)


def _eleventh_month(year: int) -> int:
    last_of_year = date(year, 12, 31).toordinal() + _JULIAN_OF_ORDINAL_0
    moon = floor((last_of_year - 2415021) / _LUNATION)
    day = _new_moon(moon)
    return day if _sun_sector(day) < 9 else _new_moon(moon - 1)


def _leap_step(eleventh: int) -> int:
    moon = floor((eleventh - _EPOCH) / _LUNATION + 0.5)
    sectors = [_sun_sector(_new_moon(moon + step)) for step in range(15)]
    return next(step for step in range(1, 15) if sectors[step] == sectors[step + 1])


def _new_moon(number: int) -> int:
    t = number / 1236.85
    mean = 2415020.75933 + 29.53058868 * number + 0.0001178 * t**2 - 0.000000155 * t**3
    mean += 0.00033 * sin((166.56 + 132.87 * t - 0.009173 * t**2) * _RADIANS)
    sun = 359.2242 + 29.10535608 * number - 0.0000333 * t**2 - 0.00000347 * t**3
    moon = 306.0253 + 385.81691806 * number + 0.0107306 * t**2 + 0.00001236 * t**3
    node = 21.2964 + 390.67050646 * number - 0.0016528 * t**2 - 0.00000239 * t**3
    sun, moon, node = sun * _RADIANS, moon * _RADIANS, node * _RADIANS
    shift = (0.1734 - 0.000393 * t) * sin(sun) + 0.0021 * sin(2 * sun)
    shift += -0.4068 * sin(moon) + 0.0161 * sin(2 * moon) - 0.0004 * sin(3 * moon)
    shift += 0.0104 * sin(2 * node) - 0.0051 * sin(sun + moon)
    shift += -0.0074 * sin(sun - moon) + 0.0004 * sin(2 * node + sun)
    shift += -0.0004 * sin(2 * node - sun) - 0.0006 * sin(2 * node + moon)
    shift += 0.0010 * sin(2 * node - moon) + 0.0005 * sin(2 * moon + sun)
    drift = -0.000278 + 0.000265 * t + 0.000262 * t**2
    return floor(mean + shift - drift + 0.5 + _HOURS_EAST / 24)


def _sun_sector(day: int) -> int:
    """Give the twelfth of the sun's path (0 to 11) at midnight of a Julian day in UTC+7."""
    t = (day - 0.5 - _HOURS_EAST / 24 - 2451545) / 36525
    anomaly = (357.52910 + 35999.05030 * t - 0.0001559 * t**2 - 0.00000048 * t**3) * _RADIANS
    centre = (1.914600 - 0.004817 * t - 0.000014 * t**2) * sin(anomaly)
    centre += (0.019993 - 0.000101 * t) * sin(2 * anomaly) + 0.000290 * sin(3 * anomaly)
    longitude = 280.46645 + 36000.76983 * t + 0.0003032 * t**2 + centre
    return floor((longitude % 360) / 30)
