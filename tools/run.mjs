// `node tools/run.mjs <tool> <arguments>` runs one of the tools in the repository's root.
import { spawnSync } from 'node:child_process';
import { toolCommand, toolEnvironment } from './tools.mjs';
import { workspace } from './workspace.mjs';

const [tool = '', ...args] = process.argv.slice(2);
const [command, ...rest] = toolCommand(tool, ...args);
const { status } = spawnSync(command, rest, { cwd: workspace, env: toolEnvironment(), stdio: 'inherit' });
process.exitCode = status ?? 1;
