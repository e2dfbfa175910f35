# shellcheck shell=bash
# How the scripts of this folder speak, measure their steps and keep what they have built: a cached thing lies
# under a name that ends in the hash of what it was made from, and appears there only when it is complete.

readonly CACHE_LABEL=dev.platerec.made-from
readonly CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/platerec
readonly LOG=$CACHE/cluster.log
mkdir -p "$CACHE"

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "error: $*"
  exit 1
}

# Runs a command with its output in the log, says in one line what was done and how long it took, and leaves
# the command's exit code in "attempted": a function that is called in a condition runs without errexit.
attempt() { # TITLE COMMAND...
  local title=$1 began=$SECONDS
  shift
  printf '\n== %s\n' "$title" >>"$LOG"
  printf '  %-52s ' "$title" >&2
  # A subshell of its own, so that a half-failed command does not look done.
  set +e
  (
    set -e
    "$@"
  ) >>"$LOG" 2>&1
  attempted=$?
  set -e
  if [ "$attempted" -eq 0 ]; then
    say "$((SECONDS - began)) s"
  else
    say "failed after $((SECONDS - began)) s"
  fi
}

# As attempt, for a command without which there is no going on.
step() { # TITLE COMMAND...
  attempt "$@"
  [ "$attempted" -eq 0 ] || fail "\"$1\" failed: $(tail -n 1 "$LOG") (more at the end of $LOG)"
}

# Lets only one run at a time make a thing; to be called before looking whether it is there.
take_turn() { # THING
  exec {turn}>"$CACHE/.$1.lock"
  flock "$turn"
}

# Hash of the content of files and folders.
hash_of() { # PATH...
  find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16
}

# Removes cached things of the same kind that were made from something else.
drop_others() { # KEEP SIBLING...
  local keep=$1 entry
  for entry in "${@:2}"; do
    [ "$entry" = "$keep" ] || rm -rf "$entry"
  done
}

# Whether the engine holds an image that was made from what this hash names.
image_is() { # IMAGE HASH
  local found
  found=$("$CONTAINER_ENGINE" image inspect --format "{{index .Config.Labels \"$CACHE_LABEL\"}}" "$1" 2>/dev/null) &&
    [ "$found" = "$2" ]
}
