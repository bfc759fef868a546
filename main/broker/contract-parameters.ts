import type { Reason } from './contract.ts';

/** What a route of the contract is made of, and the parameters that several routes take. */

export interface RouteParameter {
  name: string;
  /** JSON Schema type of the value in the query. */
  type: 'string' | 'integer' | 'boolean';
  required: boolean;
  description: string;
  example: string;
}

export interface Route {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  summary: string;
  parameters: readonly RouteParameter[];
  /** Members of a JSON body (`application/json`); absent: the route takes none. */
  body?: readonly RouteParameter[];
  /** Media types, the default first. */
  answers: readonly ('application/json' | 'text/plain')[];
  /** Name of the answer's type in this file. */
  schema: string;
  /** Problems that are particular to this route. */
  reasons: readonly Reason[];
}

export const SCOPE: RouteParameter = {
  name: 'scope',
  type: 'string',
  required: true,
  description: 'A short name, a full scope string, or `flow:<id>`',
  example: 'view_flows',
};

export const ACCOUNT: RouteParameter = {
  name: 'account',
  type: 'string',
  required: false,
  description: 'Username or identity ID; the default account when absent',
  example: 'ada@uni.example',
};

export const WAIT: RouteParameter = {
  name: 'wait',
  type: 'integer',
  required: false,
  description: 'Seconds that a person may take for an answer; 0: nobody is asked, only rules decide',
  example: '0',
};
