"""The documents that go in and out, as pydantic models: only here, at the edge."""
