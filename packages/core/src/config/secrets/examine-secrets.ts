import { existsSync } from 'node:fs';
import { isHoldfastError } from '../../base/errors.js';
import { secretError } from './errors.js';
import type { Keyring } from './keyring.js';
import type { SecretProblem, SecretsKind } from './secret-store.js';
import type { SecretsBackend } from './secrets-backend.js';
import { includesSecrets, type SecretsByOwner } from './secrets-by-owner.js';
import { settingOfKind } from './secrets-wish.js';

interface ExaminedSecrets {
  /** `undefined` while nothing was ever kept. */
  readonly kept: SecretsBackend | undefined;
  readonly wish: SecretsKind | undefined;
  readonly keyring: Keyring;
  readonly backends: Readonly<Record<SecretsKind, SecretsBackend>>;
}

export interface SecretsExamination {
  readonly problems: readonly SecretProblem[];
  /** Where the secrets are, or where they go. */
  readonly description: string;
}

/** Looks whether the secrets can be got at and are where they were asked to be. Changes nothing. */
export async function examineSecrets({ kept, wish, keyring, backends }: ExaminedSecrets): Promise<SecretsExamination> {
  const noKeyring = wish === 'file' || wish === 'encrypted-file' ? undefined : await failureOf(() => keyring.probe());
  const problems: SecretProblem[] = [];
  if (wish === 'keyring' && noKeyring !== undefined) problems.push(problemOf('warning', noKeyring));
  if (kept === undefined) {
    const next = backends[wish ?? (noKeyring === undefined ? 'keyring' : 'file')];
    return { problems, description: `none yet; they are going to be ${next.describe()}${because(next, noKeyring)}` };
  }
  if (wish !== undefined && wish !== kept.kind) problems.push(elsewhere(kept, backends[wish]));
  const unreadable = await failureOf(async () => checkLeftover(kept, await kept.read(), backends.file));
  if (unreadable !== undefined) problems.push(problemOf(isHoldfastError(unreadable, 'secrets-twice') ? 'warning' : 'error', unreadable));
  return { problems, description: `${kept.describe()}${because(kept, noKeyring)}` };
}

function because({ kind }: SecretsBackend, noKeyring: unknown): string {
  if (kind !== 'file' || !isHoldfastError(noKeyring, 'keyring-unavailable')) return '';
  return ` (no keyring on this machine: ${String(noKeyring.details['reason'])})`;
}

function elsewhere(kept: SecretsBackend, wished: SecretsBackend): SecretProblem {
  const message = `HOLDFAST_SECRETS asks for secrets ${wished.describe()}, and they are still ${kept.describe()}.`;
  return { severity: 'warning', message, remedy: `Move them: holdfast settings set secrets ${settingOfKind(wished.kind)}` };
}

/** A plain file beside an encrypted one is what a move leaves that was cut short, or somebody put it there. */
async function checkLeftover(kept: SecretsBackend, all: SecretsByOwner, plain: SecretsBackend): Promise<void> {
  if (kept.kind === 'file' || !existsSync(plain.path)) return;
  if (!includesSecrets(all, await plain.read())) throw secretError('secrets-twice', { file: kept.path, other: plain.path });
}

async function failureOf(run: () => Promise<unknown>): Promise<unknown> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error;
  }
}

function problemOf(severity: SecretProblem['severity'], error: unknown): SecretProblem {
  if (isHoldfastError(error)) return { severity, message: error.message, remedy: error.remedy };
  return { severity, message: error instanceof Error ? error.message : String(error), remedy: 'Look into the log.' };
}
