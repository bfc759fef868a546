import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleInput, exampleRunBody } from '../../../main/globus/example-body.ts';
import { at, FlowsBench } from '../../sandbox/flows/bench.ts';
import { inputErrors } from '../../sandbox/flows/input-schema.ts';
import { HELLO_FLOW_ID, PASS_FLOW_ID, TRANSFER_FLOW_ID } from '../../sandbox/flows/seed.ts';
import type { JsonObject } from '../../sandbox/flows/values.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';

/** The value made for one required field of this schema. */
function made(field: unknown, more: object = {}): unknown {
  return exampleInput({ type: 'object', required: ['x'], properties: { x: field }, ...more }).input['x'];
}

describe('exampleInput', () => {
  it('puts required fields first, adds what the schema names itself, leaves the rest to the person', () => {
    const { input, placeholders, optional } = exampleInput({
      type: 'object',
      properties: {
        recursive: { type: 'boolean', default: true },
        note: { type: 'string', title: 'A note', description: 'Shown\nlater' },
        path: { type: 'string', title: 'Path' },
        id: { type: 'string', format: 'uuid' },
      },
      required: ['id', 'path'],
    });
    expect(Object.entries(input)).toEqual([
      ['id', NOBODY],
      ['path', '<path>'],
      ['recursive', true],
    ]);
    expect(placeholders.map(({ path, type, title, example }) => [path, type, title, example])).toEqual([
      ['/id', 'string', null, NOBODY],
      ['/path', 'string', 'Path', '<path>'],
    ]);
    expect(optional).toEqual([
      {
        path: '/note',
        type: 'string',
        title: 'A note',
        description: 'Shown later',
        example: null,
        choices: [],
      },
    ]);
  });

  it.each([
    [{ const: 7, default: 8 }, 7],
    [{ type: 'string', examples: ['a', 'b'], default: 'c' }, 'a'],
    [{ type: 'string', default: 'c', enum: ['d', 'c'] }, 'c'],
    [{ type: 'string', default: null, enum: ['d', 'e'] }, 'd'],
    [{ type: ['null', 'integer'], minimum: 3 }, 3],
    [{ type: 'integer', exclusiveMinimum: 3, multipleOf: 5 }, 10],
    [{ type: 'number', minimum: 3, exclusiveMinimum: true }, 4],
    [{ type: 'integer', maximum: -2 }, -2],
    [{ type: 'integer', exclusiveMaximum: 0 }, -1],
    [{ type: 'boolean' }, false],
    [{ type: 'null' }, null],
    [{ type: 'string', minLength: 6 }, '<x>xxx'],
    [{ type: 'string', maxLength: 2 }, '<x'],
    [{ type: 'string', format: 'email' }, 'name@example.org'],
    [{ type: 'string', format: 'date-time' }, '2026-01-31T12:00:00Z'],
    [{ type: 'string', format: 'globus-principal' }, `urn:globus:auth:identity:${NOBODY}`],
    [{ type: 'string', format: 'toString' }, '<x>'],
    [{ type: 'array', items: { type: 'integer' } }, [0]],
    [{ type: 'array', items: { type: 'integer' }, minItems: 3 }, [0, 0, 0]],
    [{ type: 'array', items: { type: 'integer' }, minItems: 1e9 }, [0, 0, 0, 0, 0]],
    [{ type: 'array', maxItems: 0 }, []],
    [{ prefixItems: [{ type: 'integer' }, { const: 'b' }] }, [0, 'b']],
    [{ oneOf: [{ type: 'null' }, { type: 'integer', minimum: 2 }, { type: 'string' }] }, 2],
    [{ anyOf: [{ const: 'a' }, { const: 'b' }] }, 'a'],
    [
      {
        allOf: [
          { required: ['a'], properties: { a: { const: 1 } } },
          { required: ['b'], properties: { b: { const: 2 } } },
        ],
      },
      { a: 1, b: 2 },
    ],
    [{ type: 'object', required: ['y'], properties: { y: { required: ['z'] } } }, { y: { z: '<z>' } }],
    [true, '<x>'],
    [{}, '<x>'],
    [
      {
        type: 'object',
        format: 'globus-collection',
        required: ['id', 'path'],
        properties: { id: { type: 'string', format: 'uuid' }, path: { type: 'string' } },
      },
      { id: NOBODY, path: '<path>' },
    ],
  ])('makes of %j the value %j', (field, value) => {
    expect(made(field)).toEqual(value);
  });

  it('follows references inside the schema, and no others', () => {
    const $defs = {
      one: { type: 'string', format: 'uuid' },
      'a/b': { const: 5 },
      two: { $ref: '#/$defs/one' },
    };
    expect(made({ $ref: '#/$defs/two' }, { $defs })).toBe(NOBODY);
    expect(made({ $ref: '#/$defs/a~1b' }, { $defs })).toBe(5);
    expect(made({ allOf: [{ $ref: '#/$defs/one' }], default: 'mine' }, { $defs })).toBe('mine');
    for (const $ref of [
      'https://evil.example/schema',
      '#/nowhere',
      '#/__proto__/x',
      '#bad',
      '#/%zz',
      'x'.repeat(600),
    ]) {
      expect(made({ $ref })).toBe('<x>');
    }
  });

  it('ends where a schema goes round in circles', () => {
    const tree = {
      type: 'object',
      required: ['child', 'name'],
      properties: { child: { $ref: '#' }, name: { type: 'string' } },
    };
    expect(exampleInput(tree).input).toEqual({ child: { child: '<child>', name: '<name>' }, name: '<name>' });
    expect(made({ $ref: '#/properties/x' })).toBe('<x>');
    expect(
      made({ $ref: '#/$defs/a' }, { $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } }),
    ).toBe('<x>');
  });

  it('offers the choices of a field, and takes the first', () => {
    const schema = { type: 'object', required: ['mode'], properties: { mode: { enum: ['fast', 'slow'] } } };
    const { input, placeholders } = exampleInput(schema);
    expect(input).toEqual({ mode: 'fast' });
    expect(placeholders).toMatchObject([{ path: '/mode', example: 'fast', choices: ['fast', 'slow'] }]);
  });

  it('[C40] treats names of fields as data', () => {
    const names = ['__proto__', 'constructor', 'a/b~c', '<b>', "'; rm -rf /"];
    const { input, placeholders } = exampleInput(
      JSON.parse(JSON.stringify({ type: 'object', required: names })) as unknown,
    );
    expect(Object.keys(input)).toEqual(names);
    expect(Object.getPrototypeOf(input)).toBe(Object.prototype);
    expect(input['<b>']).toBe('<b>');
    expect(placeholders[2]?.path).toBe('/a~1b~0c');
  });

  it.each([null, undefined, true, 7, 'x', [], {}, { type: 'array' }, { type: 'string', const: 'x' }])(
    'gives an empty input for %j',
    (schema) => {
      expect(exampleInput(schema)).toEqual({ input: {}, placeholders: [], optional: [] });
    },
  );

  it.each([HELLO_FLOW_ID, TRANSFER_FLOW_ID, PASS_FLOW_ID])(
    '[C60] makes a body that the fake Globus accepts (%s)',
    (id) => {
      const bench = new FlowsBench();
      const schema = at(bench.get(`/flows/${id}`, bench.token('view_flows')).body, 'input_schema');
      const body = exampleRunBody(schema, 'L'.repeat(80));
      expect(body.label).toHaveLength(64);
      expect(bench.call('POST', `/flows/${id}/validate_run`, bench.flowToken(id), body).status).toBe(200);
      expect(bench.call('POST', `/flows/${id}/run`, bench.flowToken(id), body).status).toBe(201);
    },
  );

  const fields = fc.letrec<{ schema: JsonObject }>((tie) => ({
    schema: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<JsonObject>(
        { type: 'string' },
        { type: 'integer' },
        { type: 'boolean' },
        { type: 'null' },
        { enum: ['a', 1, null] },
        { type: 'string', default: 'd' },
      ),
      fc.record({ type: fc.constant('array'), items: tie('schema') }),
      fc.dictionary(fc.string({ maxLength: 5 }), tie('schema'), { maxKeys: 3 }).map((properties) => ({
        type: 'object',
        properties,
        required: Object.keys(properties).slice(0, 2),
        additionalProperties: false,
      })),
    ),
  })).schema;

  it('makes what the schema allows', () => {
    const objects = fields.filter((schema) => schema['type'] === 'object');
    fc.assert(
      fc.property(objects, (schema) => {
        const { input } = exampleInput(schema);
        expect(inputErrors(schema, JSON.parse(JSON.stringify(input)))).toEqual([]);
      }),
    );
  });

  it('[C57] never throws, and stays small whatever it is given', () => {
    const keywords = fc.constantFrom(
      'type',
      'properties',
      'required',
      'items',
      '$ref',
      'allOf',
      'oneOf',
      'anyOf',
      'enum',
      'default',
      'minItems',
      'minLength',
      'multipleOf',
      'minimum',
    );
    const odd = fc.oneof(
      fc.anything(),
      fc.jsonValue(),
      fc.constantFrom<unknown>('object', 'array', '#', { $ref: '#' }, [{ $ref: '#' }]),
    );
    const hostile = fc.dictionary(keywords, fc.oneof(odd, fc.dictionary(keywords, odd)));
    fc.assert(
      fc.property(fc.oneof(fc.anything(), hostile), (schema) => {
        const { input } = exampleInput(schema);
        const text = JSON.stringify(input);
        expect(text.length).toBeLessThan(500_000);
        expect(JSON.parse(text)).toEqual(input);
      }),
      { numRuns: 200 },
    );
    const wide = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`f${index}`, { $ref: '#/$defs/n' }]),
    );
    const bomb = { type: 'object', required: Object.keys(wide), properties: wide };
    const { input } = exampleInput({ ...bomb, $defs: { n: { ...bomb, properties: {} } } });
    expect(JSON.stringify(input).length).toBeLessThan(50_000);
    expect(made({ default: 'x'.repeat(1_000_000) })).toBe('<x>');
    expect(made({ default: Array.from({ length: 100_000 }, () => 0) })).toBe('<x>');
  });
});
