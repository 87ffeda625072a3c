import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { archiveErrorCatalogue } from './archive/errors.js';
import { backupErrorCatalogue } from './backups/errors.js';
import { replaceErrorCatalogue } from './backups/restore/replace/errors.js';
import { jobErrorCatalogue } from './backups/jobs/errors.js';
import type { ErrorEntry } from './base/errors.js';
import { configErrorCatalogue } from './config/errors.js';
import { locationFailure } from './config/location-failure.js';
import { secretErrorCatalogue } from './config/secrets/errors.js';
import { transferErrorCatalogue } from './config/transfer/errors.js';
import { hostErrorCatalogue } from './host/errors.js';
import { notificationErrorCatalogue } from './host/notifications/errors.js';
import { keyErrorCatalogue } from './keys/errors.js';
import { ProviderError, type ProviderErrorCode } from './provider-api/index.js';
import { providerErrorCatalogue } from './providers/errors.js';
import { providerProcessErrorCatalogue } from './providers/process/errors.js';

const catalogues: Readonly<Record<string, Readonly<Record<string, ErrorEntry>>>> = {
  'The backup file': archiveErrorCatalogue,
  Backups: backupErrorCatalogue,
  'Configuration and locations': configErrorCatalogue,
  'The host': hostErrorCatalogue,
  Jobs: jobErrorCatalogue,
  'Keys and kits': keyErrorCatalogue,
  'Moving locations': transferErrorCatalogue,
  Notifications: notificationErrorCatalogue,
  'Provider packages': providerErrorCatalogue,
  'Provider processes': providerProcessErrorCatalogue,
  'Restoring over existing data': replaceErrorCatalogue,
  Secrets: secretErrorCatalogue,
};

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');

/** The table rows below a heading of docs/errors.md, without the table's head. */
function rowsBelow(heading: string): string[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  return (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| `'));
}

test.each(Object.entries(catalogues))('docs/errors.md has every error below "%s", word for word, and no other', (heading, catalogue) => {
  const rows = Object.entries(catalogue).map(([code, { message, remedy }]) => `| \`${code}\` | ${message} | ${remedy} |`);
  expect(rowsBelow(heading)).toEqual(rows);
});

// Typed so that a new code is missed here first.
const providerCodes = Object.keys({
  'auth-failed': true,
  'permission-denied': true,
  'not-found': true,
  'quota-exceeded': true,
  'too-large': true,
  'rate-limited': true,
  unavailable: true,
  corrupt: true,
  'invalid-config': true,
  cancelled: true,
  internal: true,
} satisfies Record<ProviderErrorCode, true>) as ProviderErrorCode[];

test('docs/errors.md has every way in which a location fails, with what helps', () => {
  const remedies = providerCodes.map((code) => {
    const failure = locationFailure({ id: 'l', title: 'L' }, new ProviderError(code, 'It failed.'));
    return [`| \`${code}\``, `${'remedy' in failure ? String(failure.remedy) : ''} |`];
  });
  const rows = rowsBelow('When a location fails').map((row) => row.split(' | '));
  expect(rows.map(([code, , remedy]) => [code, remedy])).toEqual(remedies);
});

test('a code belongs to one catalogue', () => {
  const codes = Object.values(catalogues).flatMap((catalogue) => Object.keys(catalogue));
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
});
