// node kill-program.mjs die OPERATION ROOT MOMENT: runs an operation and dies at that moment of it, or tells that it came to its end.
// node kill-program.mjs serve: answers lines {"ask", "operation", "root"}, where `ask` is to `prepare` a place, to put it back as it was then (`reset`) or to
// `recover`, which sees to what is left where a process died, and tells what is wrong.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { dieAt } from './kill-moments.mjs';
import { operations } from './kill-operations.mjs';
import { checkTidy, placeIn } from './kill-place.mjs';

const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const stateOf = (root) => JSON.parse(readFileSync(join(root, 'state.json'), 'utf8'));

async function answer({ ask, operation: name, root, done }) {
  const operation = operations[name];
  const place = placeIn(root);
  if (ask === 'prepare') {
    writeFileSync(join(root, 'state.json'), JSON.stringify(await operation.prepare(place)));
    place.keep();
  } else if (ask === 'reset') place.reset();
  const problems = [];
  if (ask !== 'recover') return problems;
  place.age();
  try {
    await place.with(async (host) => {
      await operation.recover(place, host, stateOf(root), done, problems);
      // Whatever it was that died, the next backup clears up behind it.
      await place.backUp(host);
    });
    await place.with((host) => checkTidy(place, host, problems));
    problems.push(...place.left().map((name) => `left in the data directory: ${String(name)}`));
  } catch (error) {
    problems.push(error.stack);
  }
  return problems;
}

async function reply(question) {
  try {
    tell({ id: question.id, problems: await answer(question) });
  } catch (error) {
    tell({ id: question.id, problems: [String(error)] });
  }
}

const [mode, name, root, moment] = process.argv.slice(2);
if (mode === 'die') {
  await dieAt(Number(moment));
  const done = await operations[name].run(placeIn(root), stateOf(root));
  await dieAt(0);
  tell({ done: done ?? {} });
} else {
  for await (const line of createInterface({ input: process.stdin })) {
    const question = JSON.parse(line);
    void reply(question);
  }
}
