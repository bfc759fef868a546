import type { CliRig, RunOptions } from './cli-rig.ts';

/**
 * Runs command lines one after another and writes down what a person would see: the command after `$`, stdout as
 * it is, stderr after `!`, and the exit code where it is not 0. What differs from run to run has a name instead.
 *
 * @param lines without `globus-token`; words are apart by single spaces
 */
export async function transcript(
  rig: CliRig,
  lines: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  let written = '';
  for (const line of lines) {
    const { code, stdout, stderr } = await rig.run(line.split(' '), options);
    const exit = code === 0 ? '' : `[${code}]\n`;
    written += `$ globus-token ${line}\n${stdout}${stderr.replace(/^(?=.)/gm, '! ')}${exit}`;
  }
  return named(rig, written);
}

function named(rig: CliRig, text: string): string {
  return text
    .replaceAll(rig.socket, '<socket>')
    .replaceAll(rig.dataFolder, '<data>')
    .replaceAll(rig.folder, '<folder>')
    .replaceAll(rig.sandbox.flows.origin, '<flows>')
    .replaceAll(rig.sandbox.auth.origin, '<auth>')
    .replace(/\bprocess \d+/g, 'process <pid>')
    .replace(/\bversion \d+\.\d+\.\d+\S*(?=,)/g, 'version <version>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/\b172[78]\d\d(?= s\b)/g, '<life>')
    .replace(/rule:p-[0-9a-f]+/g, 'rule:<id>')
    .replace(/\b[A-Za-z0-9]*SANDBOX[A-Za-z0-9]*\b/g, '<token>');
}
