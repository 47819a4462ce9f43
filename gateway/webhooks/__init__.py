"""Webhooks in: messages of booking systems, each with its own shape and its own signature."""

from gateway.webhooks.providers import PROVIDERS, Provider, read_message, read_webhook

__all__ = ["PROVIDERS", "Provider", "read_message", "read_webhook"]
