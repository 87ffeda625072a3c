import { badRequest } from '../api-error.js';
import { describeFolder, describeVersion, type JsonObject } from '../descriptions.js';
import { compareNames } from '../file-names.js';
import type { FileVersion, FileVersions } from '../file-versions.js';
import type { Call, CallDefinition } from './call.js';

const pageOfFiles = { standard: 100, maximum: 10_000 };

/** Which files are wanted, checked against what the key may see. */
interface Wanted {
  readonly versions: FileVersions;
  readonly bucketId: string;
  readonly count: number;
  readonly prefix: string;
  readonly delimiter: string;
}

function wantedOf({ account, access, fields }: Call): Wanted {
  const bucketId = fields.string('bucketId');
  const count = fields.pageSize('maxFileCount', pageOfFiles);
  const prefix = fields.optionalString('prefix') ?? '';
  const delimiter = fields.optionalString('delimiter') ?? '';
  fields.end();
  access.require('listFiles');
  access.requireBucket(bucketId);
  access.requireName(prefix);
  const { versions } = account.buckets.get(bucketId);
  return { versions, bucketId, count, prefix, delimiter };
}

/** The versions whose names start with the prefix, from a name on. */
function* versionsFrom({ versions, prefix }: Wanted, startName: string): Generator<FileVersion> {
  for (const version of versions.from(compareNames(startName, prefix) < 0 ? prefix : startName)) {
    if (!version.fileName.startsWith(prefix)) return;
    yield version;
  }
}

/** A version, or the first of those in a folder, which is listed once. */
interface Entry {
  readonly version: FileVersion;
  readonly folder?: string;
}

function* entriesOf(found: Iterable<FileVersion>, { prefix, delimiter }: Wanted): Generator<Entry> {
  let lastFolder: string | undefined;
  for (const version of found) {
    const end = delimiter === '' ? -1 : version.fileName.indexOf(delimiter, prefix.length);
    if (end < 0) {
      yield { version };
      continue;
    }
    const folder = version.fileName.slice(0, end + delimiter.length);
    if (folder !== lastFolder) yield { version, folder };
    lastFolder = folder;
  }
}

/** A page of entries, and the one behind it. */
function pageOf(entries: Iterable<Entry>, count: number): { readonly page: readonly Entry[]; readonly next: Entry | undefined } {
  const page: Entry[] = [];
  for (const entry of entries) {
    if (page.length === count) return { page, next: entry };
    page.push(entry);
  }
  return { page, next: undefined };
}

/** The newest versions of names that are not hidden. */
function* currentOf(found: Iterable<FileVersion>, versions: FileVersions): Generator<FileVersion> {
  for (const version of found) if (version === versions.current(version.fileName)) yield version;
}

/** Leaves out what is newer than a version of the name with which the list starts, also where that is gone meanwhile. */
function* fromId(found: Iterable<FileVersion>, startName: string, startId: string): Generator<FileVersion> {
  const [, serial = '', timestamp = ''] = /^4_z[0-9a-f]+_f[0-9a-f]{8}([0-9a-f]{8})_.*_u(\d+)$/.exec(startId) ?? [];
  if (timestamp === '') throw badRequest(`Bad startFileId: ${startId}`);
  const start = { uploadTimestamp: Number(timestamp), serial: Number.parseInt(serial, 16) };
  for (const version of found) {
    const isNewer =
      version.uploadTimestamp > start.uploadTimestamp ||
      (version.uploadTimestamp === start.uploadTimestamp && version.serial > start.serial);
    if (version.fileName !== startName || !isNewer) yield version;
  }
}

function describe({ account }: Call, { version, folder }: Entry): JsonObject {
  return folder === undefined ? describeVersion(account, version) : describeFolder(account, version.bucketId, folder);
}

export const listCalls: Readonly<Record<string, CallDefinition>> = {
  b2_list_file_names: {
    byGet: true,
    run(call) {
      const startName = call.fields.optionalString('startFileName') ?? '';
      const wanted = wantedOf(call);
      const found = currentOf(versionsFrom(wanted, startName), wanted.versions);
      const { page, next } = pageOf(entriesOf(found, wanted), wanted.count);
      return { files: page.map((entry) => describe(call, entry)), nextFileName: next?.version.fileName ?? null };
    },
  },

  b2_list_file_versions: {
    byGet: true,
    run(call) {
      const startName = call.fields.optionalString('startFileName');
      const startId = call.fields.optionalString('startFileId');
      if (startId !== undefined && startName === undefined) throw badRequest('startFileId needs startFileName');
      const wanted = wantedOf(call);
      const found = versionsFrom(wanted, startName ?? '');
      const started = startId === undefined ? found : fromId(found, startName ?? '', startId);
      const { page, next } = pageOf(entriesOf(started, wanted), wanted.count);
      return {
        files: page.map((entry) => describe(call, entry)),
        nextFileName: next?.version.fileName ?? null,
        nextFileId: next?.version.fileId ?? null,
      };
    },
  },

  b2_list_unfinished_large_files: {
    byGet: true,
    run({ account, access, fields }) {
      const bucketId = fields.string('bucketId');
      const prefix = fields.optionalString('namePrefix') ?? '';
      const startId = fields.optionalString('startFileId');
      const count = fields.pageSize('maxFileCount', { standard: 100, maximum: 100 });
      fields.end();
      access.require('listFiles');
      access.requireBucket(bucketId);
      access.requireName(prefix);
      const { versions } = account.buckets.get(bucketId);
      const unfinished = [...versions.from(prefix)].filter(({ action, fileName }) => action === 'start' && fileName.startsWith(prefix));
      const start = startId === undefined ? 0 : unfinished.findIndex(({ fileId }) => fileId === startId);
      if (start < 0) throw badRequest(`Bad startFileId: ${startId}`);
      return {
        files: unfinished.slice(start, start + count).map((version) => describeVersion(account, version)),
        nextFileId: unfinished[start + count]?.fileId ?? null,
      };
    },
  },
};
