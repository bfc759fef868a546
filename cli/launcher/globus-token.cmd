@echo off
setlocal
rem cmd.exe and Node would take programs out of the current folder first, which may be a cloned repository.
set "NoDefaultCurrentDirectoryInExePath=1"
set "gt_node=%GLOBUS_TOKEN_NODE%"
if not defined gt_node set "gt_node=node"
rem A path is taken as it is, a name is looked for: in PATH, and not in the folder that somebody happens to be in.
set "gt_slash=%gt_node:/=\%"
if not "%gt_slash:\=%"=="%gt_slash%" goto run
set "gt_name=%gt_node%"
set "gt_node="
for %%i in ("%gt_name%" "%gt_name%.exe") do if /i not "%%~dp$PATH:i"=="%CD%\" if not "%%~$PATH:i"=="" set "gt_node=%%~$PATH:i"
if not defined gt_node goto none
:run
if not exist "%gt_node%" goto none
rem Whether it is new enough, the script finds out (new-enough.cjs): to ask would be a second start of Node.
set "GLOBUS_TOKEN_TRIED=0,"
"%gt_node%" "%~dp0globus-token.js" %*
exit /b %errorlevel%
:none
echo globus-token: This needs Node.js 20.19 or newer, and none was found.>&2
echo hint: Install nodejs, or set GLOBUS_TOKEN_NODE to its path>&2
exit /b 23
