#!/usr/bin/env bash
# What takes too long for every change: the tests marked `long`, then the whole suite on examples
# that no run has drawn before. A failure prints the seed that draws it again.
#
#     tests/bench/nightly.sh            runs pytest from PATH
#     PYTEST=.venv/bin/pytest tests/bench/nightly.sh
set -uo pipefail
cd "$(dirname "$0")/../.."
pytest=${PYTEST:-pytest}

failed=0
"$pytest" -m long || failed=1
"$pytest" -m long --explore tests/test_soundness.py tests/ops || failed=1
"$pytest" --explore || failed=1
exit $failed
