/**
 * How a variable is taken away in the shell of this system. On Windows that may be cmd or PowerShell; the program that
 * started us does not say which.
 */
export function unsetLine(name: string, platform: NodeJS.Platform): string {
  return platform === 'win32'
    ? `In PowerShell: Remove-Item Env:${name}; in cmd: set ${name}=`
    : `unset ${name}`;
}
