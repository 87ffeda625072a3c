import { isJsonObject, type JsonObject } from '../../providers/schema-problem.js';
import type { EmailTarget, Notification, NotificationTarget, PingTarget, Topics } from './notification.js';

/** An entry of `config.json`. What is wrong is thrown as an `Error` whose message begins with `place`. */
export function parseNotification(value: JsonObject, place: string): Notification {
  const { jobs, caFile, details, enabled } = value;
  return {
    id: text(value['id'], `${place}.id`),
    title: text(value['title'], `${place}.title`),
    enabled: enabled !== false,
    target: parseTarget(object(value['target'], `${place}.target`), `${place}.target`),
    topics: parseTopics(object(value['topics'], `${place}.topics`), `${place}.topics`),
    ...(jobs === undefined ? {} : { jobs: texts(jobs, `${place}.jobs`) }),
    details: details === true,
    ...(caFile === undefined ? {} : { caFile: text(caFile, `${place}.caFile`) }),
  };
}

function parseTarget(value: JsonObject, place: string): NotificationTarget {
  const { type, timeLimit, port } = value;
  const plain = value['plain'] === true;
  switch (type) {
    case 'command': {
      const [program, ...args] = texts(value['command'], `${place}.command`);
      if (program === undefined || typeof timeLimit !== 'number') throw new Error(`${place}.command has no program or no time limit`);
      return { type, command: [program, ...args], timeLimit };
    }
    case 'webhook':
      return { type, origin: text(value['origin'], `${place}.origin`), signed: value['signed'] === true, plain };
    case 'email': {
      if (typeof port !== 'number') throw new Error(`${place}.port is not a number`);
      const { user } = value;
      return {
        type,
        host: text(value['host'], `${place}.host`),
        port,
        security: oneOf<EmailTarget['security']>(['tls', 'starttls', 'none'], value['security'], `${place}.security`),
        ...(user === undefined ? {} : { user: text(user, `${place}.user`) }),
        from: text(value['from'], `${place}.from`),
        to: texts(value['to'], `${place}.to`),
        plain,
      };
    }
    case 'ping': {
      const method = oneOf<PingTarget['method']>(['GET', 'POST'], value['method'], `${place}.method`);
      const origin = text(value['origin'], `${place}.origin`);
      return { type, origin, method, start: value['start'] === true, fail: value['fail'] !== false, plain };
    }
    default:
      throw new Error(`${place}.type is none of command, webhook, email and ping`);
  }
}

function parseTopics(value: JsonObject, place: string): Topics {
  return {
    issues: oneOf<Topics['issues']>(['warning', 'error', 'none'], value['issues'], `${place}.issues`),
    resolved: value['resolved'] !== false,
    runs: oneOf<Topics['runs']>(['all', 'failures', 'none'], value['runs'], `${place}.runs`),
  };
}

function oneOf<Choice extends string>(choices: readonly Choice[], value: unknown, place: string): Choice {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new Error(`${place} is none of ${choices.join(', ')}`);
  return found;
}

function object(value: unknown, place: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw new Error(`${place} is not an object`);
}

function text(value: unknown, place: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`${place} is not a text`);
}

function texts(value: unknown, place: string): string[] {
  if (!Array.isArray(value) || value.length === 0) throw new Error(`${place} is not a list`);
  // Arguments of a command may be empty.
  return value.map((entry: unknown, index) => {
    if (typeof entry !== 'string') throw new Error(`${place}[${index}] is not a text`);
    return entry;
  });
}
