# Reads the words of `get` and `header` as cli/parse.ts does, and says what is wrong with them in the same words. A part
# of globus-token.sh, where the build puts it in.

# In patterns not as ranges: with the collation of some locales, a thousand letters and digits more lie between them.
gt_digit=0123456789
gt_lower=abcdefghijklmnopqrstuvwxyz
gt_letter=ABCDEFGHIJKLMNOPQRSTUVWXYZ$gt_lower

# Whether all of it is readable ASCII, so that it moves no cursor and JSON escapes only `"` and `\` of it. Second
# argument: what may be in it besides.
ascii() {
  # `,-.` is the same three with the quotes and as a range, which some shells take it for.
  case $1 in *[!"$gt_letter$gt_digit !\"#\$%&'()*+,-./:;<=>?@[\\]^_\`{|}~$2"]*) return 1 ;; esac
}

# Whether a message can repeat it. Of more letters a shell would think for minutes.
repeatable() {
  [ "${#1}" -le 256 ] && ascii "$1"
}

# As JSON has it, in gt_value. What needs more escapes than these two does not come here.
quoted() {
  gt_rest=$1
  gt_value='"'
  while :; do
    case $gt_rest in *'"'* | *'\'*) ;; *) break ;; esac
    gt_word=${gt_rest%%'"'*}
    gt_word=${gt_word%%'\'*}
    gt_rest=${gt_rest#"$gt_word"}
    gt_value=$gt_value$gt_word'\'${gt_rest%"${gt_rest#?}"}
    gt_rest=${gt_rest#?}
  done
  gt_value=$gt_value$gt_rest'"'
}

# 90, 90s, 30m, 72h, 7d as seconds in gt_seconds.
duration() {
  gt_digits=${1%[smhd]}
  case $gt_digits in '' | *[!"$gt_digit"]* | ?????????*) return 1 ;; esac
  # With a zero before it a number is octal.
  while :; do case $gt_digits in 0?*) gt_digits=${gt_digits#0} ;; *) break ;; esac done
  case $1 in
    *m) gt_unit=60 ;;
    *h) gt_unit=3600 ;;
    *d) gt_unit=86400 ;;
    *) gt_unit=1 ;;
  esac
  # Not multiplied first: some shells have 32 bits.
  [ "$gt_digits" -le "$((99999999 / gt_unit))" ] && gt_seconds=$((gt_digits * gt_unit))
}

# The same of an option or a variable, or the end. False: Node has the words.
seconds() {
  duration "$2" && return 0
  repeatable "$2" || return 1
  quoted "$2"
  fail 2 "$1 takes a duration, not $gt_value." 'Write 90s, 30m, 72h or 7d'
}

mistake() {
  fail 2 "$1" "${2:-$gt_usage}"
}

# `get` or `header` with its words, as cli/parse.ts reads them. False: Node's are help, and what cannot be repeated in
# a message as it stands.
understood() {
  case $1 in get | header) ;; *) return 1 ;; esac
  gt_command=$1
  gt_usage="globus-token $1 --help"
  shift
  for gt_word do
    case $gt_word in
      --) break ;;
      --json) gt_json=1 ;;
      --help | -h* | --=*) return 1 ;;
    esac
  done
  for gt_word do
    if [ -n "$gt_want" ]; then
      case $gt_word in -?*) break ;; esac
      take "$gt_want" "$gt_word" || return 1
      gt_want=
      continue
    fi
    case $gt_end$gt_word in
      --) gt_end=. ;;
      --*)
        gt_option=${gt_word%%=*}
        placeholder "$gt_option" || unknown "$gt_option" || return 1
        if [ "$gt_option" != "$gt_word" ]; then
          [ -n "$gt_value" ] || mistake "$gt_option takes no value"
          take "$gt_option" "${gt_word#*=}" || return 1
        elif [ -n "$gt_value" ]; then
          gt_want=$gt_option
        else
          take "$gt_option" 1 || return 1
        fi
        ;;
      -?*)
        gt_option=${gt_word#-?}
        unknown "${gt_word%"$gt_option"}" || return 1
        ;;
      *)
        if [ -z "${gt_scope+set}" ]; then gt_scope=$gt_word; else gt_extra=${gt_extra-$gt_word}; fi
        ;;
    esac
  done
  if [ -n "$gt_want" ]; then
    placeholder "$gt_want"
    mistake "$gt_want needs a value: $gt_want $gt_value"
  fi
  [ -n "${gt_scope+set}" ] || mistake "$gt_command needs <scope>"
  if [ -n "${gt_extra+set}" ]; then
    repeatable "$gt_extra" || return 1
    quoted "$gt_extra"
    mistake "$gt_command does not take $gt_value"
  fi
  [ -z "${gt_ttl+set}" ] || { seconds --min-ttl "$gt_ttl" && gt_ttl=$gt_seconds; }
}

take() {
  case $1 in
    --account) gt_account=$2 ;;
    --name) gt_name=$2 ;;
    --min-ttl) gt_ttl=$2 ;;
    --wait) gt_wait=$2 ;;
    --interactive) gt_interactive=1 ;;
    --json) ;;
    *) return 1 ;;
  esac
}

# Ends with the nearest of the known options, as cli/nearest.ts finds it. False: it cannot be repeated as it stands.
unknown() {
  repeatable "$1" || return 1
  quoted "$1"
  gt_detail="unknown option $gt_value of $gt_command"
  gt_word=${1#--}
  [ "$gt_word" != "$1" ] || mistake "$gt_detail"
  gt_slips=0
  while [ "$gt_slips" -le 1 ] || [ "$((gt_slips * 3))" -le "${#gt_word}" ]; do
    gt_rest=$gt_known
    while [ -n "$gt_rest" ]; do
      gt_option=${gt_rest%% *}
      gt_rest=${gt_rest#* }
      # Two letters and more that one begins with are no slip at all.
      case $gt_slips$gt_option in
        "0$gt_word"*) [ "${#gt_word}" -gt 1 ] ;;
        *) near "$gt_word" "$gt_option" "$gt_slips" ;;
      esac && mistake "$gt_detail" "did you mean --$gt_option? See $gt_usage"
    done
    gt_slips=$((gt_slips + 1))
  done
  mistake "$gt_detail"
}

# Whether the first becomes the second with so many letters put in, left out, changed, or swapped with the next.
near() {
  [ "$1" != "$2" ] || return 0
  [ "$((${#1} - ${#2}))" -le "$3" ] || return 1
  if [ "${1%"${1#?}"}" = "${2%"${2#?}"}" ]; then
    near "${1#?}" "${2#?}" "$3"
    return
  fi
  [ "$3" -gt 0 ] || return 1
  set -- "$1" "$2" "$(($3 - 1))"
  near "${1#?}" "$2" "$3" || near "$1" "${2#?}" "$3" || near "${1#?}" "${2#?}" "$3" && return
  [ "${#1}" -gt 1 ] || return 1
  gt_value=${1#?}
  gt_value=${gt_value%"${gt_value#?}"}${1%"${1#?}"}
  case $2 in "$gt_value"*) near "${1#??}" "${2#??}" "$3" ;; *) return 1 ;; esac
}
