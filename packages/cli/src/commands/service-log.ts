import { fstatSync } from 'node:fs';
import type { HostOptions, LogLevel, ServiceEntry, ServiceLog } from '@holdfast/core';
import { safeText } from '../output/safe-text.js';

/** How lines of the service's log look. `journal`: systemd's, which knows the time and wants the level in front. */
export type LogFormat = 'text' | 'json' | 'journal';

export interface ServiceLogOptions {
  readonly format: LogFormat;
  /** What is below it gets no line. */
  readonly level: LogLevel;
  readonly write: (line: string) => void;
  readonly now?: () => Date;
}

const severities: Readonly<Record<LogLevel, number>> = { debug: 7, info: 6, warn: 4, error: 3 };

/** One line for each thing that happens. */
export function createServiceLog({ format, level: least, write, now = () => new Date() }: ServiceLogOptions): ServiceLog {
  return (entry) => {
    if (severities[entry.level] <= severities[least]) write(`${lineOf(entry, format, now())}\n`);
  };
}

/** What the host and its providers say, as lines of that log. */
export function hostLog(log: ServiceLog): NonNullable<HostOptions['log']> {
  const at = (level: LogLevel) => (message: string) => log({ level, event: 'log', message });
  // What a host calls worth knowing is of little use to who reads a month of it.
  return { debug: at('debug'), info: at('debug'), warn: at('warn'), error: at('error') };
}

/** Whether standard output is systemd's journal itself: a variable alone is inherited by what writes elsewhere. */
export function isJournal(environment: NodeJS.ProcessEnv, descriptor: number): boolean {
  const { JOURNAL_STREAM: stream } = environment;
  if (stream === undefined) return false;
  const { dev, ino } = fstatSync(descriptor);
  return stream === `${dev}:${ino}`;
}

function lineOf(entry: ServiceEntry, format: LogFormat, now: Date): string {
  const { level, message } = entry;
  switch (format) {
    case 'json':
      return JSON.stringify({ time: now.toISOString(), ...entry });
    case 'journal':
      return `<${severities[level]}>${safeText(message)}`;
    case 'text':
      return `${timeOf(now)} ${level.padEnd(5)} ${safeText(message)}`;
  }
}

/** `2026-11-21 14:05:09`, where this machine is. */
function timeOf(date: Date): string {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace('T', ' ');
}
