/**
 * Where the command line and the agent without a window are: in `dist` of a source tree or an npm package, in
 * `resources` of an app, outside its archive, since a plain Node reads none.
 *
 * @param dist the folder of the bundle that runs
 */
export function programsFolder(dist: string): string {
  return /^(.*?[/\\]resources)(?:[/\\]|$)/i.exec(dist)?.[1] ?? dist;
}
