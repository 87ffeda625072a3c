import { expect, test } from 'vitest';
import { makeHostPlace } from './host-place.fixture.js';
import { misbehaviours } from './memory-provider.fixture.js';

test('what a location says of itself is an issue until it no longer says so, or is gone', async () => {
  await using place = await makeHostPlace();
  const { id } = await place.addLocation('far');
  const seen: string[] = [];
  place.host.events.on('issue', ({ type, issue }) => seen.push(`${type} ${issue.message}`));
  misbehaviours.set('far', { notices: [{ id: 'key-expires', message: 'The key expires soon.' }] });
  await place.host.locations.check(id);
  await place.host.locations.check(id);
  await place.reopen();
  expect(await place.host.issues.list()).toMatchObject([{ id: `location-notice:${id}:key-expires`, severity: 'warning', times: 2 }]);
  misbehaviours.clear();
  await place.host.locations.check(id);
  await place.reopen();
  expect(await place.host.issues.list()).toEqual([]);
  expect(seen).toEqual(['raised "far": The key expires soon.']);
});
