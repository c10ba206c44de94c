#!/usr/bin/env bash
# Installs the language server that the lock file names and drives it as an editor does.
set -euo pipefail
cd "$(dirname "$0")"
target="$(mkdir -p "${CARGO_TARGET_DIR:-../../target}" && cd "${CARGO_TARGET_DIR:-../../target}" && pwd)"
folder="$target/ci-tools/language-server"
mkdir -p "$folder"
cp package.json package-lock.json "$folder/"
if ! [ -e "$folder/installed" ] || ! cmp -s package-lock.json "$folder/installed"; then
    npm ci --prefix "$folder" --silent --ignore-scripts --no-audit --no-fund
    cp package-lock.json "$folder/installed"
fi
exec node drive.mjs "$folder/node_modules/yaml-language-server" ../../schemas/assessment.schema.json
