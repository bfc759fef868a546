/**
 * Stands in for ajv in the desktop bundle. conf imports it at the top for its own `schema` option, which is
 * not used: settings are checked by main/settings. The real one is half of main's code and costs start-up time.
 */
export class Ajv2020 {
  constructor() {
    throw new Error('conf was given a schema, but this build has no ajv');
  }
}
export default { default: Ajv2020 };
