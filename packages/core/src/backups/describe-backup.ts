import type { KeyStore } from '../keys/key-store.js';
import { openProblems, saltOf } from './sealed-problems.js';
import type { Sidecar } from './sidecar.js';
import type { SourceProblem } from './sources/read-source.js';
import type { BackupDetails, FoundBackup } from './summary.js';

export async function describeBackup(found: FoundBackup, keys: KeyStore): Promise<BackupDetails> {
  const { summary, sidecar } = found;
  if (sidecar === undefined) {
    const sourceDetails = summary.sources.map((name) => ({ name }));
    return { ...summary, sourceDetails, problems: [], metadata: found.metadata };
  }
  return {
    ...summary,
    ...(sidecar.file.sha256 === undefined ? {} : { sha256: sidecar.file.sha256 }),
    format: sidecar.encryption.format,
    sourceDetails: sidecar.archives.map(({ source, member, size, files, bytes }) => ({ name: source, member, size, files, bytes })),
    problems: await problemsOf(sidecar, keys),
    metadata: sidecar.metadata,
  };
}

async function problemsOf(sidecar: Sidecar, keys: KeyStore): Promise<readonly SourceProblem[]> {
  const { encryption, sealedProblems, problems } = sidecar;
  if (sealedProblems === undefined || encryption.format === 'plain') return problems ?? [];
  const material = await keys.sealMaterial(encryption.keyFingerprint, saltOf(sealedProblems));
  return (material && openProblems(sealedProblems, material.root)) ?? [];
}
