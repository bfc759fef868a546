"""Has the Globus SDK for Python (globus_sdk 3 and 4) ask the agent for the header of each request.

    from globus_sdk import FlowsClient
    from globus_sdk_authorizer import GlobusTokenAuthorizer
    client = FlowsClient(authorizer=GlobusTokenAuthorizer("view_flows"))

The agent renews tokens and asks whoever has to be asked; nothing is kept here. What went wrong is on stderr.
"""

import subprocess

from globus_sdk.authorizers import GlobusAuthorizer


class GlobusTokenAuthorizer(GlobusAuthorizer):
    def __init__(self, scope, *options):
        self.command = ["globus-token", "header", *options, "--", scope]

    def get_authorization_header(self):
        try:
            line = subprocess.run(self.command, stdout=subprocess.PIPE, text=True, check=True).stdout
        except FileNotFoundError:
            raise RuntimeError("There is no globus-token on PATH, so no token was fetched") from None
        except subprocess.CalledProcessError as error:
            raise RuntimeError(f"globus-token gave no token (exit code {error.returncode})") from None
        return line.strip().partition(": ")[2]

    def handle_missing_authorization(self):
        return False  # The agent had renewed it already: to ask again would give the same token.
