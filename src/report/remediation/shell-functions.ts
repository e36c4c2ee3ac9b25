/** How a reader says that the API servers were restarted. */
export const RESTARTED_FLAG = "--api-servers-restarted";

/**
 * Reads the command line of the script, and refuses to begin where a restart must come first and the reader has not
 * said that it did: `restart_first` must be set before. Everything after it is read by `sh`, `dash` and `bash` alike
 * (POSIX.1-2017 XCU 2). Words are split at newlines only and patterns are off, so that a list of names is `$names`.
 */
export const COMMAND_LINE = String.raw`
set -fu
IFS='
'
export LC_ALL=C
apply=no restarted=no steps=
for word in "$@"; do
  case $word in
    --apply) apply=yes ;;
    --api-servers-restarted) restarted=yes ;;
    rewrite | compact | defragment) steps="$steps $word " ;;
    *)
      echo "usage: sh $0 [--apply] [--api-servers-restarted] [rewrite] [compact] [defragment]" >&2
      exit 2
      ;;
  esac
done
if [ "$apply$restart_first$restarted" = yesyesno ]; then
  echo "first restart every kube-apiserver (see the top of $0), then add --api-servers-restarted" >&2
  exit 2
fi
rewritten=0 gone=0 failed=0 problems=0

# Whether a step is to be taken: all are when none is named.
wanted() {
  case $steps in '' | *" $1 "*) return 0 ;; *) return 1 ;; esac
}

# Ends the script before it has changed anything where a program is missing.
need() {
  command -v "$1" >/dev/null && return 0
  echo "$1 is not on this machine: install it, or name the steps to take here (see the top of $0)" >&2
  exit 2
}

problem() {
  problems=$((problems + 1))
  printf '%s\n' "$1" >&2
}
`;

/** Rewrites a batch of objects, named on standard input, and counts what became of each. */
export const REWRITE_FUNCTIONS = String.raw`
if [ "$apply" = yes ] && wanted rewrite; then
  need kubectl
  echo "kubectl speaks to: $(kubectl config current-context 2>/dev/null || echo 'the default cluster')"
  namespaced_resources=$(kubectl api-resources --namespaced=true -o name)
  cluster_resources=$(kubectl api-resources --namespaced=false -o name)
  if [ -z "$namespaced_resources" ]; then
    echo 'kubectl gets no answer from the API server: nothing was changed' >&2
    exit 2
  fi
fi
attempts=5 # how often an object is tried
pause=2    # seconds between two tries
started=$(date -u +%Y-%m-%dT%H-%M-%SZ)
given_up=

rewrite() { batch replace "$1" "$2"; }
annotate() { batch annotate "$1" "$2"; }

# What is in $left, one name a line, as $resource in $namespace: those objects that still exist. $1: the form.
# Ten names at a time: a kubectl sends 10 requests at once, and 5 a second after them.
get() {
  status=0
  from=1
  until=$(count "$left")
  while [ "$from" -le "$until" ]; do
    ten=$(printf '%s\n' "$left" | sed -n "$from,$((from + 9))p")
    # shellcheck disable=SC2086 # a word is a line, see IFS and set -f: no name is split or taken for a pattern
    kubectl get "$resource" $in_namespace --ignore-not-found -o "$1" -- $ten </dev/null || status=1
    from=$((from + 10))
  done
  return "$status"
}

# Objects pass from one kubectl to the other: they are in no file and in no variable.
send() {
  case $way in
    replace) kubectl replace -o name -f - ;;
    annotate) kubectl annotate --overwrite -o name -f - "encryption-key-rotation-time=$started" ;;
  esac
}

# From kind/name to name.
names() { sed 's,^[^/]*/,,'; }

count() { printf '%s\n' "$1" | grep -c .; }

is_served() {
  if [ -n "$namespace" ]; then served=$namespaced_resources; else served=$cluster_resources; fi
  printf '%s\n' "$served" | grep -qxF -e "$resource" && return 0
  echo "the API server does not serve $place" >&2
  return 1
}

# Moves names from $left to what is done: those that kubectl sent back, and those that are gone.
try() {
  moved=$(get json | send | names)
  left=$(printf '%s\n' "$left" | grep -vxF -e "$moved")
  [ -n "$left" ] || return 0
  before=$(count "$left")
  there=$(get name) && left=$(printf '%s\n' "$there" | names)
  gone_here=$((gone_here + before - $(count "$left")))
}

batch() {
  way=$1 resource=$2 namespace=$3
  left=$(cat)
  wanted rewrite || return 0
  place=$resource in_namespace=
  if [ -n "$namespace" ]; then
    place="$resource in namespace $namespace" in_namespace=--namespace=$namespace
  fi
  size=$(count "$left")
  if [ "$apply" = no ]; then
    echo "would $way $size of $place:"
    for name in $left; do printf '  %s\n' "$name"; done
    return 0
  fi
  gone_here=0
  if [ "$given_up" != "$way $place" ] && is_served; then
    attempt=1
    try
    while [ -n "$left" ] && [ "$attempt" -lt "$attempts" ]; do
      sleep "$pause"
      attempt=$((attempt + 1))
      try
    done
  fi
  failed_here=$(count "$left")
  rewritten=$((rewritten + size - gone_here - failed_here))
  gone=$((gone + gone_here))
  failed=$((failed + failed_here))
  echo "$((size - gone_here - failed_here)) of $size of $place done, $gone_here gone, $failed_here failed"
  [ "$failed_here" -gt 0 ] || return 0
  for name in $left; do printf 'failed: %s: %s\n' "$place" "$name" >&2; done
  # Where not one object of a batch could be done, the next batch of the same place is not tried.
  if [ "$failed_here" -eq "$size" ]; then given_up="$way $place"; fi
}
`;

