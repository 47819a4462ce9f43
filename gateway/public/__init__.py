"""The face for everyone: what the building does today and who paid for it. No key is needed, and no booking is told."""

from gateway.public.mount import mount_public

__all__ = ["mount_public"]
