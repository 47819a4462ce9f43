"""The figures' entries in the registry: names, inputs, outputs, sources and rules, by subject."""
