import { driveFlow, type FlowAnswerer, type FlowView, type Host, type ShownStep } from '@holdfast/core';
import { commandError } from '../errors.js';
import { reportOf } from '../output/error-report.js';
import { safeText } from '../output/safe-text.js';
import { type GivenValues, unusedNames } from '../location-config/given-values.js';
import { type ProviderField, providerFields } from '../location-config/provider-fields.js';
import type { CommandContext } from '../run/context.js';
import { terminalFace } from './terminal-face.js';
import { unattendedFace } from './unattended-face.js';

type Done = Extract<ShownStep, { type: 'done' }>;

export interface FlowRun {
  readonly given: GivenValues;
  /** It was open before this command, so it stays open if this one doesn't end it. */
  readonly resumed: boolean;
}

/**
 * Leads a flow to its end: with questions where somebody sits at a terminal, else with what was given. A flow that is broken off
 * after something was answered stays open, and the command says how to go on with it; one that nothing was answered of is forgotten.
 *
 * @throws `flow-aborted`, `flow-needs-person`, `cancelled`, and what the core has against the settings
 */
export async function runFlow(context: CommandContext, host: Host, first: FlowView, { given, resumed }: FlowRun): Promise<Done> {
  const { terminal } = context;
  using face = terminal.interactive ? terminalFace(context, given) : unattendedFace(given);
  const resume = `Go on with: holdfast location add --resume ${first.token}`;
  let worthKeeping = resumed;
  if (resumed) context.whenCancelled(resume);
  const asked = { fields: new Array<ProviderField>(), steps: ['choose', 'code'] };
  const answerer: FlowAnswerer = {
    ...face,
    async answer(view, call) {
      const { step } = view;
      if (step.type === 'form') asked.fields.push(...providerFields(step.schema, step.secretFields));
      if (step.type === 'form' || step.type === 'menu') asked.steps.push(step.id);
      const answer = await face.answer(view, call);
      if (terminal.interactive) {
        worthKeeping = true;
        context.whenCancelled(resume);
      }
      return answer;
    },
  };
  try {
    const { step } = await driveFlow(host.flows, first, answerer, { signal: context.signal });
    if (step.type === 'abort') throw commandError('flow-aborted', { reason: step.reason });
    if (step.type !== 'done') throw new Error(`a flow ended at a step of the type ${step.type}`);
    const unused = unusedNames(given, asked);
    if (unused.length > 0) terminal.note(`${terminal.noteColors.yellow('!')} Nothing asked for: ${unused.map(safeText).join(', ')}`);
    return step;
  } catch (error) {
    const { code } = reportOf(error);
    if (code === 'flow-aborted') throw error;
    if (!worthKeeping && code !== 'flow-needs-person') await host.flows.cancel(first.token).catch(() => undefined);
    else if (terminal.interactive && code !== 'cancelled' && !context.signal.aborted) terminal.note(resume);
    throw error;
  }
}
