"""What people brought in and took out, on the admin site."""

from domain.transfer.admin import exports, imports

__all__ = ["exports", "imports"]
