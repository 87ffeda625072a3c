import { indexKey, sidecarKey } from './backup-name.js';
import { composeSidecar } from './compose-sidecar.js';
import type { IndexInProgress } from './begin-index.js';
import type { Outcomes } from './create-result.js';
import type { BackupDraft } from './draft-backup.js';
import { describeFailure } from './failure.js';
import { putSmallObject } from './location-bytes.js';
import type { OnProgress } from './progress.js';
import { type ProvenCopy, proveCopyAt } from './prove-copies.js';
import type { ReadBack } from './read-back.js';
import type { SourceRecord } from './record-sources.js';
import { type OwnBackup, replaceOldest } from './replace-oldest.js';
import type { LoggedSeal } from './seal/seal-log.js';
import { sealDigest } from './seal/seal.js';
import type { Sent } from './send-backup.js';
import type { BackupServices } from './services.js';
import { encodeSidecar, type Sidecar } from './sidecar.js';
import type { Target } from './targets.js';
import { noteUploads } from './verification/note-look.js';

export interface PublishOptions {
  readonly draft: BackupDraft;
  readonly recorded: SourceRecord;
  readonly index: IndexInProgress;
  readonly outcomes: Outcomes;
  /** Where the backup is whole and visible; added to. */
  readonly stored: Target[];
  readonly readBack?: ReadBack;
  readonly onProgress?: OnProgress;
}

interface Sealed {
  readonly sidecar: Sidecar;
  readonly encoded: Uint8Array;
  readonly seal: LoggedSeal;
  readonly indexSize: number;
}

/**
 * What follows when a location has taken all of a backup: it is proven, becomes visible, and the oldest goes where there is room for only so many. No location
 * waits for another; the first that is proven has the backup sealed, for all.
 */
export class CopyPublisher {
  readonly #services: BackupServices;
  readonly #options: PublishOptions;
  readonly #signal: AbortSignal;
  #sealing: Promise<Sealed> | undefined;
  #broken: { readonly error: unknown } | undefined;

  constructor(services: BackupServices, options: PublishOptions, signal: AbortSignal) {
    this.#services = services;
    this.#options = options;
    this.#signal = signal;
  }

  /** `undefined` if no location was proven to have the backup. @throws what sealing or noting the seal failed with, which is no location's fault */
  async sidecar(): Promise<Sidecar | undefined> {
    if (this.#broken !== undefined) throw this.#broken.error;
    return (await this.#sealing)?.sidecar;
  }

  /** @returns whether it is visible there; a failure is that target's alone */
  async publish(target: Target, sent: Sent): Promise<boolean> {
    const { draft, index, outcomes, stored } = this.#options;
    const { record, location } = target;
    const signal = this.#signal;
    let proven: ProvenCopy;
    let sealed: Sealed;
    try {
      proven = await proveCopyAt(this.#services, target, draft.key, sent, this.#options, signal);
      this.#sealing ??= this.#seal(sent);
      sealed = await this.#sealing;
      await location.put(indexKey(draft.key), ReadableStream.from(index.bytes()), { size: sealed.indexSize, signal });
      await putSmallObject(location, sidecarKey(draft.key), sealed.encoded, signal);
    } catch (error) {
      if (!signal.aborted) outcomes.failed(record, error);
      return false;
    }
    stored.push(target);
    outcomes.stored(record);
    try {
      await this.#services.sealLog.record({ ...sealed.seal, locations: [record.id] });
      await noteUploads(this.#services, draft.key, [{ location: record.id, isWhole: proven.isWhole }]);
    } catch (error) {
      this.#broken ??= { error };
    }
    await this.#letOldestGo(target, proven.outgoing, { key: draft.key, size: sent.size, sidecar: sealed.encoded });
    return true;
  }

  async #seal(sent: Sent): Promise<Sealed> {
    const { draft, recorded, index } = this.#options;
    const next = await this.#services.sealLog.next();
    const written = await index.finish();
    const sidecar = composeSidecar({ instance: this.#services.instance, draft, recorded, ...sent, ...written, ...next });
    const seal = { key: draft.key, id: sidecar.id, sequence: next.sequence, digest: sealDigest(sidecar), locations: [] };
    // Its number is taken before the seal can be seen anywhere.
    await this.#services.sealLog.record(seal);
    return { sidecar, encoded: encodeSidecar(sidecar), seal, indexSize: written.index.size };
  }

  async #letOldestGo(
    target: Target,
    outgoing: Promise<readonly OwnBackup[]>,
    replacement: { readonly key: string; readonly size: number; readonly sidecar: Uint8Array },
  ): Promise<void> {
    const { outcomes } = this.#options;
    // From here on the backup is made: what fails now, also because it is cancelled, is left to the next run.
    try {
      const replaced = await replaceOldest(this.#services, target, await outgoing, replacement, this.#signal);
      if (replaced.length > 0) outcomes.stored(target.record, { replaced });
    } catch (error) {
      const notReplaced = describeFailure(error, target.record);
      outcomes.stored(target.record, { notReplaced });
      this.#services.log.warn(`Older backups at ${target.record.title} that should be deleted are still there: ${notReplaced.message}`);
    }
  }
}
