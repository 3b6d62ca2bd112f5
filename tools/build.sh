#!/usr/bin/env bash
# sam validate, sam build, and proof that what was built can be imported. No Docker, no AWS credentials.
# Skipped while none of its inputs has changed since it last passed.
set -euo pipefail
cd "$(dirname "$0")/.."

export SAM_CLI_TELEMETRY=0
export AWS_DEFAULT_REGION="${AWS_DEFAULT_REGION:-eu-central-1}" # the linter asks which region's resource types it may assume
uv="$PWD/.tools/bin/uv"
python=.venv/bin/python
log=build/sam.log
stamp=build/built.sha256

mkdir -p build
fingerprint="$("$python" -m tools.built_tree fingerprint)"
if [[ -d .aws-sam/build && -f $stamp && "$(cat "$stamp")" == "$fingerprint" ]]; then
    echo "build: unchanged since it last passed"
    exit 0
fi
rm -f "$stamp"

run() { # says nothing unless it fails
    "$@" >"$log" 2>&1 || { cat "$log" >&2; echo "build: $1 $2 failed" >&2; exit 1; }
}

# SAM runs `python3.13 -m pip`. A shim, or an interpreter without pip, would fail it: give it one that has both.
if [[ ! -x build/python/bin/pip ]]; then
    run "$uv" venv --quiet --seed --clear --python "$python" build/python
fi
export PATH="$PWD/build/python/bin:$PATH"

started=$SECONDS
sam="$PWD/.venv/bin/sam"
run "$sam" validate --lint --template template.yaml
run "$sam" build --template template.yaml

# The layer holds wheels for arm64, which this machine may be unable to load. The same locked requirements, with the same
# hashes, are therefore unpacked once more for this machine; built_tree checks that both hold the same distributions.
rm -rf build/host
run "$uv" pip install --quiet --python "$python" --target build/host --only-binary :all: --require-hashes \
    --requirement layers/dependencies/requirements.txt

"$python" -m tools.built_tree check --host build/host
echo "$fingerprint" >"$stamp"
echo "build: ok · $((SECONDS - started)) s"
