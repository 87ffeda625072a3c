import { isProviderError, type Location, type ObjectInfo, type ProviderErrorCode } from '@holdfast/core/provider-api';

/** Expects a rejection with a `ProviderError` of the code. */
export async function expectCode(call: Promise<unknown>, code: ProviderErrorCode): Promise<Error> {
  const error = await call.then(
    () => new Error('It succeeded.'),
    (reason: unknown) => reason,
  );
  if (!isProviderError(error) || error.code !== code) throw new Error(`Expected a ProviderError "${code}".`, { cause: error });
  return error;
}

export async function keysOf(location: Location, prefix = ''): Promise<string[]> {
  return (await collect(location.list(prefix, { signal: new AbortController().signal }))).map(({ key }) => key);
}

async function collect(list: AsyncIterable<ObjectInfo>): Promise<ObjectInfo[]> {
  const objects: ObjectInfo[] = [];
  for await (const object of list) objects.push(object);
  return objects;
}
