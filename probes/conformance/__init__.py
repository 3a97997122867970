"""Compare this package with stored golden values: `python -m probes.conformance DIR`."""
