#!/bin/sh
# globus-token: answers `get` and `header` through curl, which is there sooner than Node.js, and hands everything
# else to globus-token.js beside it. Exit codes and texts are the same either way (docs/cli.md); a test runs both
# over one table. The token stands in a shell variable and leaves by the shell's own printf: no command line, no
# environment and no file ever holds it.

# Nothing of the caller's may show or change what happens here: tracing and exporting (SHELLOPTS, BASH_ENV),
# functions and aliases in the place of programs, variables that are exported by their name.
{ set +aefuvx; } 2>/dev/null
# bash takes exported functions by the names of builtins, too; `[` sees the token.
unset -f '[' test unalias curl printf command true exec exit node nodejs readlink id ls 2>/dev/null
\unalias -a 2>/dev/null
unset gt_answer gt_body gt_status gt_scope gt_account gt_name gt_ttl gt_wait gt_want gt_word gt_value gt_path \
  gt_home gt_seconds gt_digits gt_reason gt_detail gt_next gt_line gt_node gt_self gt_link gt_code gt_dead gt_folder gt_foreign gt_route \
  gt_patience gt_tried gt_old gt_curl gt_rest gt_mark gt_unit gt_json gt_command gt_usage gt_option gt_end gt_extra \
  gt_digit gt_lower gt_letter gt_interactive gt_slips gt_accept gt_exit gt_refusal gt_known IFS
gt_line='
'
gt_refusal=null
# Not in a function: zsh has the function's name there.
gt_self=$0

