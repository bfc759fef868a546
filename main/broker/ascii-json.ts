/**
 * JSON for people, all of it ASCII: what `globus-token get --json` prints, by Node or by its shell launcher. That one
 * cannot read JSON, so the broker writes the answer like this and it is passed on byte by byte, once it is seen that
 * no byte of it could move a terminal's cursor.
 */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
