#!/bin/sh
# Process 1 of a container: starts dagu, hands signals on to it, and reaps what steps leave behind. A shell that
# waits takes the exit code of every process that was handed down to it, which a program that knows only its own
# children does not.
/usr/local/bin/dagu "$@" &
child=$!
trap 'kill -TERM $child 2>/dev/null' TERM INT HUP
while :; do
  wait $child
  code=$?
  # A signal ends the wait too.
  kill -0 $child 2>/dev/null || exit $code
done
