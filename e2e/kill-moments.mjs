// Counts the moments at which a process may die: before each call that changes something in a file system, in the midst of each write, and before each
// request to a provider. Dies at the one it is told, by SIGKILL. Syncing changes nothing that a later process sees, so it is none.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const plain = { ...fs };

let last = 0;
let passed = 0;

/** Does what is not of this process, such as a server's work: nothing of it counts, and it is done as a whole. */
export function uncounted(act) {
  const before = last;
  last = 0;
  try {
    return act();
  } finally {
    last = before;
  }
}

/** From now on moments count, and the process dies at number `moment`; 0: no longer. */
export async function dieAt(moment) {
  if (moment > 0) await watch();
  passed = 0;
  last = moment;
}

/** A moment. `half` does a part of what comes next. */
export function pass(what, half) {
  if (last === 0) return;
  passed += 1;
  if (passed === last) die(what);
  if (half === undefined) return;
  passed += 1;
  if (passed !== last) return;
  uncounted(half);
  die(`in the midst of ${what}`);
}

function die(what) {
  last = 0;
  plain.writeSync(1, `${JSON.stringify({ diedAt: passed, before: what })}\n`);
  process.kill(process.pid, 'SIGKILL');
  // The signal comes at once; nothing may happen in between.
  for (;;);
}

const named = (call, path) => `${call} ${typeof path === 'string' ? path : ''}`.trim();
const isForWriting = (flags) => (typeof flags === 'number' ? (flags & 3) !== 0 : /[wa+]/.test(flags ?? 'r'));

/** How each call is told, and what a half of it is. */
const halves = {
  write: (fd, data, offset = 0, length = data.length - offset, position = null) => {
    const bytes = Buffer.from(data).subarray(offset, offset + length);
    return () => plain.writeSync(fd, bytes, 0, bytes.length >> 1, position);
  },
  writev: (fd, chunks, position = null) => {
    const bytes = Buffer.concat(chunks);
    return () => plain.writeSync(fd, bytes, 0, bytes.length >> 1, position);
  },
  writeFile: (target, data) => () => {
    const bytes = Buffer.from(data);
    if (typeof target === 'number') plain.writeSync(target, bytes, 0, bytes.length >> 1);
    else plain.writeFileSync(target, bytes.subarray(0, bytes.length >> 1));
  },
  rm: (path, options) => {
    if (options?.recursive !== true || !plain.existsSync(path)) return undefined;
    return () => {
      const [entry] = plain.readdirSync(path);
      if (entry !== undefined) plain.rmSync(`${path}/${entry}`, { recursive: true });
    };
  },
};

const changing = (
  'write writev writeFile appendFile rename link symlink unlink rm rmdir mkdir mkdtemp truncate ftruncate copyFile cp ' +
  'chmod fchmod lchown fchown utimes futimes lutimes'
).split(' ');

/** `rm` of a file calls `unlink`, which is the same moment. */
let removing;

function count(owner, name, call) {
  const original = owner[name];
  if (typeof original !== 'function') return;
  owner[name] = function counted(...args) {
    const isSame = call === 'unlink' && removing !== undefined && removing === args[0];
    removing = call === 'rm' ? args[0] : undefined;
    if (!isSame) pass(named(call, args[0]), halves[call]?.(...args));
    return original.apply(this, args);
  };
}

function countOpening(owner, name) {
  const original = owner[name];
  owner[name] = function counted(path, flags, ...rest) {
    if (isForWriting(typeof flags === 'function' ? 'r' : flags)) pass(named('open', path));
    return original.call(this, path, flags, ...rest);
  };
}

async function watch() {
  const file = await fs.promises.open(process.execPath);
  const { prototype } = file.constructor;
  await file.close();
  for (const call of changing) {
    count(fs, call, call);
    count(fs, `${call}Sync`, call);
    count(fs.promises, call, call);
  }
  countOpening(fs, 'open');
  countOpening(fs, 'openSync');
  countOpening(fs.promises, 'open');
  for (const call of ['write', 'writev', 'writeFile']) {
    const original = prototype[call];
    prototype[call] = function counted(...args) {
      pass(`${call} of a file`, halves[call](this.fd, ...args));
      return original.apply(this, args);
    };
  }
  for (const call of ['appendFile', 'truncate', 'chmod', 'chown', 'utimes']) count(prototype, call, call);
  syncBuiltinESMExports();
}
