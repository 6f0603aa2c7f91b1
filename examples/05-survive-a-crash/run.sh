#!/usr/bin/env bash
# Kills a running agent at random moments, starts it again until it has ended, and checks what the outside world saw.
#
#   run.sh [rounds]     20 by default; SEED=… repeats the moments of an earlier run
set -uo pipefail

here="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)"
rounds="${1:-20}"
seed="${SEED:-$(( (RANDOM << 15) | RANDOM ))}"
RANDOM="$seed"
longest_ms=900
most_kills=50

if [ -z "${PROGRAM:-}" ]; then
  dotnet build "$here/SurviveACrash" -c Release -v q --nologo || exit 1
  PROGRAM="$here/SurviveACrash/bin/Release/net10.0/SurviveACrash.dll"
fi

folder="$(mktemp -d "${TMPDIR:-/tmp}/actant-survive.XXXXXX")"
pid=
trap '[ -n "$pid" ] && kill -9 "$pid" 2>/dev/null; rm -rf "$folder"' EXIT
echo "seed $seed, $rounds rounds"

failed=0
for (( round = 1; round <= rounds; round++ )); do
  work="$folder/$round"
  mkdir "$work"
  decisions=(retry happened failed)
  decision="${decisions[$(( round % 3 ))]}"
  kills=0
  status=
  while [ -z "$status" ]; do
    rm -f "$work/started"
    dotnet "$PROGRAM" run "$work" "$decision" 2>>"$work/errors.txt" &
    pid=$!
    moment=$(( RANDOM % longest_ms ))
    # The clock of the killer starts when the agent is at work, however slow the machine is.
    while [ ! -e "$work/started" ] && kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
    if [ "$kills" -lt "$most_kills" ]; then
      sleep "$(printf '%d.%03d' $(( moment / 1000 )) $(( moment % 1000 )))"
      kill -9 "$pid" 2>/dev/null
    fi
    wait "$pid" 2>/dev/null
    code=$?
    pid=
    # 137: it was killed, and did not end by itself.
    if [ "$code" -eq 137 ]; then kills=$(( kills + 1 )); else status="$code"; fi
  done
  if line="$(dotnet "$PROGRAM" check "$work")" && [ "$status" -eq 0 ]; then
    echo "round $round/$rounds: $kills kills, answer \`$decision\`, $line"
  else
    echo "round $round/$rounds: $kills kills, answer \`$decision\`, ended with $status, $line"
    cat "$work/errors.txt"
    cat "$work/calls.txt"
    failed=$(( failed + 1 ))
  fi
done

if [ "$failed" -gt 0 ]; then
  echo "$failed of $rounds rounds failed; seed $seed"
  exit 1
fi
echo "all $rounds rounds are as they should be"
