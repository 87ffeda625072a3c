import type { Finding } from '../backups/doctor.js';
import { describeFailure } from '../backups/failure.js';
import type { ConfigFlows } from '../config/flows/flow-view.js';
import type { SecretStore } from '../config/secrets/secret-store.js';
import type { ProviderPackages } from '../providers/install/provider-packages.js';
import type { RuntimeStatus } from '../providers/runtime-status.js';

export interface ExaminedHost {
  readonly secrets: SecretStore;
  readonly packages: Pick<ProviderPackages, 'check'>;
  readonly running: () => Promise<readonly RuntimeStatus[]>;
  readonly flows: Pick<ConfigFlows, 'list'>;
  readonly now: Date;
}

const forgottenMilliseconds = 60 * 60 * 1000;
const dayMilliseconds = 24 * 60 * 60 * 1000;

/** Looks at what backups don't need to know of: where secrets are, what is installed, how providers do, which flows nobody ended. */
export async function examineHost(host: ExaminedHost, signal: AbortSignal): Promise<Finding[]> {
  return [
    ...(await examineSecrets(host.secrets)),
    ...(await examinePackages(host.packages, signal)),
    ...(await host.running()).flatMap((status) => examineRuntime(status, host.now)),
    ...(await examineFlows(host)),
  ];
}

async function examineSecrets(secrets: SecretStore): Promise<Finding[]> {
  const subject = 'secrets';
  try {
    const problems = (await secrets.examine?.()) ?? [];
    const kept: Finding = { code: 'secrets', severity: 'ok', subject, message: capitalised(secrets.describe()) };
    return [kept, ...problems.map((problem): Finding => ({ code: 'secrets-problem', subject, ...problem }))];
  } catch (error) {
    return [{ severity: 'error', subject, ...describeFailure(error) }];
  }
}

async function examinePackages(packages: Pick<ProviderPackages, 'check'>, signal: AbortSignal): Promise<Finding[]> {
  try {
    return (await packages.check({ signal })).map(({ folder, error }) => ({
      severity: 'error',
      subject: `provider in ${folder}`,
      ...describeFailure(error),
    }));
  } catch (error) {
    signal.throwIfAborted();
    return [{ severity: 'error', subject: 'installed providers', ...describeFailure(error) }];
  }
}

function examineRuntime({ package: name, version, state, crashes, lastError }: RuntimeStatus, now: Date): Finding[] {
  const subject = `provider package ${name}`;
  const last = lastError === undefined ? '' : ` The last time: ${lastError.message}`;
  if (state === 'stopped') {
    const message = `Version ${version} is not started any more, as its process ended ${crashes.length} times within a few minutes.${last}`;
    const remedy = `Try it once more with: holdfast provider enable ${name}. Or go back to the version before: holdfast provider rollback ${name}`;
    return [{ code: 'provider-stopped', severity: 'error', subject, message, remedy }];
  }
  // One that nobody has needed since may have crashed long ago.
  const isFresh = lastError !== undefined && now.getTime() - Date.parse(lastError.at) < dayMilliseconds;
  if (state !== 'waiting' || !isFresh) return [];
  const message = `The process of version ${version} ended unexpectedly.${last}`;
  return [{ code: 'provider-crashed', severity: 'warning', subject, message, remedy: `See its log: holdfast provider logs ${name}` }];
}

async function examineFlows({ flows, now }: ExaminedHost): Promise<Finding[]> {
  const waiting = (await flows.list()).filter(({ changedAt }) => now.getTime() - Date.parse(changedAt) > forgottenMilliseconds);
  if (waiting.length === 0) return [];
  const message = waiting.length === 1 ? 'One was begun and not ended.' : `${waiting.length} were begun and not ended.`;
  const remedy = 'See them with `holdfast location flows`, and go on with one of them, or let them be: they are forgotten after a day.';
  return [{ code: 'flows-waiting', severity: 'warning', subject: 'setting up locations', message, remedy }];
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
