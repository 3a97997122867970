"""The experiments, one probe per file; `probes.registry` finds them."""
