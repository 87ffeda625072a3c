const onThisMachine = new Set(['localhost', '127.0.0.1', '[::1]']);

/** What is wrong with the address of the service; undefined if it can be used. */
export function endpointFault(endpoint: string): 'no-url' | 'not-encrypted' | undefined {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '' || url.hash !== '') return 'no-url';
  // The key would travel for everyone to read.
  return url.protocol === 'http:' && !onThisMachine.has(url.hostname) ? 'not-encrypted' : undefined;
}