# Hands everything over to Node.js, and comes back where none is found. Arguments: those of the script.
run_node() {
  case $gt_self in
    */*) ;;
    *) gt_self=$(command -v -- "$gt_self") || gt_self=./$gt_self ;;
  esac
  while [ -L "$gt_self" ]; do
    gt_link=$(readlink "$gt_self") || break
    case $gt_link in
      /*) gt_self=$gt_link ;;
      *) gt_self=${gt_self%/*}/$gt_link ;;
    esac
  done
  # One that is too old comes back here, with how many were tried and its own version (new-enough.cjs).
  gt_tried=$GLOBUS_TOKEN_TRIED
  gt_old=${gt_tried#[12],}
  case $gt_old in "$gt_tried" | *[!"$gt_digit".]*) gt_old= ;; esac
  for gt_node in "${GLOBUS_TOKEN_NODE:-node}" "${GLOBUS_TOKEN_NODE:-nodejs}"; do
    case $gt_tried in
      2,*) break ;;
      1,*)
        gt_tried=
        continue
        ;;
    esac
    # Not kept in a variable: that takes a process of its own.
    command -v -- "$gt_node" >/dev/null 2>&1 || continue
    exec "$gt_node" "${gt_self%/*}/globus-token.js" "$@"
  done
}

# Before the rest of this is read.
case $1 in get | header) ;; *) run_node "$@" ;; esac

# The build puts in here: words.sh, and the tables of cli/reference/launcher.ts.

# What this script cannot do itself. Arguments: those of the script.
hand_over() {
  run_node "$@"
  # The agent was asked, or may not be: what became of that is said, and not that Node.js was not there to try again.
  [ -z "$gt_dead" ] || unconnected
  [ -z "$gt_foreign" ] || fail 3 "$gt_path may belong to another user; nothing was sent." 'globus-token doctor'
  [ -z "$gt_code" ] || fail "$gt_code" "$gt_detail" "$gt_next"
  gt_reason='none was found.'
  gt_next='Install nodejs, or set GLOBUS_TOKEN_NODE to its path'
  if [ -n "$gt_old" ]; then
    gt_reason="the one found is $gt_old."
    gt_next='Install a newer one, or set GLOBUS_TOKEN_NODE to its path'
  fi
  gt_detail="This needs Node.js 20.19 or newer, and $gt_reason"
  if [ -n "$gt_curl" ]; then
    gt_word="The curl found fails ($gt_curl)."
    [ "$gt_curl" != 127 ] || gt_word='No curl was found.'
    gt_detail="$gt_word Without one, this needs Node.js 20.19 or newer, and $gt_reason"
    gt_next='Install curl 7.40 or newer, or Node.js 20.19 or newer'
  fi
  for gt_word do
    [ "$gt_word" != --json ] || gt_json=1
  done
  fail 23 "$gt_detail" "$gt_next"
}

# Exit code, what happened, the next step: as cli/failure.ts.
fail() {
  if [ -n "$gt_json" ]; then
    exit_name "$1"
    quoted "$2"
    gt_detail=$gt_value
    gt_value=null
    [ -z "$3" ] || quoted "$3"
    gt_detail="\"reason\":$gt_refusal,\"detail\":$gt_detail,\"next\":$gt_value"
    say "{\"error\":{\"exit\":\"$gt_exit\",\"code\":$1,$gt_detail}}" >&2
    exit "$1"
  fi
  say "globus-token: $2" >&2
  [ -z "$3" ] || say "hint: $3" >&2
  exit "$1"
}

# The same, for when no Node is found that could ask better.
later() {
  gt_code=$1
  gt_detail=$2
  gt_next=$3
}

no_agent() {
  later 1 "What answers at $gt_path is no agent, or it ended while it answered." 'globus-token doctor'
}

# The shell's own printf and no other: a program's arguments can be read by everybody. Without one it fails.
say() {
  PATH=/nonexistent printf '%s\n' "$1" 2>/dev/null
}

# Without a terminal nobody is there to be asked.
patience() {
  # How long the agent may be silent, and then how long it may take to say that it is there: below 2 s in all.
  gt_patience=0.9
  if duration "$GLOBUS_TOKEN_PATIENCE" && [ "$gt_seconds" -gt 0 ]; then gt_patience=$gt_seconds; fi
  if [ -n "${gt_wait+set}" ]; then
    seconds --wait "$gt_wait" && gt_wait=$gt_seconds
  elif [ -n "$GLOBUS_TOKEN_WAIT" ]; then
    seconds GLOBUS_TOKEN_WAIT "$GLOBUS_TOKEN_WAIT" && gt_wait=$gt_seconds
  else
    { true </dev/tty; } 2>/dev/null || gt_wait=0
  fi
}

# As main/broker/socket-path.ts; paths that need a closer look are Node's.
socket() {
  gt_home=$HOME
  while :; do case $gt_home in */) gt_home=${gt_home%/} ;; *) break ;; esac done
  case $gt_home in
    *//* | */./* | */../* | */. | */..) return 1 ;;
    /*) ;;
    *) gt_home= ;;
  esac
  gt_path=$GLOBUS_TOKEN_SOCK
  if [ -z "$gt_path" ]; then
    gt_path=$XDG_RUNTIME_DIR
    # As main/broker/runtime-folder.ts: it is gone after the last session, and cron and batch systems tell nobody of it.
    [ -e "$gt_path" ] || [ "$gt_path" != "/run/user/$(id -u)" ] || gt_path=
    if [ -z "$gt_path" ]; then
      gt_path=/run/user/$(id -u)
      if [ -L "$gt_path" ] || [ ! -d "$gt_path" ] || [ ! -O "$gt_path" ]; then gt_path=; fi
    fi
    while :; do case $gt_path in */) gt_path=${gt_path%/} ;; *) break ;; esac done
    case $gt_path in
      /*) plain "$gt_path" || return 1 ;;
      *) gt_path= ;;
    esac
    if [ -n "$gt_path" ] && outside_home; then
      gt_path=$gt_path/globus-token/broker.sock
    else
      gt_path=$(id -u) || return 1
      gt_path=/tmp/globus-token-$gt_path/broker.sock
    fi
  else
    case $gt_path in
      /*) ;;
      *)
        plain "$gt_path" || return 1
        fail 2 "GLOBUS_TOKEN_SOCK must be an absolute path, not $gt_path." 'unset GLOBUS_TOKEN_SOCK'
        ;;
    esac
    plain "$gt_path" || return 1
    outside_home ||
      fail 2 "$gt_path is under the home folder, which other machines may share; set GLOBUS_TOKEN_SOCK to a path elsewhere." 'unset GLOBUS_TOKEN_SOCK'
  fi
  plain "$gt_path"
}

# Short, of common characters, without doubled slashes, `.` and `..`.
plain() {
  case $1 in *[!"$gt_letter$gt_digit"/._+,@=:-]* | *//* | */./* | */../* | */. | */..) return 1 ;; esac
  [ "${#1}" -le 103 ]
}