/** A command that the reader may take out of its comment; in a dry run it is shown. */
export const RUN_FUNCTION = `
# shellcheck disable=SC2317,SC2329 # called by lines below that are comments until the reader decides otherwise
run() {
  if [ "$apply" = no ]; then printf 'would run:'; else printf 'running:'; fi
  printf ' %s' "$@"
  echo
  [ "$apply" = no ] || "$@" || problem 'the last command failed'
}
`;

/** What both etcd steps begin with. */
export const ETCD_FUNCTIONS = String.raw`
if [ "$apply" = yes ] && { wanted compact || wanted defragment; }; then need etcdctl; fi

# Whether an etcd step is to be taken now. $1: its name, $2: what it does.
etcd_step() {
  wanted "$1" || return 1
  if [ "$apply" = no ]; then
    printf '%s\n' "would $2"
    return 1
  fi
  [ $((failed + problems)) -eq 0 ] && return 0
  problem "$1: left out, since something before it failed"
  return 1
}

# The last number with the name $1 in JSON.
number() { sed -n "s/.*\"$1\":\([0-9][0-9]*\).*/\1/p"; }
`;

export const COMPACT_FUNCTION = `
compact() {
  etcd_step compact 'compact etcd up to its newest revision: etcdctl compact --physical REVISION' || return 0
  revision=$(etcdctl endpoint status --write-out=json | number revision)
  if [ -z "$revision" ]; then
    problem 'compact: etcdctl told no revision: is ETCDCTL_ENDPOINTS set, and ETCDCTL_CACERT, ETCDCTL_CERT, ETCDCTL_KEY?'
    return 0
  fi
  if answer=$(ETCDCTL_COMMAND_TIMEOUT=30m etcdctl compact --physical "$revision" 2>&1); then
    echo "compacted up to revision $revision"
    return 0
  fi
  case $answer in
    *'has been compacted'*) echo "compacted up to revision $revision already" ;;
    *) problem "compact: $answer" ;;
  esac
}
`;

export const DEFRAGMENT_FUNCTION = String.raw`
defragment() {
  etcd_step defragment 'defragment the members one after the other, a leader last: etcdctl defrag' || return 0
  if ! members=$(etcdctl endpoint status --cluster --write-out=json); then
    problem 'defragment: not every member answers, so none was defragmented'
    return 0
  fi
  members=$(printf '%s\n' "$members" | tr ',' '\n' | sed -n 's/.*"Endpoint":"\([^"]*\)".*/\1/p')
  leaders=
  for member in $members; do
    if is_leader; then
      leaders="$leaders
$member"
    else
      defragment_member || return 0
    fi
  done
  for member in $leaders; do defragment_member || return 0; done
}

is_leader() {
  status=$(ETCDCTL_ENDPOINTS=$member etcdctl endpoint status --write-out=json)
  [ "$(printf '%s\n' "$status" | number leader)" = "$(printf '%s\n' "$status" | number member_id)" ]
}

# A member does not answer while it is defragmented: the next one waits until it does.
defragment_member() {
  if ETCDCTL_ENDPOINTS=$member ETCDCTL_COMMAND_TIMEOUT=30m etcdctl defrag &&
    ETCDCTL_ENDPOINTS=$member etcdctl endpoint health; then
    return 0
  fi
  problem "defragment: $member failed or is not well again: the members after it were left as they are"
  return 1
}
`;

/** The end: what was done, what is left, and the exit status. */
export const SUMMARY = `
if [ "$apply" = no ]; then
  echo "Nothing was changed. To do it: sh $0 --apply"
  exit 0
fi
echo "$rewritten objects rewritten, $gone no longer there, $failed failed; $problems other problems"
if [ "$failed" -gt 0 ] || [ "$problems" -gt 0 ]; then
  echo 'What failed can be tried again: run the same command once more.' >&2
  exit 1
fi
echo 'Next: take a new snapshot, destroy the old ones (see the end of the script), and scan again.'
`;
