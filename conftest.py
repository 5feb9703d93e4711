"""Makes `pytest --nbval` strict, whichever files it is asked for."""
pytest_plugins = ["tests.strict_nbval"]
