import type { NotificationStatus, NotificationTarget } from '@holdfast/core';
import { formatDate } from '../output/dates.js';

/** Where it goes, in one line and without secrets. */
export function describeTarget(target: NotificationTarget): string {
  switch (target.type) {
    case 'command':
      return target.command.join(' ');
    case 'webhook':
      return `${target.origin}/...${target.signed ? ', signed' : ''}`;
    case 'email':
      return `${target.to.join(', ')} by ${target.host}:${target.port}`;
    case 'ping':
      return `${target.origin}/...`;
  }
}

/** What it tells of, in one line. */
export function describeTopics({ target, topics, jobs }: NotificationStatus): string {
  const of = jobs === undefined ? '' : ` (jobs: ${jobs.join(', ')})`;
  if (target.type === 'ping') return `${target.start ? 'begin and end of runs' : 'runs'}${target.fail ? '' : ' that are complete'}${of}`;
  const issues = { warning: 'issues', error: 'errors', none: '' }[topics.issues];
  const runs = { all: 'runs', failures: 'runs that are not complete', none: '' }[topics.runs];
  return `${[issues, runs].filter((part) => part !== '').join(', ') || 'nothing'}${of}`;
}

/** How its delivery goes, in one line. */
export function describeDelivery({ enabled, delivery }: NotificationStatus): string {
  if (!enabled) return 'disabled';
  const { error, waiting, sentAt, lost } = delivery;
  const more = [...(waiting > 0 ? [`${waiting} waiting`] : []), ...(lost > 0 ? [`${lost} lost`] : [])];
  const last = error !== undefined ? `failed: ${error.message}` : sentAt === undefined ? 'nothing sent yet' : `sent ${formatDate(sentAt)}`;
  return [last, ...more].join(', ');
}
