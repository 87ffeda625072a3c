// Runs before `npm start` and `npm test`: is the Node new enough, and is what the lock file says installed? If not, install it.
// Nothing but Node is needed. The check alone takes a few hundredths of a second.
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
const supported = major === 20 ? minor >= 19 : major === 22 ? minor >= 12 : major > 22;
if (!supported) {
  console.error(`Holdfast needs Node 20.19 or newer, or 22.12 or newer; this is Node ${process.versions.node} (${process.execPath}).`);
  console.error(
    'What to do: install a current Node from https://nodejs.org, or choose one with your version manager, and run the command again.',
  );
  process.exit(1);
}

// Loaded after the check, so that an old Node gets the message and no syntax error.
const { ensureInstalled } = await import('./install.mjs');
ensureInstalled(fileURLToPath(new URL('..', import.meta.url)), 'what package-lock.json lists (once, well under a minute)');
