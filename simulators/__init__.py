"""A province in a box: source systems with synthetic data, independent of every reader of them."""
