import { isObjectKey } from '../../provider-api/index.js';
import { backupKey, sidecarKey } from '../backup-name.js';
import { describeFailure } from '../failure.js';
import { putSmallObject } from '../location-bytes.js';
import { readBack } from '../read-back.js';
import { replaceOldest } from '../replace-oldest.js';
import { unpackLeaves } from '../seal/leaves.js';
import { sealDigest } from '../seal/seal.js';
import type { BackupServices } from '../services.js';
import type { Sidecar } from '../sidecar.js';
import type { BackupSummary } from '../summary.js';
import type { Target } from '../targets.js';
import { noteLook } from '../verification/note-look.js';
import { copyIndex, sidecarBytes } from './copy-beside.js';
import { openSources } from './copy-sources.js';
import { leafDigests, MendedRead } from './mended-read.js';
import { placeForCopy, refuseTooLarge } from './place-for-copy.js';
import { PlainRead } from './plain-read.js';
import { putCopy } from './put-copy.js';
import type { SendCopyOptions, SentCopy } from './sent-copy.js';
import { lookAt } from './what-lies-there.js';
import { withdrawCopy } from './withdraw-copy.js';

/** Copies a backup that has a sidecar, which goes last; also what is missing of a copy that is there. */
export async function sendSealedCopy(
  services: BackupServices,
  { summary, sidecar }: { readonly summary: BackupSummary; readonly sidecar: Sidecar },
  target: Target,
  options: SendCopyOptions,
  signal: AbortSignal,
): Promise<SentCopy> {
  const { record, location } = target;
  const { size } = sidecar.file;
  const key = keyOf(summary, sidecar);
  const leaves = unpackLeaves(sidecar);
  const there = await lookAt(target, key, sidecar, leafDigests(sidecar), options.readBack ?? 'sample', signal);
  const about = { id: record.id, title: record.title, backup: sidecar.id, bytes: size };
  if (there.file === 'whole' && there.sidecar === 'same' && there.index) {
    await noteSeal(services, key, sidecar, record.id);
    return { ...about, state: 'there-already', from: [], mended: 0 };
  }
  refuseTooLarge(target, sidecar.id, size);
  const outgoing = await placeForCopy(services, sidecar, key, target, signal);
  const sources = await openSources(services, summary, { from: options.from, to: record }, signal);
  const beside = await sidecarBytes(sources, sidecar, signal);
  const read =
    leaves === undefined ? new PlainRead(sources, { id: sidecar.id, ...sidecar.file }) : new MendedRead(sources, sidecar, leaves);

  const isNew = there.file === 'absent' && there.sidecar === 'absent';
  const replaces = outgoing.length > 0;
  const pending = await services.journal.begin({ operation: 'create', key, locations: [record.id] });
  // What was there before stays, as long as it wasn't replaced by something that failed.
  let spoilt = isNew;
  let withoutIndex = false;
  let isWhole = false;
  let unsettled: readonly string[] = [];
  try {
    if (there.sidecar === 'other') await location.delete(sidecarKey(key), { signal });
    if (there.file !== 'whole') {
      const onStored = () => {
        spoilt = true;
      };
      isWhole = await putCopy(target, read, { ...options, key, size, replaces, onStored }, signal);
      spoilt = isNew;
    } else if (replaces && leaves !== undefined) {
      isWhole = await readBack(target, key, { size, leaves: leafDigests(sidecar) }, 'all', signal, () => {});
    }
    withoutIndex = !there.index && !(await copyIndex(sources, sidecar, target, key, signal));
    if (there.sidecar !== 'same') await putSmallObject(location, sidecarKey(key), beside, signal);
    spoilt = false;
    await noteSeal(services, key, sidecar, record.id);
    await noteLook(services, { id: sidecar.id, key, location: record }, { how: isWhole ? 'upload' : 'sample' });
  } catch (error) {
    if (spoilt && !(await withdrawCopy(services, target, key))) unsettled = [record.id];
    throw error;
  } finally {
    await pending.settle(unsettled);
  }
  return {
    ...about,
    state: isNew ? 'sent' : 'repaired',
    from: [...read.from],
    mended: read.mended,
    ...(withoutIndex ? { withoutIndex } : {}),
    ...(await letOldestGo()),
  };

  async function letOldestGo(): Promise<Pick<SentCopy, 'replaced' | 'notReplaced'>> {
    // From here on the copy is made: what fails now, also because it is cancelled, is left to the next run.
    try {
      const replaced = await replaceOldest(services, target, outgoing, { key, size, sidecar: beside }, signal);
      return replaced.length === 0 ? {} : { replaced };
    } catch (error) {
      return { notReplaced: describeFailure(error, record) };
    }
  }
}

/** As it is called where it lies: the same everywhere. */
function keyOf({ locations }: BackupSummary, { id, date }: Sidecar): string {
  const key = locations[0]?.key;
  return key !== undefined && isObjectKey(key) ? key : backupKey(id, new Date(date));
}

/** What this host sealed is missed if it vanishes; what others sealed is theirs to miss. */
async function noteSeal(services: BackupServices, key: string, sidecar: Sidecar, location: string): Promise<void> {
  const { id, seal, instance } = sidecar;
  if (seal === undefined || instance.id !== services.instance.id) return;
  await services.sealLog.record({ key, id, sequence: seal.sequence, digest: sealDigest(sidecar), locations: [location] });
}
