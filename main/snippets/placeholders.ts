import type { Recipe } from './types.ts';

/** One field of the small form that fills in a recipe. */
export interface Placeholder {
  /** Key of the value in `values`: `flow_id`. */
  readonly name: string;
  /** "Flow ID" */
  readonly label: string;
  /** Where people find it, one sentence. */
  readonly description: string;
  /** What one looks like; never a value that exists. */
  readonly example: string;
}

/** The fields of a recipe in the order of its request; none for one that is complete as it stands. */
export function placeholdersOf(recipe: Pick<Recipe, 'placeholders'>): readonly Placeholder[] {
  return (recipe.placeholders ?? []).map(
    (name) => PLACEHOLDERS.find((known) => known.name === name) ?? unknownPlaceholder(name),
  );
}

const ID = '00000000-0000-4000-8000-000000000001';

const PLACEHOLDERS: readonly Placeholder[] = [
  {
    name: 'flow_id',
    label: 'Flow ID',
    description: 'The ID of the flow, as “List my flows” answers it and as the web app shows it in its URL.',
    example: ID,
  },
  {
    name: 'run_id',
    label: 'Run ID',
    description: 'The ID of the run, as starting the flow and “List unfinished runs” answer it.',
    example: ID,
  },
  {
    name: 'marker',
    label: 'Marker',
    description: 'The marker that the page before answered; it stands for the place in the list.',
    example: 'bWFya2Vy',
  },
  {
    name: 'web_input_id',
    label: 'Web input ID',
    description: 'The ID of the web input, as “List open web inputs” answers it.',
    example: ID,
  },
  {
    name: 'option_id',
    label: 'Option ID',
    description: 'The ID of the option to choose, as “Show a web input” answers it.',
    example: ID,
  },
  {
    name: 'registered_api_id',
    label: 'Registered API ID',
    description: 'The ID of the registered API, as “List registered APIs” answers it.',
    example: ID,
  },
];

function unknownPlaceholder(name: string): Placeholder {
  const label = name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');
  return { name, label, description: `The value of ${name}.`, example: '' };
}
