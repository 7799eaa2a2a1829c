"""Metrics for Prometheus (ADR 51). Where they are off, nothing loads the library."""

LOOPBACK = "127.0.0.1"
