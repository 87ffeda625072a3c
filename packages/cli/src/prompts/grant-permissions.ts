import type { PermissionRequest } from '@holdfast/core';
import { safeText } from '../output/safe-text.js';
import { renderFields } from '../output/table.js';
import { asksForNothing, describeProvenance, permissionFields } from '../provider/describe-permissions.js';
import type { CommandContext } from '../run/context.js';
import { askYesNo, declined } from './ask.js';

/**
 * Shows what a provider package wants to be allowed, and asks. `accept` says yes beforehand, and shows it all the same. Where
 * nobody can be asked, the answer is no: the core then says what was missing.
 *
 * @throws `cancelled` after a no
 */
export async function grantPermissions(context: CommandContext, request: PermissionRequest, accept: boolean): Promise<boolean> {
  const { terminal } = context;
  terminal.note(renderRequest(context, request));
  if (accept || context.yes) return true;
  if (!terminal.interactive) return false;
  if (await askYesNo(context, `May ${safeText(request.name)} ${safeText(request.version)} do that?`)) return true;
  throw declined();
}

function renderRequest({ terminal: { noteColors } }: CommandContext, request: PermissionRequest): string {
  const { name, version, replaces, asks, added, provenance, lostProvenance } = request;
  const title = noteColors.bold(`${safeText(name)} ${safeText(version)}`);
  // What was granted to the version before is not asked again.
  const shown = replaces === undefined ? asks : added;
  const headline = replaces === undefined ? `${title} asks to reach:` : `${title} asks for more than ${safeText(replaces)} was allowed:`;
  return [
    asksForNothing(shown) ? `${title} asks to reach nothing${replaces === undefined ? '' : ' more'}:` : headline,
    renderFields([...permissionFields(shown), ['origin', describeProvenance(provenance)]], noteColors, '  '),
    ...(lostProvenance
      ? [noteColors.yellow('  It is no longer proven what it was built from; of the installed version it is. Ask its makers why.')]
      : []),
    noteColors.dim('  It sees encrypted backups and the settings of its locations. How far Node holds it to this: docs/security.md'),
  ].join('\n');
}
