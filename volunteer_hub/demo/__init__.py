"""The demo town: Włocławek, small and named, built by calling the rooms' own actions. Seeded; dates follow today."""

from volunteer_hub.demo.load import NotEmpty, dressed, is_empty, load

__all__ = ["NotEmpty", "dressed", "is_empty", "load"]
