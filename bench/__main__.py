"""`make bench`: run every comparison in a process of its own and print what each found."""

import pathlib
import subprocess
import sys

HELPERS = {
    "__init__", "__main__", "measure", "site", "settings", "bare", "finding", "finding_cases", "brute_force",
    "chat_client", "chat_sides",
}  # fmt: skip

failed = []
for path in sorted(pathlib.Path(__file__).parent.glob("*.py")):
    if path.stem in HELPERS:
        continue
    print(f"\n== {path.stem}", flush=True)
    if subprocess.run([sys.executable, "-m", f"bench.{path.stem}"]).returncode:
        failed.append(path.stem)
if failed:
    sys.exit(f"Beyond their limits: {', '.join(failed)}")
