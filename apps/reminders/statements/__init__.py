"""The SQL of the engine, each statement in one named place."""
