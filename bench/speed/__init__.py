"""Rhumb beside its peers: processor time, memory and start-up, measured by bench/run."""
