"""Numbers as the page writes them beside an axis."""
import json
import subprocess

from browser import ROOT

WRITTEN = {0.1: "0.1", 0.5: "0.5", 1: "1", 20: "20", 100: "100", 200: "200", 3000: "3000", 1000: "10³", 1e-7: "10⁻⁷",
           1e5: "10⁵", 2e5: "2·10⁵", 0.02: "2·10⁻²", 0.001: "10⁻³"}


def test_a_log_axis_says_the_number_that_stands_there():
    module = (ROOT / "nnlib" / "live" / "js" / "format.js").as_uri()
    script = f"""import {{ onLogAxis }} from "{module}";
        console.log(JSON.stringify({json.dumps(list(WRITTEN))}.map(onLogAxis)));"""
    run = subprocess.run(["node", "--input-type=module", "-e", script], text=True, capture_output=True, check=True)
    assert json.loads(run.stdout) == list(WRITTEN.values())
