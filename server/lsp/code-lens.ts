import type { CodeLens, Command, Range } from 'vscode-languageserver/node';

import type { Finding } from '../policy/result.ts';
import { parse } from '../proto/parse.ts';
import { elementsOf } from '../proto/elements.ts';
import { COMMANDS, type InitializationOptions } from './protocol.ts';
import { overlaps, type View } from './view.ts';

export function codeLenses(view: View, commands: InitializationOptions['commands']): CodeLens[] {
  if (view.baseline === undefined || !view.isProto) return [];
  const { document } = view;
  const at = (offset: number): Range => ({ start: document.positionAt(offset), end: document.positionAt(offset) });
  const changes = (title: string): Command => ({
    title,
    command: commands?.changes ?? COMMANDS.changes,
    arguments: [document.uri],
  });
  const file = parse(document.getText());

  const top = at(file.edition?.span.start ?? file.package?.span.start ?? 0);
  const lenses: CodeLens[] = [{ range: top, command: changes(`${since(view, view.findings)}${next(view)}`) }];
  if (commands?.compare !== undefined) {
    lenses.push({
      range: top,
      command: { title: `compare with ${view.release}`, command: commands.compare, arguments: [document.uri] },
    });
  }
  for (const { node, name, fullName } of elementsOf(file)) {
    if (node.kind !== 'service') continue;
    const range = { start: document.positionAt(node.span.start), end: document.positionAt(node.span.end) };
    const own = view.findings.filter(
      (finding) =>
        finding.element === fullName || finding.element.startsWith(`${fullName}.`) || overlaps(finding.range, range),
    );
    lenses.push({ range: at(name.span.start), command: changes(since(view, own)) });
  }
  return lenses;
}

/** "since 1.0.0: 2 breaking · 3 added" */
function since(view: View, findings: readonly Finding[]): string {
  const isBreaking = ({ severity, accepted }: Finding): boolean => severity === 'error' && accepted === null;
  const breaking = findings.filter(isBreaking).length;
  const added = findings.filter((finding) => !isBreaking(finding) && finding.rule.endsWith('-added')).length;
  const other = findings.length - breaking - added;
  const parts = [
    ...(breaking > 0 ? [`${breaking} breaking`] : []),
    ...(added > 0 ? [`${added} added`] : []),
    ...(other > 0 ? [`${other} other`] : []),
  ];
  return `since ${view.release}: ${parts.length > 0 ? parts.join(' · ') : 'no changes'}`;
}

/** " → 2.0.0" if a finding in this file requires the next version; otherwise empty. */
function next({ nextVersion, baseline, findings, bump }: View): string {
  const isCause = findings.some((finding) => finding.bump === bump);
  return nextVersion === null || nextVersion === baseline?.version || !isCause ? '' : ` → ${nextVersion}`;
}
