#!/bin/sh
# Creates the namespace and registers the search attributes that workflows/searchAttributes.ts defines.
# Runs at every start: what exists already is left as it is. The address comes from TEMPORAL_ADDRESS.
set -eu

namespace="$TEMPORAL_NAMESPACE"
# A port that answers is not a server that is ready, and a new namespace takes seconds to reach every service.
attempts=60

retry() {
  attempt=1
  until "$@"; do
    if [ "$attempt" -ge "$attempts" ]; then
      echo "Gave up after $attempt attempts: $*" >&2
      return 1
    fi
    attempt=$((attempt + 1))
    sleep 2
  done
}

registered() {
  temporal operator search-attribute list --namespace "$namespace" | grep -qw "$1"
}

register() {
  registered "$1" ||
    temporal operator search-attribute create --namespace "$namespace" --name "$1" --type "$2" ||
    registered "$1"
}

retry temporal operator cluster health
temporal operator namespace describe --namespace "$namespace" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$namespace" --retention "$NAMESPACE_RETENTION"

retry register TidemarkConnection Keyword
retry register TidemarkStream Keyword
retry register TidemarkIntervalStart Datetime
retry register TidemarkHighWaterMark Datetime
retry register TidemarkRows Int
echo "Namespace $namespace is ready."
