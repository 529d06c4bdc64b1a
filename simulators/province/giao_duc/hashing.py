"""Chance that belongs to a thing: the same draw for the same thing, whoever asks and when."""

import numpy as np


def draw(things: np.ndarray, seed: int) -> np.ndarray:
    """Draw a number for each thing, by the mixing steps of SplitMix64.

    Args:
        things: whole numbers that name the things.
        seed: which draw.

    Returns:
        Numbers of [0, 1).
    """
    with np.errstate(over="ignore"):
        mixed = things.astype(np.uint64) + np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed = mixed ^ (mixed >> np.uint64(31))
    return (mixed >> np.uint64(11)).astype(np.float64) / float(2**53)
