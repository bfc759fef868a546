#!/bin/sh
# Prints a curl configuration with the header of a scope, so that the token is in no command line:
#
#   sh curlrc.sh view_flows | curl -K - https://flows.globus.org/flows        (any shell)
#   curl -K <(sh curlrc.sh view_flows) https://flows.globus.org/flows         (bash, zsh: stdin stays free)
#
# globus-token curl does the same and checks that the host is the scope's; prefer it where it will do.
# Arguments: those of globus-token header.

header=$(globus-token header "$@") || exit
# They would end the quoted value, and no token has them.
case $header in *[\"\\]*) exit 1 ;; esac
# By the shell's own printf: everybody could read the arguments of a program of this name.
PATH=/nonexistent printf 'header = "%s"\n' "$header"
