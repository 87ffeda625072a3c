import { isIP } from 'node:net';
import type { CommandTarget, EmailTarget, Notification, NotificationSecrets, NotificationTarget, TargetSettings } from './notification.js';
import { notificationError } from './errors.js';

/** A target, and the secrets that belong into the secret store. */
export interface ParsedTarget {
  readonly target: NotificationTarget;
  readonly secrets: NotificationSecrets;
}

const settingsOf: Readonly<Record<NotificationTarget['type'], readonly (keyof TargetSettings)[]>> = {
  command: ['command', 'timeLimit'],
  webhook: ['url', 'signingSecret', 'plain'],
  email: ['host', 'port', 'security', 'user', 'password', 'from', 'to', 'plain'],
  ping: ['url', 'method', 'start', 'fail', 'plain'],
};

/** The most seconds that a command may take. */
const longestTimeLimit = 600;

/** Makes a target of settings. @throws `notification-invalid`, which repeats no secret */
export function targetFromSettings(type: Notification['target']['type'], settings: TargetSettings): ParsedTarget {
  const foreign = Object.entries(settings).find(
    ([name, value]) => value !== undefined && !settingsOf[type].some((known) => known === name),
  );
  if (foreign !== undefined) throw invalid(`${foreign[0]} is nothing that a notification of the type ${type} has`);
  switch (type) {
    case 'command':
      return { target: commandTarget(settings), secrets: {} };
    case 'webhook':
      return webhookTarget(settings);
    case 'email':
      return emailTarget(settings);
    case 'ping':
      return pingTarget(settings);
  }
}

/** The settings that lead to this target, without what only the secret store knows. */
export function settingsFromTarget(target: NotificationTarget): TargetSettings {
  switch (target.type) {
    case 'command':
      return { command: target.command, timeLimit: target.timeLimit };
    case 'webhook':
      return { plain: target.plain };
    case 'email': {
      const { type: _, ...settings } = target;
      return settings;
    }
    case 'ping':
      return { method: target.method, start: target.start, fail: target.fail, plain: target.plain };
  }
}

function commandTarget({ command = [], timeLimit = 30 }: TargetSettings): CommandTarget {
  const [program, ...args] = command;
  if (program === undefined || program === '') throw invalid('there is no command');
  if (command.some((word) => word.includes('\0'))) throw invalid('a word of the command has a character that none can have');
  if (!(timeLimit >= 1 && timeLimit <= longestTimeLimit)) throw invalid(`its time limit is not from 1 to ${longestTimeLimit} seconds`);
  return { type: 'command', command: [program, ...args], timeLimit };
}

function webhookTarget({ url, signingSecret, plain = false }: TargetSettings): ParsedTarget {
  const { origin } = parseUrl(url, plain);
  const signed = signingSecret !== undefined && signingSecret !== '';
  return {
    target: { type: 'webhook', origin, signed, plain },
    secrets: { ...(url !== undefined && { url }), ...(signed && { signingSecret }) },
  };
}

function pingTarget({ url, method = 'POST', start = false, fail = true, plain = false }: TargetSettings): ParsedTarget {
  const { origin } = parseUrl(url, plain);
  if (method !== 'GET' && method !== 'POST') throw invalid('its method is neither GET nor POST');
  return { target: { type: 'ping', origin, method, start, fail, plain }, secrets: url === undefined ? {} : { url } };
}

function emailTarget(settings: TargetSettings): ParsedTarget {
  const { host = '', security = 'starttls', user, password = '', from = '', to = [], plain = false } = settings;
  const port = settings.port ?? { tls: 465, starttls: 587, none: 25 }[security];
  if (!/^[A-Za-z0-9.:_-]+$/.test(host)) throw invalid('it has no host of a mail server');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw invalid('its port is not a number from 1 to 65535');
  if (security === 'none' && !plain && !isThisMachine(host)) {
    throw invalid('without TLS everyone on the way can read it, which has to be allowed (plain)');
  }
  for (const address of [from, ...to]) if (!isAddress(address)) throw invalid(`${JSON.stringify(address)} is no e-mail address`);
  if (to.length === 0) throw invalid('it has nobody to send to');
  if (password !== '' && user === undefined) throw invalid('it has a password, and no user to log in as');
  const target: EmailTarget = { type: 'email', host, port, security, ...(user !== undefined && { user }), from, to, plain };
  return { target, secrets: password === '' ? {} : { password } };
}

function parseUrl(url: string | undefined, plain: boolean): URL {
  if (url === undefined || url === '') throw invalid('it has no URL');
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    // The URL is a secret.
    throw invalid('its URL is none');
  }
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') throw invalid('its URL begins with neither https:// nor http://');
  if (parsed.protocol === 'http:' && !plain && !isThisMachine(parsed.hostname)) {
    throw invalid('without TLS (https) everyone on the way can read it, which has to be allowed (plain)');
  }
  return parsed;
}

function isThisMachine(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (isIP(bare) === 4) return bare.startsWith('127.');
  return bare === '::1' || bare === 'localhost' || bare.endsWith('.localhost');
}

/** `me@example.com`, or `Me <me@example.com>`. */
function isAddress(text: string): boolean {
  return /^(?:[^<>\r\n,;]* <[^\s<>@,;]+@[^\s<>@,;]+>|[^\s<>@,;]+@[^\s<>@,;]+)$/.test(text);
}

function invalid(what: string): Error {
  return notificationError('notification-invalid', { what });
}
