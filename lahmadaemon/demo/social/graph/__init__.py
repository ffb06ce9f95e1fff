"""A stand-in for Meta's Graph API, serving an invented world."""

from lahmadaemon.demo.social.graph.app import Graph
from lahmadaemon.demo.social.graph.ledger import Call
from lahmadaemon.demo.social.graph.switches import Trouble

__all__ = ["Call", "Graph", "Trouble"]
