import { resolve } from 'node:path';
import type { NewNotification, NotificationTarget, TargetSettings } from '@holdfast/core';
import { keyFromFile, textFrom } from '../keys/given-key.js';
import { commandError } from '../errors.js';
import { askSecret } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';

type YesNo = 'yes' | 'no';

/** What `notification add` and `change` take. */
export interface NotificationOptions {
  readonly title?: string;
  readonly issues?: 'warning' | 'error' | 'none';
  readonly resolved?: YesNo;
  readonly runs?: 'all' | 'failures' | 'none';
  readonly job?: readonly string[];
  readonly allJobs?: boolean;
  readonly details?: YesNo;
  readonly enable?: boolean;
  readonly disable?: boolean;
  readonly timeLimit?: number;
  readonly urlFile?: string;
  readonly secretFile?: string;
  readonly method?: 'GET' | 'POST';
  readonly start?: YesNo;
  readonly fail?: YesNo;
  readonly host?: string;
  readonly port?: number;
  readonly security?: 'starttls' | 'tls' | 'none';
  readonly user?: string;
  readonly passwordFile?: string;
  readonly from?: string;
  readonly to?: readonly string[];
  readonly caFile?: string;
  readonly plain?: YesNo;
}

/** What is the same for all types. */
export function commonSettings(options: NotificationOptions): Omit<NewNotification, 'type' | 'settings'> {
  const { title, issues, resolved, runs, job, details, caFile } = options;
  const topics = {
    ...(issues !== undefined && { issues }),
    ...(resolved !== undefined && { resolved: resolved === 'yes' }),
    ...(runs !== undefined && { runs }),
  };
  return {
    ...(title !== undefined && { title }),
    topics,
    ...(job !== undefined && { jobs: job }),
    ...(details !== undefined && { details: details === 'yes' }),
    ...(caFile !== undefined && { caFile: resolve(caFile) }),
  };
}

/** Where it goes, without secrets. */
export function openSettings(words: readonly string[], options: NotificationOptions): TargetSettings {
  const { timeLimit, method, start, fail, host, port, security, user, from, to, plain } = options;
  return {
    ...(words.length > 0 && { command: words }),
    ...(timeLimit !== undefined && { timeLimit }),
    ...(method !== undefined && { method }),
    ...(start !== undefined && { start: start === 'yes' }),
    ...(fail !== undefined && { fail: fail === 'yes' }),
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(security !== undefined && { security }),
    ...(user !== undefined && { user }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(plain !== undefined && { plain: plain === 'yes' }),
  };
}

/** The secrets that were handed over by files and the environment; what is `needed` and missing is asked for. */
export async function secretSettings(
  context: CommandContext,
  type: NotificationTarget['type'],
  options: NotificationOptions,
  needed: boolean,
): Promise<TargetSettings> {
  const [fromUrlFile, fromPasswordFile, fromSecretFile] = [options.urlFile, options.passwordFile, options.secretFile];
  const signing = fromSecretFile === undefined ? {} : { signingSecret: await secretFrom(fromSecretFile) };
  if (type === 'command') return {};
  if (type === 'email') {
    if (!needed && fromPasswordFile === undefined && variable('PASSWORD') === undefined) return {};
    if (options.user === undefined && needed) return {};
    const password = await given(context, fromPasswordFile, 'PASSWORD', '--password-file', 'Password of the mail account');
    return { password };
  }
  if (!needed && fromUrlFile === undefined && variable('URL') === undefined) return signing;
  return { url: await given(context, fromUrlFile, 'URL', '--url-file', 'URL (nobody sees it)'), ...signing };
}

async function given(context: CommandContext, file: string | undefined, name: string, option: string, question: string): Promise<string> {
  if (file !== undefined) return secretFrom(file);
  const value = variable(name);
  if (value !== undefined) return value;
  if (!context.terminal.interactive) {
    const what = `${option} FILE or the environment variable HOLDFAST_NOTIFICATION_${name} is needed`;
    throw commandError('bad-usage', { what, help: 'holdfast notification add --help' });
  }
  return askSecret(context, question, (text) => (text.trim() === '' ? 'This is needed.' : undefined));
}

function variable(name: string): string | undefined {
  return process.env[`HOLDFAST_NOTIFICATION_${name}`] || undefined;
}

/** The first line of a file. */
async function secretFrom(file: string): Promise<string> {
  if (file !== '-') return (await keyFromFile(file)).trim();
  return (await textFrom(process.stdin)).split(/\r?\n/, 1)[0]?.trim() ?? '';
}
