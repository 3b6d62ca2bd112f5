#!/usr/bin/env bash
# Every test that needs no AWS account, on two cores, and the promise that every branch of the core is taken.
# Arguments go to pytest: `tools/run_tests.sh tests/unit -k window`; then coverage is not asked for, since a part cannot give it.
set -euo pipefail
cd "$(dirname "$0")/.."

python=.venv/bin/python
if [[ $# -gt 0 ]]; then
    exec "$python" -m pytest "$@"
fi

mkdir -p build/coverage
rm -f build/coverage/.coverage*
export COVERAGE_FILE="$PWD/build/coverage/.coverage"
export COVERAGE_PROCESS_START="$PWD/pyproject.toml" # every process measures itself, the workers of pytest-xdist among them

started=$SECONDS
status=0
"$python" -m pytest -n 2 --dist worksteal || status=$?

"$python" -m coverage combine --quiet
covered=0
"$python" -m coverage report --include='*/goodstanding/core/*' --fail-under=100 >build/coverage/core.txt || covered=$?
if [[ $covered -ne 0 ]]; then
    cat build/coverage/core.txt
fi

verdict() { [[ $1 -eq 0 ]] && echo ok || echo "failed"; }
echo "tests: $(verdict "$status") · branches of the core: $(verdict "$covered") · $((SECONDS - started)) s"
[[ $status -eq 0 && $covered -eq 0 ]]
