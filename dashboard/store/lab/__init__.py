"""Runs of the lab: what each step sent, and what came."""