outside_home() {
  [ -n "$gt_home" ] || return 0
  case $gt_path/ in "$gt_home"/*) return 1 ;; esac
}

# As cli/socket-owner.ts: another user's agent is asked nothing. Of the folders that are not ours, only /tmp is known
# to be root's without a closer look, which is Node's. A link of the user's counts as what it leads to, once.
ours() {
  judge "$gt_path"
  if [ -n "$gt_link" ] && [ -z "$gt_foreign" ]; then
    gt_value=$gt_link
    judge "$gt_value"
    [ -z "$gt_link" ] || gt_foreign=1
  fi
  [ -z "$gt_foreign$gt_dead" ]
}

judge() {
  gt_link=
  gt_folder=${1%/*}
  if [ "$gt_folder" = /tmp ]; then
    [ -k /tmp ] || gt_foreign=1
  elif [ ! -e "$gt_folder" ] && [ ! -L "$gt_folder" ]; then
    gt_dead=1
  elif [ -L "$gt_folder" ] || [ ! -O "$gt_folder" ]; then
    gt_foreign=1
  fi
  [ -z "$gt_foreign$gt_dead" ] || return 0
  if [ -L "$1" ]; then
    follow "$1" || gt_foreign=1
  elif [ ! -e "$1" ]; then
    gt_dead=1
  elif [ ! -O "$1" ]; then
    gt_foreign=1
  fi
}

# Where a link of the user's leads, in gt_link. No test of the shell's own sees whose a link is.
follow() {
  gt_word=$(ls -ldn "$1" 2>/dev/null)
  gt_link=${gt_word#*"$1 -> "}
  [ "$gt_link" != "$gt_word" ] || return 1
  # Rights, the number of names, the user: as many spaces between as somebody's `ls` likes.
  for gt_value in rights names; do
    gt_word=${gt_word#* }
    while :; do case $gt_word in ' '*) gt_word=${gt_word# } ;; *) break ;; esac done
  done
  [ "${gt_word%% *}" = "$(id -u)" ] || return 1
  case $gt_link in /*) ;; *) gt_link=${1%/*}/$gt_link ;; esac
  plain "$gt_link"
}

# Asks the agent: gt_answer is its answer, then a line with the status. Arguments: more of curl's.
ask() {
  set -- "$@" --data-urlencode "scope=$gt_scope"
  [ -z "${gt_account+set}" ] || set -- "$@" --data-urlencode "account=$gt_account"
  [ -z "$gt_ttl" ] || set -- "$@" --data-urlencode "min_ttl=$gt_ttl"
  [ -z "$gt_wait" ] || set -- "$@" --data-urlencode "wait=$gt_wait"
  [ -z "${gt_name+set}" ] || set -- "$@" --data-urlencode "name=$gt_name"
  [ -z "$gt_interactive" ] || set -- "$@" --data-urlencode 'interactive=1'
  gt_answer=$(command curl -q --noproxy '*' -sS --max-filesize 65536 --unix-socket "$gt_path" -G "$@" -H "Accept: $gt_accept" \
    -w '\n%{http_code}' "http://localhost/v1/$gt_route" 2>/dev/null)
}

alive() {
  command curl -q --noproxy '*' -sS -m "$gt_patience" --unix-socket "$gt_path" -o /dev/null http://localhost/v1/status 2>/dev/null
}

# Why curl could not connect: it has one code for every reason, and says in English which it was.
unconnected() {
  if [ -n "$gt_curl" ]; then
    gt_reason=$(LC_ALL=C command curl -q --noproxy '*' -v -m "$gt_patience" --unix-socket "$gt_path" -o /dev/null \
      http://localhost/v1/status 2>&1)
    case $gt_reason in
      *'ermission denied'* | *'not permitted'*)
        fail 3 "The socket $gt_path may not be opened by you." 'globus-token doctor'
        ;;
      # What waits to be taken is as many as can be (EAGAIN), which curl has no words for; or there is room again.
      *' connect fail for '*) ;;
      *) fail 22 "The agent at $gt_path is busy." 'Ask again in a moment' ;;
    esac
  fi
  fail 3 "No agent answers at $gt_path." 'Start the app, or: globus-token agent'
}

# As cli/text.ts, in gt_value: one space for whatever moves a cursor or turns the direction of a line, and none around.
# In some shells [:cntrl:] knows bytes only, and not C1 controls: U+0080 to 9F, then marks from U+200B on, U+2028 to
# 202E, U+2060 to 206F, U+061C, U+FEFF.
clean() {
  gt_rest=$1
  gt_mark=$(
    PATH=/nonexistent
    for gt_word in 0 1 2 3 4 5 6 7; do
      printf "\\302\\20$gt_word \\302\\21$gt_word \\302\\22$gt_word \\302\\23$gt_word "
      printf "\\342\\201\\24$gt_word \\342\\201\\25$gt_word \\342\\200\\25$gt_word "
    done
    printf '\342\200\213 \342\200\214 \342\200\215 \342\200\216 \342\200\217 \330\234 \357\273\277 '
  ) 2>/dev/null
  [ -n "$gt_mark" ] || return 1
  while [ -n "$gt_mark" ]; do
    while :; do
      case $gt_rest in *"${gt_mark%% *}"*) ;; *) break ;; esac
      gt_rest=${gt_rest%%"${gt_mark%% *}"*}$gt_line${gt_rest#*"${gt_mark%% *}"}
    done
    gt_mark=${gt_mark#* }
  done
  gt_value=
  while :; do
    case $gt_rest in *[[:cntrl:]]*) ;; *) break ;; esac
    gt_value="$gt_value${gt_rest%%[[:cntrl:]]*} "
    gt_rest=${gt_rest#*[[:cntrl:]]}
    while :; do case $gt_rest in [[:cntrl:]]*) gt_rest=${gt_rest#?} ;; *) break ;; esac done
  done
  gt_value=$gt_value$gt_rest
  while :; do case $gt_value in ' '*) gt_value=${gt_value# } ;; *) break ;; esac done
  while :; do case $gt_value in *' ') gt_value=${gt_value% } ;; *) break ;; esac done
}

# A refusal of three lines: reason or reason/trouble, what happened, the next step.
refuse() {
  gt_reason=${gt_body%%"$gt_line"*}
  # Another form is Node's to read; without one it is no agent's.
  case ${gt_reason%%/*} in '' | *[!"$gt_lower"-]*) return 1 ;; esac
  gt_body=${gt_body#*"$gt_line"}
  gt_word=${gt_body%%"$gt_line"*}
  gt_next=${gt_body#*"$gt_line"}
  clean "$gt_word" || return 1
  gt_detail=$gt_value
  clean "${gt_next%%"$gt_line"*}" || return 1
  gt_next=$gt_value
  exit_of "${gt_reason%%/*}" "${gt_reason#*/}"
  gt_reason=${gt_reason%%/*}
  gt_refusal=\"$gt_reason\"
  fail "$gt_code" "$gt_detail" "$gt_next"
}

answer() {
  understood "$@" && patience && socket && ours || return 1
  gt_route=header
  [ "$1" = header ] || gt_route=token
  gt_accept=text/plain
  # A refusal comes as text even so.
  [ "$gt_route$gt_json" != token1 ] || gt_accept='application/json, text/plain'
  if [ "$gt_wait" = 0 ]; then
    # Nobody is asked, so it is soon there, unless a token is renewed for it or the agent is stuck.
    ask -m "$gt_patience"
    gt_status=$?
    if [ "$gt_status" -eq 28 ]; then
      alive || fail 22 "The agent at $gt_path takes connections but does not answer." 'globus-token doctor'
      ask
      gt_status=$?
    fi
  else
    ask
    gt_status=$?
  fi
  case $gt_status in
    0) ;;
    7)
      gt_curl=7
      gt_dead=1
      return 1
      ;;
    # What came is no answer, too much of one, or its end was missing.
    1 | 8 | 18 | 52 | 55 | 56 | 63)
      no_agent
      return 1
      ;;
    129 | 130 | 143) exit "$gt_status" ;;
    *)
      gt_curl=$gt_status
      return 1
      ;;
  esac
  gt_body=${gt_answer%"$gt_line"*}
  gt_status=${gt_answer##*"$gt_line"}
  gt_answer=
  gt_body=${gt_body%"$gt_line"}
  # No token is that long, and an older curl does not stop at an answer of unknown length.
  no_agent
  [ "${#gt_body}" -le 65536 ] || return 1
  case $gt_status in
    200)
      # A bearer token (RFC 6750 section 2.1), bare, after its words in a header, or in JSON; or it is no agent's.
      later 1 'What answered is no token.' 'globus-token doctor'
      gt_value=
      [ "$gt_route" = token ] || gt_value='Authorization: Bearer '
      [ "$gt_route$gt_json" != token1 ] || gt_value="{$gt_line  \"access_token\": \""
      gt_answer=${gt_body#"$gt_value"}
      if [ "$gt_value$gt_answer" != "$gt_body" ]; then
        # JSON of an agent from before an update has no lines. Node makes them.
        case $gt_json$gt_body in '1{"'*) gt_code= ;; esac
        return 1
      fi
      if [ "$gt_route$gt_json" = token1 ]; then
        ascii "$gt_body" "$gt_line" || return 1
        gt_answer=${gt_answer%%'"'*}
      fi
      case $gt_answer in '' | *[!"$gt_letter$gt_digit"._~+/=-]*) return 1 ;; esac
      [ "$gt_route$gt_json" != header1 ] || gt_body="{$gt_line  \"header\": \"$gt_body\"$gt_line}"
      say "$gt_body" && exit 0
      later 1 'The answer could not be written.' 'Send it to where there is room, and ask again'
      ;;
    [45]??) refuse ;;
  esac
  return 1
}

answer "$@"
gt_answer=
gt_body=
hand_over "$@"
