"""The assets of the chain, thin covers over its steps."""
