"""A province in a box: its source systems on loopback, seeded, with faults on demand."""

from simulators.province.box import ProvinceBox
from simulators.province.clock import Clock
from simulators.province.faults import Fault
from simulators.province.profile import Profile, load_profile
from simulators.province.truth import Truth

__all__ = ["Clock", "Fault", "Profile", "ProvinceBox", "Truth", "load_profile"]
