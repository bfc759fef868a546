#!/bin/sh
# Writes GLOBUS_TOKEN=… for the later steps of a CI job: to $GITHUB_ENV, or to a new file that only you can read.
#
#   sh ci-env.sh view_flows                  GitHub Actions; the log shows *** instead of the token
#   sh ci-env.sh view_flows globus.env       elsewhere; then: set -a; . ./globus.env; set +a; rm globus.env
#
# What it costs: every later step, and every program that one starts, can read the token until it ends (48 hours at
# most), and so can whoever gets the file. globus-token exec gives it to one program only; use that where you can.
# GLOBUS_TOKEN_COMMAND='sh client-credentials.sh' takes the token of a service account instead of the agent's.

file=${2:-${GITHUB_ENV:?is not set, so a file must be named}}
token=$(${GLOBUS_TOKEN_COMMAND:-globus-token get} "${1:-view_flows}") || exit
umask 077
# By the shell's own printf: everybody could read the arguments of a program of this name.
# A file of ours must be new: no link is followed, and nobody has it open already.
if [ "$file" = "$GITHUB_ENV" ]; then
  PATH=/nonexistent printf '::add-mask::%s\n' "$token"
  PATH=/nonexistent printf 'GLOBUS_TOKEN=%s\n' "$token" >>"$file"
else
  set -C
  PATH=/nonexistent printf 'GLOBUS_TOKEN=%s\n' "$token" >"$file"
fi
