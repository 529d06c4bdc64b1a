"""How long inpatients stay: days, the one of entry and the one of leaving among them."""

import numpy as np

DAYS = np.arange(1, 31)
SHARES = np.exp(-DAYS / 4.0) * DAYS
SHARES = SHARES / SHARES.sum()
MEAN_DAYS = float((DAYS * SHARES).sum())
