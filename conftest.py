"""Makes `pytest --nbval` strict, whichever files it is asked for, and keeps every test off the reader's own answers."""
import os

os.environ["NNLIB_ANSWERS"] = ""
os.environ["OPENBLAS_NUM_THREADS"] = "1"            # tests run side by side; threads of one would wait for the other's

pytest_plugins = ["tests.strict_nbval"]
