import { formsOfSecrets, type HiddenForm, hideForms } from '../../base/hide-forms.js';
import type { ProviderLogger } from '../../provider-api/index.js';
import type { LogLevel } from '../protocol/child-message.js';
import { createFloodGate } from './flood-gate.js';
import type { RotatingFile } from './rotating-file.js';
import type { RuntimeLimits } from './runtime-limits.js';

export interface ProviderLogOptions {
  /** How the lines name the package. */
  readonly subject: string;
  readonly file: RotatingFile | undefined;
  /** Values that must not show; the same list until there are others. */
  readonly secrets: () => readonly string[];
  readonly limits: Pick<RuntimeLimits, 'logLine' | 'logBurst' | 'logRate'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Takes what a provider says: limits how much, takes secrets out, keeps it. */
export interface ProviderLog extends AsyncDisposable {
  /** One message; `target` also gets it, as it may be shown. `cut`: characters that are gone already. */
  add(level: LogLevel, message: string, target: ProviderLogger, cut?: number): void;
  /** Notes what happened to the process among its own lines. */
  note(message: string): void;
  /** As much of a text as may be shown: what the process says of itself is no better than its log. */
  presentable(text: string): string;
  /** The last lines, the oldest first. */
  last(): readonly string[];
}

/** How many of the last lines are shown with a crash. */
const lastLines = 20;
// A provider must not paint on who reads its log in a terminal.
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

export function createProviderLog({ subject, file, secrets, limits, now }: ProviderLogOptions): ProviderLog {
  const gate = createFloodGate({ burst: limits.logBurst, rate: limits.logRate });
  const last: string[] = [];
  let made: { readonly of: readonly string[]; readonly forms: readonly HiddenForm[] } | undefined;

  function hiddenForms(): readonly HiddenForm[] {
    const of = secrets();
    if (made?.of !== of) made = { of, forms: formsOfSecrets(of, '[secret]') };
    return made.forms;
  }

  function presentable(text: string, cut = 0): string {
    return shorten(text, limits.logLine, cut, hiddenForms());
  }

  function keep(level: LogLevel, text: string): void {
    const line = `${new Date(now()).toISOString()} ${level.padEnd(5)} ${text.replaceAll('\n', '\n    ')}`;
    last.push(line);
    if (last.length > lastLines) last.shift();
    file?.append(line);
  }

  function tellDropped(count: number): void {
    if (count > 0) keep('warn', `${count} ${count === 1 ? 'line was' : 'lines were'} dropped, as ${subject} logs too much.`);
  }

  return {
    add(level, message, target, cut = 0) {
      const { passes, dropped } = gate.pass(now());
      if (!passes) return;
      tellDropped(dropped);
      const shown = presentable(message, cut);
      keep(level, shown);
      target[level](shown);
    },
    note(message) {
      keep('info', presentable(message));
    },
    presentable,
    last: () => [...last],
    async [Symbol.asyncDispose]() {
      tellDropped(gate.takeDropped());
      await file?.[Symbol.asyncDispose]();
    },
  };
}

/** As much of the message as may be shown. */
function shorten(message: string, limit: number, cut: number, secrets: readonly HiddenForm[]): string {
  // Secrets first: a part of one that is cut in two would not be found.
  const longest = secrets.reduce((length, { form }) => Math.max(length, form.length), 0);
  const looked = message.slice(0, limit + longest);
  const text = hideForms(looked, secrets);
  const gone = Math.max(0, message.length - limit) + cut;
  // At the end of what is not all of it, a part of a secret may stand.
  const known = looked.length === message.length && cut === 0 ? text.length : Math.max(0, text.length - longest);
  const kept = gone > 0 ? text.slice(0, Math.min(limit, known)) : text;
  const escaped = kept.trimEnd().replace(controls, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return gone > 0 ? `${escaped} ... (${gone} more characters)` : escaped;
}
