import { createCupboards } from '../cupboard.fixture.js';
import { dataDirectory, type RunOptions } from '../data-directory.fixture.js';
import type { FlowView, ShownStep } from './flow-view.js';

/** A data directory with cupboards, opened once; `run` opens it again, as after a restart. */
export async function cupboards() {
  const { world, provider } = createCupboards();
  const data = await dataDirectory();
  const run = async (options: RunOptions = {}) => data.run({ inline: [provider], ...options });
  return { world, provider, data, run, ...(await run()) };
}

/** The step, which is of that type. */
export function stepOf<Type extends ShownStep['type']>({ step }: FlowView, type: Type): Extract<ShownStep, { type: Type }> {
  if (step.type !== type) throw new Error(`Expected a step of the type ${type}, got ${JSON.stringify(step)}.`);
  return step as Extract<ShownStep, { type: Type }>;
}

/** Answers of the guided set-up, step by step. */
export const guided: readonly (readonly [string, unknown])[] = [
  ['way', { choice: 'own' }],
  ['key', { key: 'open sesame' }],
  ['looking', {}],
  ['looking', {}],
  ['looking', {}],
  ['found', {}],
  ['page', { code: '1234-5678' }],
  ['last', { shelf: 'attic' }],
];
