import { setTimeout } from 'node:timers/promises';
import { monotonic } from '../../base/monotonic.js';
import { isHoldfastError } from '../../base/errors.js';
import { configError } from '../errors.js';
import type { ConfigFlows, FlowCall, FlowView } from './flow-view.js';

/** Answers a flow's steps: a person at a terminal, a set of values, a program. */
export interface FlowAnswerer {
  /** The answer to the step that is shown, which is never `progress`, `done` or `abort`. What it throws ends the drive; the flow stays. */
  answer(view: FlowView, call: FlowCall): Promise<unknown>;
  /** Shows that something is under way. */
  progress?(view: FlowView): void;
  /** An answer could not be processed, as the service is away or the place is taken. True to be asked again, false to give up. */
  failed?(error: Error, view: FlowView): Promise<boolean>;
}

/** What bounds a step that says again and again that something is under way. */
export interface DriveLimits {
  /** Milliseconds without another kind of step. Default: an hour. */
  readonly progress?: number;
  /** Milliseconds from one asking to the next, at least. Default 100. */
  readonly pause?: number;
}

/**
 * Takes a flow to its end with the answerer's answers; the same for every face.
 *
 * @returns the view with `done` or `abort`
 * @throws `flow-stalled` for progress without end, and what the answerer throws or doesn't want to be asked about again
 */
export async function driveFlow(
  flows: Pick<ConfigFlows, 'answer' | 'cancel'>,
  first: FlowView,
  answerer: FlowAnswerer,
  { signal }: FlowCall = {},
  { progress = 3_600_000, pause = 100 }: DriveLimits = {},
): Promise<FlowView> {
  let view = first;
  let waitingSince = monotonic();
  for (;;) {
    const { step, token } = view;
    if (step.type === 'done' || step.type === 'abort') return view;
    if (step.type === 'progress') {
      if (monotonic() - waitingSince > progress) throw configError('flow-stalled', { step: step.id, provider: view.provider });
      answerer.progress?.(view);
      const asked = monotonic();
      view = await flows.answer(token, {}, { signal });
      // What was aborted meanwhile fails with the next answer.
      const left = pause - (monotonic() - asked);
      if (left > 0 && view.step.type === 'progress')
        await setTimeout(left, undefined, signal === undefined ? {} : { signal }).catch(() => {});
      continue;
    }
    const answer = await answerer.answer(view, { signal });
    try {
      view = await flows.answer(token, answer, { signal });
    } catch (error) {
      const again = error instanceof Error && !isHoldfastError(error, 'unknown-flow') && signal?.aborted !== true;
      if (!again || (await answerer.failed?.(error, view)) !== true) throw error;
    }
    waitingSince = monotonic();
  }
}
