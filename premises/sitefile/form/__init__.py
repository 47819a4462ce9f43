"""The form of the file: what an owner may write, with its defaults. pydantic stands here, at the edge, and nowhere further in."""
