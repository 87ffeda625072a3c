import type { BodyPiece, CallOptions, Location, ObjectInfo, PutOptions, Usage } from '@holdfast/core/provider-api';
import { cancelled, throwIfCancelled } from './cancellation.js';
import { checkFolder } from './check-folder.js';
import { deleteObject } from './delete-object.js';
import { diskUsage } from './free-space.js';
import { fsError, isErrno } from './fs-error.js';
import { getObject } from './get-object.js';
import { listObjects } from './list-objects.js';
import { requireMarker } from './marker.js';
import { infoAt } from './object-info.js';
import { hasRealFolders, pathToRead } from './object-path.js';
import type { LocationFolder } from './location-folder.js';
import { putObject } from './put-object.js';
import { readBody, readPlainBody } from './read-body.js';
import { sweepFolder } from './sweep.js';

/** A folder as a location. It holds nothing open between calls, so there is nothing to close. */
export function createLocation(at: LocationFolder): Required<Location> {
  /** Runs one call: its failure comes out as the contract wants it. */
  async function attempt<T>(doing: string, { signal }: CallOptions, run: () => Promise<T>): Promise<T> {
    throwIfCancelled(signal);
    try {
      return await run();
    } catch (error) {
      if (signal.aborted) throw cancelled(signal);
      throw await explain(error, doing);
    }
  }

  /** What is missing while a call runs may be the whole place, which says more. */
  async function explain(error: unknown, doing: string): Promise<Error> {
    try {
      if (isErrno(error, 'ENOENT')) await requireMarker(at);
      return fsError(error, doing, at.root);
    } catch (missing) {
      return fsError(missing, doing, at.root);
    }
  }

  async function store(
    key: string,
    body: ReadableStream<unknown>,
    pieces: AsyncIterable<BodyPiece>,
    options: PutOptions,
  ): Promise<ObjectInfo> {
    try {
      return await attempt(`Writing ${quote(key)}`, options, () => putObject(at, key, pieces, options));
    } catch (error) {
      // One that was begun has been cancelled where it was read.
      if (!body.locked) body.cancel(error).catch(() => {});
      throw error;
    }
  }

  async function head(key: string): Promise<ObjectInfo | undefined> {
    const object = pathToRead(at.root, key);
    const info = (await hasRealFolders(object)) ? await infoAt(object.path, key) : undefined;
    if (info === undefined) await requireMarker(at);
    return info;
  }

  async function usage(): Promise<Usage> {
    await requireMarker(at);
    return diskUsage(at.root);
  }

  return {
    put: (key, body, options) => store(key, body, readPlainBody(body, options.signal), options),
    putDeferred: (key, body, options) => store(key, body, readBody(body, options.signal), options),
    get: (key, options) => attempt(`Reading ${quote(key)}`, options, () => getObject(at, key, options)),
    head: (key, options) => attempt(`Looking for ${quote(key)}`, options, () => head(key)),
    async *list(prefix, options) {
      throwIfCancelled(options.signal);
      try {
        yield* listObjects(at, prefix, options);
      } catch (error) {
        throw await explain(error, 'Listing the files');
      }
    },
    delete: (key, options) => attempt(`Deleting ${quote(key)}`, options, () => deleteObject(at, key)),
    check: (options) => attempt('Trying out the folder', options, () => checkFolder(at, options)),
    usage: (options) => attempt('Asking for the free space', options, usage),
    sweep: (options) => attempt('Removing leftovers', options, () => sweepFolder(at, options)),
    async [Symbol.asyncDispose]() {},
  };
}

function quote(key: string): string {
  return JSON.stringify(key);
}
