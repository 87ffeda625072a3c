// What is killed: how the place is prepared, what runs, and what must hold when the next command has run.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkKept, provenBackups, titles } from './kill-place.mjs';

/** What is there is whole and all of it; then a next run finds its way, and leaves nothing but whole backups. */
async function backUpAgain(place, host, kept, problems) {
  checkKept(await provenBackups(host, problems), kept, problems);
  const { outcome, backup } = await place.backUp(host);
  if (outcome !== 'complete') problems.push(`the next backup is ${outcome}`);
  checkKept(await provenBackups(host, problems, [backup.id]), { [backup.id]: titles }, problems);
}

export const operations = {
  create: {
    prepare: async (place) => {
      await place.make();
      const { backup } = await place.with((host) => place.backUp(host));
      return { kept: { [backup.id]: titles } };
    },
    run: async (place) => {
      const { backup } = await place.with((host) => place.backUp(host));
      return { kept: { [backup.id]: titles } };
    },
    recover: (place, host, { kept }, done, problems) => backUpAgain(place, host, { ...kept, ...done?.kept }, problems),
  },
  delete: {
    prepare: async (place) => {
      await place.make();
      return place.with(async (host) => {
        const { backup: gone } = await place.backUp(host);
        const { backup } = await place.backUp(host);
        return { gone: gone.id, kept: { [backup.id]: titles } };
      });
    },
    run: (place, { gone }) => place.with((host) => host.backups.delete(gone)),
    recover: async (place, host, { gone, kept }, done, problems) => {
      const proven = await provenBackups(host, problems);
      if (done !== undefined && proven.has(gone)) problems.push('deleted, and still there');
      checkKept(proven, kept, problems);
      // Unknown, if nothing is left of it.
      await host.backups.delete(gone).catch((error) => {
        if (!error.message.startsWith('There is no backup')) throw error;
      });
      if ((await host.backups.list()).backups.some(({ id }) => id === gone)) problems.push('still there after it was deleted again');
    },
  },
  replace: {
    prepare: async (place) => {
      await place.make({ kept: 1 });
      const { backup } = await place.with((host) => place.backUp(host));
      return { old: backup.id };
    },
    run: async (place) => {
      const { backup } = await place.with((host) => place.backUp(host));
      return { new: backup.id };
    },
    recover: async (place, host, { old }, done, problems) => {
      const proven = await provenBackups(host, problems);
      const atBucket = [...proven].flatMap(([id, where]) => (where.includes('bucket') ? [id] : []));
      if (atBucket.length === 0) problems.push('lost: the bucket has no backup');
      checkKept(proven, { [old]: ['folder'] }, problems);
      await backUpAgain(place, host, done === undefined ? {} : { [done.new]: titles }, problems);
      const { backups } = await host.backups.list({ locations: ['bucket'] });
      if (backups.length !== 1) problems.push(`the bucket has ${backups.length} backups`);
    },
  },
  restore: {
    prepare: async (place) => {
      await place.make();
      const { backup } = await place.with((host) => place.backUp(host));
      return { id: backup.id };
    },
    run: (place, { id }) => place.with((host) => host.backups.restore({ backup: { id }, to: place.target })),
    recover: async (place, host, { id }, done, problems) => {
      if (done !== undefined) place.checkRestored(problems);
      // What has its name is complete or known to be unfinished, so nothing has to be allowed to be replaced.
      await host.backups.restore({ backup: { id }, to: place.target });
      place.checkRestored(problems);
      checkKept(await provenBackups(host, problems), { [id]: titles }, problems);
    },
  },
  send: {
    prepare: async (place) => {
      await place.make();
      const { backup } = await place.with((host) => place.backUp(host, { locations: ['folder'] }));
      return { id: backup.id };
    },
    run: (place, { id }) => place.with((host) => host.backups.send({ backup: id, to: 'bucket' })),
    recover: async (place, host, { id }, done, problems) => {
      checkKept(await provenBackups(host, problems), { [id]: done === undefined ? ['folder'] : titles }, problems);
      await host.backups.send({ backup: id, to: 'bucket' });
      checkKept(await provenBackups(host, problems), { [id]: titles }, problems);
    },
  },
  'key change': {
    prepare: async (place) => {
      await place.make();
      const { backup } = await place.with((host) => place.backUp(host));
      return { kept: { [backup.id]: titles } };
    },
    run: async (place) => {
      const { current } = await place.with((host) => host.keys.change());
      return { fingerprint: current.fingerprint };
    },
    recover: async (place, host, { kept }, done, problems) => {
      const current = host.keys.current()?.fingerprint;
      if (done !== undefined && current !== done.fingerprint) problems.push('the new key is not the current one');
      await backUpAgain(place, host, kept, problems);
      await host.keys.change();
      await backUpAgain(place, host, kept, problems);
    },
  },
  retention: {
    prepare: async (place) => {
      const ids = await prepareJob(place, 2);
      await place.with((host) => host.jobs.change('nightly', { retention: { copies: 1 } }));
      return { kept: { [ids[1]]: titles } };
    },
    run: (place) => place.with((host) => host.retention.run()),
    recover: async (place, host, { kept }, done, problems) => {
      checkKept(await provenBackups(host, problems), kept, problems);
      if (done === undefined) await host.retention.run();
      await checkOnly(host, Object.keys(kept), problems);
    },
  },
  job: {
    prepare: async (place) => {
      const [id] = await prepareJob(place, 1);
      await place.with((host) => host.jobs.change('nightly', { retention: { copies: 1 } }));
      return { id };
    },
    run: async (place) => {
      const { state, backups } = await place.with((host) => host.jobs.run('nightly'));
      return { state, id: backups[0] };
    },
    recover: async (place, host, { id }, done, problems) => {
      const proven = await provenBackups(host, problems);
      for (const title of titles)
        if (![...proven.values()].some((where) => where.includes(title))) problems.push(`lost: nothing is left at ${title}`);
      if (done !== undefined) await checkOnly(host, [done.id], problems);
      for (const run of await host.jobs.runs()) {
        if (run.state === 'running') problems.push('a run that died is still said to be running');
        if (run.state !== 'complete') continue;
        // What an earlier run made may have given way to a later one.
        const made = run.backups.filter((backup) => backup !== id && !(proven.get(backup) ?? []).includes('folder'));
        problems.push(...made.map((backup) => `said to be complete, and not there: ${backup}`));
      }
      const { state, backups } = await host.jobs.run('nightly');
      if (state !== 'complete') problems.push(`the next run is ${state}`);
      await checkOnly(host, backups, problems);
    },
  },
  'restore --replace': {
    prepare: async (place) => {
      await place.make();
      const { backup } = await place.with((host) => place.backUp(host));
      mkdirSync(join(place.target, 'own'), { recursive: true });
      writeFileSync(join(place.target, 'own', 'former.txt'), 'what was there');
      writeFileSync(join(place.target, 'first.txt'), 'another first file');
      return { id: backup.id };
    },
    run: (place, { id }) => place.with((host) => replace(place, host, id)),
    recover: async (place, host, { id }, done, problems) => {
      const [left] = await host.restores.status(place.target).catch(() => []);
      const isNew = existsSync(join(place.target, 'deep'));
      if (left !== undefined && (left.state === 'kept') !== isNew) problems.push(`said to be ${left.state}`);
      if (done !== undefined && !isNew) problems.push('restored, and not there');
      if (isNew) problems.push(...unlikeSource(place));
      else if (readFileSync(join(place.target, 'own', 'former.txt'), 'utf8') !== 'what was there')
        problems.push('the former state is lost');
      if (left?.state === 'kept') {
        await host.restores.undo(place.target);
        if (readFileSync(join(place.target, 'own', 'former.txt'), 'utf8') !== 'what was there')
          problems.push('the former state was not kept');
      }
      await replace(place, host, id);
      await host.restores.confirm(place.target);
      problems.push(...unlikeSource(place));
      const beside = readdirSync(place.at).filter((name) => !['bucket', 'data', 'folder', 'source', 'target'].includes(name));
      problems.push(...beside.map((name) => `left beside the target: ${name}`));
    },
  },
};

