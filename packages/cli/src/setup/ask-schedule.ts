import type { RetentionRules, Schedule } from '@holdfast/core';
import { askChoice, askText } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';

const timeOfDay = /^([01]?\d|2[0-3]):([0-5]\d)$/;

/** Asks when the job runs. `undefined`: only when it is told to. */
export async function askSchedule(context: CommandContext): Promise<Schedule | undefined> {
  const choice = await askChoice(
    context,
    'When?',
    [
      { value: 'night', label: 'Every night', hint: 'some time between 04:45 and 05:45' },
      { value: 'time', label: 'Every day at a time of your choice' },
      { value: 'week', label: 'Every Sunday', hint: 'some time between 04:45 and 05:45' },
      { value: 'never', label: 'Only when you say so' },
    ],
    'night',
  );
  switch (choice) {
    case 'time':
      return { every: 'day', at: await askTime(context) };
    case 'week':
      return { every: 'week', on: ['sun'] };
    case 'never':
      return undefined;
    default:
      return { every: 'day' };
  }
}

async function askTime(context: CommandContext): Promise<string> {
  const check = (text: string) => (timeOfDay.test(text.trim()) ? undefined : 'A time of the day, such as 03:30.');
  const answer = await askText(context, 'At what time?', { initial: '03:30', check });
  return answer.trim().padStart(5, '0');
}

/** Asks which backups are kept. */
export async function askRetention(context: CommandContext): Promise<RetentionRules> {
  const choice = await askChoice(
    context,
    'How long are they kept?',
    [
      { value: 'generations', label: 'One of each of the last 7 days, 4 weeks and 12 months' },
      { value: 'copies', label: 'The last 3' },
      { value: 'all', label: 'For good', hint: 'until you delete them' },
    ],
    'generations',
  );
  if (choice === 'copies') return { copies: 3 };
  return choice === 'all' ? {} : { daily: 7, weekly: 4, monthly: 12 };
}
