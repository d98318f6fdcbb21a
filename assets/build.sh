#!/bin/sh
# Compiles assets/malalamiko.scss into static/css/malalamiko.css, which is committed: only who changes the look needs Node.
set -eu
cd "$(dirname "$0")"
mkdir -p ../static/css
npm ci --no-audit --no-fund --ignore-scripts
npm run build
