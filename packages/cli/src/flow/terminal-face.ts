import type { FlowAnswerer, FlowView, ShownStep } from '@holdfast/core';
import type { GivenValues } from '../location-config/given-values.js';
import { renderError, reportOf } from '../output/error-report.js';
import { safeText } from '../output/safe-text.js';
import { askChoice, askText, askToGoOn } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { askForm } from './ask-form.js';
import { givenChoice } from './given-choice.js';
import { showWork } from './show-work.js';

type Asking = Exclude<ShownStep, { type: 'done' | 'abort' | 'progress' }>;
type Answered = Readonly<Record<string, unknown>>;

/** Answers a flow's steps by asking whoever sits at the terminal, for what was not given beforehand. */
export function terminalFace(context: CommandContext, given: GivenValues): FlowAnswerer & Disposable {
  const work = showWork();
  let last: Answered | undefined;
  /** What to do about a step that could not be gone on from: give the same answer, as the reason was another, or another one. */
  let next: 'same' | 'other' | undefined;

  async function ask(step: Asking, { kind }: FlowView, before: Answered | undefined): Promise<Answered> {
    tellAbout(context, step);
    switch (step.type) {
      case 'form':
        return askForm(context, step, { given, kind, before });
      case 'menu': {
        const options = step.options.map(({ id, label, description }) => ({
          value: id,
          label: safeText(label),
          ...(description === undefined ? {} : { hint: safeText(description) }),
        }));
        const known = before === undefined ? givenChoice(given, step) : undefined;
        return { choice: known ?? (await askChoice(context, 'Which one?', options)) };
      }
      case 'message':
        await askToGoOn(context, 'Press Enter to go on');
        return {};
      case 'external':
        // On a line of its own and whole, so that it can be copied or clicked.
        context.terminal.warn(`\n  ${safeText(step.url)}\n`);
        if (step.asksCode) return { code: await askText(context, 'The code that the page shows', { check: needed }) };
        await askToGoOn(context, 'Open that page, and press Enter when you are done there');
        return {};
    }
  }

  return {
    async answer(view) {
      work.stop();
      const { step } = view;
      if (step.type === 'done' || step.type === 'abort' || step.type === 'progress') throw new Error(`the step ${step.type} has no answer`);
      const todo = next;
      next = undefined;
      if (todo !== 'same' || last === undefined) last = await ask(step, view, todo === 'other' ? last : undefined);
      return last;
    },
    progress({ step }) {
      if (step.type !== 'progress') return;
      const share = step.fraction === undefined ? '' : ` ${Math.round(step.fraction * 100)} %`;
      work.show(`${safeText(step.title ?? 'Working')}${share}`);
    },
    async failed(error) {
      work.stop();
      context.terminal.warn(renderError(reportOf(error), context.terminal.noteColors));
      const chosen = await askChoice(context, 'What now?', [
        { value: 'same', label: 'Try again with the same answer' },
        { value: 'other', label: 'Answer again' },
        { value: 'stop', label: 'Stop here' },
      ]);
      next = chosen === 'same' || chosen === 'other' ? chosen : undefined;
      return next !== undefined;
    },
    [Symbol.dispose]: work.stop,
  };
}

function tellAbout({ terminal }: CommandContext, { title, description }: Asking): void {
  if (title !== undefined) terminal.warn(terminal.noteColors.bold(safeText(title)));
  if (description !== undefined) terminal.warn(safeText(description));
}

function needed(text: string): string | undefined {
  return text.trim() === '' ? 'This is needed.' : undefined;
}
