"""A stand-in Partner API, written from the contract; it shares no code with the rest."""

from dashboard.simulator.app import create_simulator
from dashboard.simulator.server import PortTaken, serve
from dashboard.simulator.settings import KeyPair, SimulatorSettings

__all__ = ["KeyPair", "PortTaken", "SimulatorSettings", "create_simulator", "serve"]
