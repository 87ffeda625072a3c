import { compareNames } from './file-names.js';
import type { Body } from './stored-bytes.js';

interface VersionBase {
  readonly fileId: string;
  readonly fileName: string;
  readonly bucketId: string;
  /** Milliseconds since 1970. Of a large file: when it was started. */
  readonly uploadTimestamp: number;
  /** The order of versions of the same millisecond. */
  readonly serial: number;
}

export interface UploadedVersion extends VersionBase {
  readonly action: 'upload';
  readonly body: Body;
  /** Hex; `unverified:` and hex; or `none`. */
  readonly contentSha1: string;
  readonly contentType: string;
  readonly fileInfo: Readonly<Record<string, string>>;
}

export interface HideMarker extends VersionBase {
  readonly action: 'hide';
}

export interface Part {
  readonly partNumber: number;
  readonly body: Body;
  readonly contentSha1: string;
  readonly uploadTimestamp: number;
}

/** A large file that is not finished. */
export interface UnfinishedFile extends VersionBase {
  readonly action: 'start';
  readonly contentType: string;
  readonly fileInfo: Readonly<Record<string, string>>;
  readonly parts: Map<number, Part>;
}

export type FileVersion = UploadedVersion | HideMarker | UnfinishedFile;

/** The versions of a bucket's files: by name, the newest of a name first. */
export class FileVersions {
  readonly #byName = new Map<string, FileVersion[]>();
  /** In the order of their bytes. */
  readonly #names: string[] = [];

  get isEmpty(): boolean {
    return this.#names.length === 0;
  }

  add(version: FileVersion): void {
    const versions = this.#byName.get(version.fileName);
    if (versions === undefined) {
      this.#byName.set(version.fileName, [version]);
      this.#names.splice(this.#indexOf(version.fileName), 0, version.fileName);
      return;
    }
    const index = versions.findIndex((other) => isNewer(version, other));
    versions.splice(index < 0 ? versions.length : index, 0, version);
  }

  remove(version: FileVersion): void {
    const versions = this.#byName.get(version.fileName) ?? [];
    versions.splice(versions.indexOf(version), 1);
    if (versions.length > 0) return;
    this.#byName.delete(version.fileName);
    this.#names.splice(this.#indexOf(version.fileName), 1);
  }

  /** What a download by name gives; undefined where the name is hidden. */
  current(fileName: string): UploadedVersion | undefined {
    const newest = this.newest(fileName);
    return newest?.action === 'upload' ? newest : undefined;
  }

  /** The newest that is no unfinished large file. */
  newest(fileName: string): UploadedVersion | HideMarker | undefined {
    return this.#byName.get(fileName)?.find((version) => version.action !== 'start');
  }

  find(fileName: string, fileId: string): FileVersion | undefined {
    return this.#byName.get(fileName)?.find((version) => version.fileId === fileId);
  }

  /** Of names from this one on, all of a name one behind the other. */
  *from(startName: string): Generator<FileVersion> {
    for (let index = this.#indexOf(startName); index < this.#names.length; index += 1) {
      yield* this.#byName.get(this.#names[index] ?? '') ?? [];
    }
  }

  /** The first place whose name is not before this one. */
  #indexOf(name: string): number {
    let low = 0;
    let high = this.#names.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareNames(this.#names[middle] ?? '', name) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isNewer(one: FileVersion, other: FileVersion): boolean {
  return one.uploadTimestamp > other.uploadTimestamp || (one.uploadTimestamp === other.uploadTimestamp && one.serial > other.serial);
}
