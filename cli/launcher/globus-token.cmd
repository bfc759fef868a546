@echo off
setlocal
rem cmd.exe and Node would take programs out of the current folder first, which may be a cloned repository.
set "NoDefaultCurrentDirectoryInExePath=1"
set "gt_node=%GLOBUS_TOKEN_NODE%"
if not defined gt_node set "gt_node=node"
set "gt_new="
set "gt_old="
rem It is another cmd.exe that runs this: it takes the outer quotes away, which the carets leave to it, and puts the
rem path in itself, so that brackets, ampersands and percent signs in it (Program Files (x86)) stay what they are.
for /f "tokens=1,2 delims=v." %%a in ('^""%%gt_node%%" --version 2^>nul^"') do (
  set "gt_old=%%a.%%b"
  if %%a gtr 20 set "gt_new=1"
  if %%a equ 20 if %%b geq 19 set "gt_new=1"
)
if not defined gt_new if defined gt_old (
  echo globus-token: This needs Node.js 20.19 or newer, and the one found is %gt_old%.>&2
  echo hint: Install a newer one, or set GLOBUS_TOKEN_NODE to its path>&2
  exit /b 23
)
if not defined gt_new (
  echo globus-token: This needs Node.js 20.19 or newer, and none was found.>&2
  echo hint: Install nodejs, or set GLOBUS_TOKEN_NODE to its path>&2
  exit /b 23
)
"%gt_node%" "%~dp0globus-token.js" %*
exit /b %errorlevel%
