"""How the pages speak to the services: a module for each, with the calls that pages make of it."""

from gateway.clients.service import call, register

__all__ = ["call", "register"]
