#!/bin/sh
# Start of every container: GB_X_FILE names a file that holds the value of GB_X, so that no password stands in a manifest.
set -eu
for name in GB_MONGODB_URI GB_AMQP_URL; do
    eval "file=\${${name}_FILE:-}"
    if [ -n "$file" ]; then
        export "$name=$(cat "$file")"
        unset "${name}_FILE"
    fi
done
exec "$@"
