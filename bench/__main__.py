"""`make bench`: run every comparison in a process of its own and print what each found.

`python -m bench ledger pages` runs those two; each takes options of its own as `python -m bench.search --verify`.
"""

import argparse
import pathlib
import subprocess
import sys

HELPERS = {
    "__init__", "__main__", "measure", "site", "settings", "bare", "finding", "finding_cases", "brute_force",
    "chat_client", "chat_sides",
}  # fmt: skip

every = sorted({path.stem for path in pathlib.Path(__file__).parent.glob("*.py")} - HELPERS)
parser = argparse.ArgumentParser(prog="python -m bench", description="The timed comparisons, as ratios.")
parser.add_argument("names", nargs="*", metavar="comparison", help=f"{', '.join(every)}; all of them if none is named")
names = parser.parse_args().names or every
if unknown := set(names) - set(every):
    parser.error(f"There is no comparison called {', '.join(sorted(unknown))}. There are {', '.join(every)}.")

failed = []
for name in names:
    print(f"\n== {name}", flush=True)
    if subprocess.run([sys.executable, "-m", f"bench.{name}"]).returncode:
        failed.append(name)
if failed:
    sys.exit(f"Beyond their limits: {', '.join(failed)}")
