import fc from 'fast-check';
import { expect, it } from 'vitest';
import { asciiJson } from '../../../main/broker/ascii-json.ts';

it('says the same, in lines, and in ASCII that moves no cursor', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
      const document = asciiJson({ value, text });
      expect(document).toMatch(/^[\n -~]*$/);
      expect(JSON.parse(document)).toEqual(JSON.parse(JSON.stringify({ value, text })));
    }),
  );
  expect(asciiJson({ a: ['é\u009b\u{1f600}'] })).toBe(
    '{\n  "a": [\n    "\\u00e9\\u009b\\ud83d\\ude00"\n  ]\n}',
  );
});
