#!/bin/sh
# Prints an access token of a service account (client credentials, RFC 6749 section 4.4), for CI without an agent:
#
#   GLOBUS_CLIENT_ID=… GLOBUS_CLIENT_SECRET=… sh client-credentials.sh SCOPE            the token
#   GLOBUS_CLIENT_ID=… GLOBUS_CLIENT_SECRET=… sh client-credentials.sh SCOPE --header   the whole header line
#
# The account is <client ID>@clients.auth.globus.org: it sees what was shared with it, not what you see. SCOPE is a
# full scope string, and a single one. The secret reaches curl by its stdin, and no program by its environment.

id=${GLOBUS_CLIENT_ID:?is not set} secret=${GLOBUS_CLIENT_SECRET:?is not set} scope=${1:?is the full scope string}
unset GLOBUS_CLIENT_SECRET
url=${GLOBUS_AUTH_URL:-https://auth.globus.org}/v2/oauth2/token
# The secret is for Globus alone, or for a demo on this machine; what stands before an @ is no host.
case $url in *@*) url= ;; esac
case $url in https://auth.globus.org/v2/oauth2/token | http://127.0.0.1:*) ;; *) url= ;; esac
if [ -z "$url" ]; then echo 'GLOBUS_AUTH_URL is neither Globus nor a demo on 127.0.0.1' >&2 && exit 2; fi
case $id$secret in *[\"\\]* | *[[:cntrl:]]*) echo 'The client ID or secret is not one' >&2 && exit 2 ;; esac
# By the shell's own printf: everybody could read the arguments of a program of this name.
answer=$(PATH=/nonexistent printf 'user = "%s:%s"\n' "$id" "$secret" |
  curl -q -fsS -K - -d grant_type=client_credentials --data-urlencode "scope=$scope" "$url") || exit
token=$(PATH=/nonexistent printf '%s\n' "$answer" | sed -n 's/.*"access_token": *"\([A-Za-z0-9._~+/=-]*\)".*/\1/p')
if [ -z "$token" ]; then echo 'Globus answered without a token' >&2 && exit 1; fi
[ "$2" != --header ] || token="Authorization: Bearer $token"
PATH=/nonexistent printf '%s\n' "$token"