/** A job, and so many backups of it. */
async function prepareJob(place, runs) {
  await place.make();
  return place.with(async (host) => {
    await host.jobs.add({ title: 'nightly', sources: [{ name: 'docs', path: place.source }], schedule: null, retention: {} });
    const ids = [];
    for (let run = 0; run < runs; run += 1) ids.push((await host.jobs.run('nightly')).backups[0]);
    return ids;
  });
}

/** These backups are everywhere, and no others of a job are anywhere. */
async function checkOnly(host, ids, problems) {
  const { backups } = await host.backups.list();
  const there = Object.fromEntries(
    backups.filter(({ job }) => job !== undefined).map(({ id, locations }) => [id, locations.map(({ title }) => title).sort()]),
  );
  const wanted = Object.fromEntries(ids.map((id) => [id, titles]));
  if (JSON.stringify(there) !== JSON.stringify(wanted))
    problems.push(`kept: ${JSON.stringify(there)} instead of ${JSON.stringify(wanted)}`);
}

const replace = (place, host, id) => host.backups.restore({ backup: { id }, folders: { docs: place.target }, replace: true });

/** What of the source is not in the target as it was, and the other way round. */
function unlikeSource(place) {
  const filesOf = (folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  const contents = (folder) =>
    filesOf(folder)
      .map((path) => `${path.slice(folder.length)} ${readFileSync(path, 'base64').slice(0, 40)}`)
      .sort();
  const [wanted, found] = [contents(place.source), contents(place.target)];
  return JSON.stringify(wanted) === JSON.stringify(found) ? [] : [`in the target: ${found.join(', ')}`];
}
