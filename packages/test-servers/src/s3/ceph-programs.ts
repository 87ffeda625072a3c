import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const programs = ['ceph-mon', 'ceph-osd', 'monmaptool', 'osdmaptool', 'radosgw', 'radosgw-admin'];

/** Those of Ceph's programs that are not installed here. */
export function missingCephPrograms(): readonly string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return programs.filter((program) => !folders.some((folder) => isExecutable(join(folder, program))));
}

/** Installs them in CI; elsewhere nothing is installed unasked. */
export function requireCephPrograms(): void {
  if (missingCephPrograms().length > 0 && isContinuousIntegration()) install();
  const missing = missingCephPrograms();
  if (missing.length === 0) return;
  throw new Error(
    `The S3 server for tests needs Ceph, and ${missing.join(', ')} can't be found. On Debian and Ubuntu, as root: ` +
      'node scripts/install-test-servers.mjs. ' +
      'Or name another server in S3_TEST_ENDPOINT, S3_TEST_ACCESS_KEY_ID, S3_TEST_SECRET_ACCESS_KEY and S3_TEST_REGION.',
  );
}

export function isContinuousIntegration(): boolean {
  return !['', '0', 'false', undefined].includes(process.env['CI']);
}

function install(): void {
  const script = fileURLToPath(new URL('../../../../scripts/install-test-servers.mjs', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script, 'radosgw', 'ceph-mon', 'ceph-osd', 'ceph'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`Ceph could not be installed by scripts/install-test-servers.mjs: ${stderr.trim()}`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
