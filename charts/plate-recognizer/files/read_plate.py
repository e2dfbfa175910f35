"""Sends the test's picture to a recognizer and judges the answer; exit code 0 when it is as expected.

Plate texts are personal data: they are compared, not printed.
"""

import json
import subprocess
import sys

url, expected = sys.argv[1:3]
command = ["platerec", "recognize", "/test/picture", "--url", url, "--json"]
done = subprocess.run(command, capture_output=True, text=True, check=False)
if done.returncode != 0:
    sys.exit(done.stderr)
answer = json.loads(done.stdout)
texts = [plate["text"] for plate in answer["plates"]]
sys.stdout.write(f"release {answer['release']} read {len(texts)} plates\n")
if expected == "no plate":
    sys.exit(f"a grey frame gave {len(texts)} plates" if texts else 0)
if not texts:
    sys.exit("no plate was read in test.picture")
if expected and expected not in texts:
    sys.exit("none of the plates has the text of test.text")
