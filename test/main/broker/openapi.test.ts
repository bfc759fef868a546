import { expect, it } from 'vitest';
import { REASONS } from '../../../main/broker/contract.ts';
import { ROUTES } from '../../../main/broker/contract-routes.ts';
import { openApiDocument } from '../../../main/broker/openapi.ts';
import { brokerRig } from '../../support/broker-rig.ts';

interface Operation {
  operationId: string;
  parameters: { name: string; in: string; required: boolean; schema: { type: string }; example: unknown }[];
  requestBody?: {
    required: boolean;
    content: { 'application/json': { schema: { properties: object; required?: string[] } } };
  };
  responses: Record<string, { description: string; content: Record<string, { schema: unknown }> }>;
}
interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { type: string; properties: object; required: string[] }> };
}

it('is served, and has the shape of OpenAPI 3.1 with every call of the contract', async () => {
  const rig = await brokerRig();
  const { body: served } = await rig.get('/v1/openapi.json');
  await rig.close();
  const document = JSON.parse(served) as Document;
  expect(document).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  expect(document.openapi).toMatch(/^3\.1\.\d$/);
  expect(document.info).toMatchObject({ title: expect.any(String) as string, version: 'v1' });
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  expect(operations).toHaveLength(ROUTES.length);
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(ROUTES.length);
  for (const { method, path, parameters, body, answers, reasons } of ROUTES) {
    const operation = document.paths[path]?.[method.toLowerCase()];
    expect(operation?.parameters.map(({ name }) => name)).toEqual(parameters.map(({ name }) => name));
    for (const parameter of operation?.parameters ?? []) {
      expect(parameter).toMatchObject({ in: 'query', required: expect.any(Boolean) as boolean });
      expect(typeof parameter.example).toBe(
        parameter.schema.type === 'integer' ? 'number' : parameter.schema.type,
      );
    }
    const members = operation?.requestBody?.content['application/json'].schema;
    expect(Object.keys(members?.properties ?? {})).toEqual((body ?? []).map(({ name }) => name));
    const needed = (body ?? []).filter(({ required }) => required).map(({ name }) => name);
    expect([members?.required ?? [], operation?.requestBody?.required ?? false]).toEqual([
      needed,
      needed.length > 0,
    ]);
    expect(Object.keys(operation?.responses['200']?.content ?? {})).toEqual([...answers]);
    for (const reason of reasons) {
      expect(operation?.responses[REASONS[reason].status]?.description).toContain(`${reason}: `);
    }
  }
});

it('points at no schema that is not there', () => {
  const document = JSON.parse(JSON.stringify(openApiDocument())) as Document;
  const references = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)];
  expect(references.length).toBeGreaterThan(ROUTES.length);
  for (const [, name] of references) expect(document.components.schemas).toHaveProperty(name ?? '');
  for (const { type, properties, required } of Object.values(document.components.schemas)) {
    expect(type).toBe('object');
    for (const name of required) expect(properties).toHaveProperty(name);
  }
  expect(document.components.schemas['RuleAnswer']?.required).not.toContain('host');
});
