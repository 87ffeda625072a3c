import { inspect } from 'node:util';
import { CommandError, commandError } from '../errors.js';
import { exitCodes, type ExitCode } from '../run/exit-codes.js';
import type { Colors } from './colors.js';
import { safeText } from './safe-text.js';

/** What can be said about an error: the same for people and for programs. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** What is missing or wrong, setting by setting, where the error is about settings. */
  readonly fields?: readonly FieldMessage[];
}

interface FieldMessage {
  /** The setting's name, or `base` for all of them together. */
  readonly field: string;
  readonly message: string;
}

// The core's errors that say that the command line asked for something that can't be.
const usageCodes = new Set([
  'config-invalid',
  'unknown-provider',
  'permissions-not-granted',
  'package-spec-invalid',
  'flow-needs-person',
  'job-invalid',
  'unknown-job',
  'unknown-run',
]);

/** Anything that was thrown, as a report. The core's errors are known by their shape: code, message and remedy. */
export function reportOf(error: unknown): ErrorReport {
  if (!(error instanceof Error)) return unexpected(String(error));
  const { code, remedy, details } = { code: undefined, remedy: undefined, details: undefined, ...ownValues(error) };
  if (typeof code === 'string' && typeof remedy === 'string')
    return withFields({ code, message: error.message, remedy, details: isRecord(details) ? details : {} });
  const path = pathOf(error);
  return path === undefined
    ? unexpected(error.message || error.name)
    : reportOf(commandError('file-system-error', { cause: error.message, path }));
}

/** What the file system refused has a path, and is to be cured there rather than reported to us. */
function pathOf(error: Error): string | undefined {
  const { syscall, path } = { syscall: undefined, path: undefined, ...ownValues(error) };
  return typeof syscall === 'string' && typeof path === 'string' ? path : undefined;
}

const fieldPrefix = 'field:';

/** Settings that don't fit come with a detail for each field, and once more in the message: here they become one list. */
function withFields(report: ErrorReport): ErrorReport {
  const entries = Object.entries(report.details);
  const fields = entries.flatMap(([name, message]) =>
    name.startsWith(fieldPrefix) ? [{ field: name.slice(fieldPrefix.length), message: String(message) }] : [],
  );
  if (fields.length === 0) return report;
  const { problems, ...others } = Object.fromEntries(entries.filter(([name]) => !name.startsWith(fieldPrefix)));
  const message = typeof problems === 'string' ? report.message.replace(problems, '').trim() : report.message;
  // In the details as well, where they stood before they had a place of their own.
  return { ...report, message, details: { ...others, fields }, fields };
}

export function exitCodeOf(error: unknown, cancelled: boolean): ExitCode {
  if (error instanceof CommandError) return error.exitCode;
  const { code } = reportOf(error);
  if (code === 'cancelled' || cancelled) return exitCodes.cancelled;
  return usageCodes.has(code) ? exitCodes.badUsage : exitCodes.failure;
}

/** The report for a person: what, which code to look up, what to do. */
export function renderError(report: ErrorReport, colors: Colors): string {
  return [
    `${colors.red(colors.bold('error:'))} ${indented(report.message)}`,
    ...(report.fields ?? []).map(({ field, message }) => `  ${colors.bold(safeText(field))}: ${safeText(message)}`),
    `  ${colors.dim(report.code)}`,
    ...(report.remedy === '' ? [] : [`  ${safeText(report.remedy)}`]),
  ].join('\n');
}

/** A text of several lines, such as one with the end of a log. The lines behind the first stand further in: none can pass for one of ours. */
function indented(text: string): string {
  return text.split('\n').map(safeText).join('\n    ');
}

/** Where an error came from, for `--verbose`: the stacks of it and its causes. What is below a provider's error may hold secrets, and is left out. */
export function traceOf(error: unknown): string {
  const lines: string[] = [];
  for (let current = error; current !== undefined; ) {
    const shown = current instanceof Error ? (current.stack ?? current.message) : inspect(current);
    lines.push(...shown.split('\n').map((line) => safeText(line)));
    current = current instanceof Error && current.name !== 'ProviderError' ? current.cause : undefined;
  }
  return lines.join('\n');
}

function unexpected(message: string): ErrorReport {
  return {
    code: 'unexpected',
    message: `something went wrong that should not have: ${message}`,
    remedy: 'Run it again with --verbose for the whole story; if it stays, report it with that output.',
    details: {},
  };
}

function ownValues(error: Error): Record<string, unknown> {
  return Object.fromEntries(Object.entries(Object.getOwnPropertyDescriptors(error)).map(([name, { value }]) => [name, value]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
