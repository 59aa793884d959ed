# numbered.sh PAUSE BURST [MODE]: writes numbered lines, BURST of them at a time, PAUSE seconds between; each with who wrote it.
# MODE: stubborn ignores SIGTERM, both writes every other line to stderr, family starts others in sessions of their own,
# LINES=CODE ends with CODE after so many lines.
pause=$1 burst=$2 mode=${3:-forever}
case $mode in
  stubborn) trap '' TERM ;;
  family)
    setsid sh -c 'while :; do sleep 1; done' &
    (exec sh -c 'trap "" TERM HUP; while :; do sleep 1; done') &
    ;;
esac
n=0
while :; do
  i=0
  while [ $i -lt "$burst" ]; do
    i=$((i + 1)) n=$((n + 1))
    if [ "$mode" = both ] && [ $((n % 2)) = 0 ]; then echo "line $TUIX_PROCESS_ID $$ $n" >&2
    else echo "line $TUIX_PROCESS_ID $$ $n"; fi
    case $mode in "$n"=*) exit "${mode#*=}" ;; esac
  done
  sleep "$pause"
done
