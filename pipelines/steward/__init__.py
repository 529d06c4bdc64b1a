"""What stewards decide about the data's faults, and where it is kept."""
