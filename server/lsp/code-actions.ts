import { basename } from 'node:path';

import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';

import type { Finding, Range } from '../policy/result.ts';
import type { Fix } from '../rules/rule.ts';
import type { Capabilities } from './capabilities.ts';
import { findingDiagnostic, problemDiagnostic } from './diagnostics.ts';
import { canRevert, revertElement, revertFile } from './revert.ts';
import { removeAcceptance } from './remove-acceptance.ts';
import type { TimeSlice } from './time-slice.ts';
import { stillUsed } from './uses.ts';
import { overlaps, type View } from './view.ts';
import { WorkspaceEdits } from './workspace-edits.ts';

export const FIX_ALL = `${CodeActionKind.SourceFixAll}.protoCompat`;
export const REVERT_FILE = `${CodeActionKind.Source}.revert.protoCompat`;

export interface ActionData {
  readonly uri: string;
  readonly version: number;
  readonly rule: string;
  readonly element: string;
  readonly range: Range;
}

/** Beyond this number, `codeAction/resolve` computes the edits. */
const MAX_WITH_EDITS = 16;

/** @throws Cancelled if the request was cancelled or the view is outdated. */
export async function codeActions(
  view: View,
  params: CodeActionParams,
  capabilities: Capabilities,
  slice: TimeSlice,
): Promise<CodeAction[]> {
  const wants = (kind: string): boolean =>
    params.context.only === undefined ||
    params.context.only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`));
  const edits = new WorkspaceEdits(view, capabilities);
  const actions: CodeAction[] = [];
  const wantsSafe = params.context.only !== undefined && wants(FIX_ALL) && view.isProto;
  const safe = wantsSafe ? await safeFixes(view, slice) : undefined;
  if (wants(CodeActionKind.QuickFix)) {
    const found = view.findings.filter((finding) => overlaps(activeRange(finding, view), params.range));
    if (found.length > MAX_WITH_EDITS) actions.push(...(await actionsForMany(found, view, edits, capabilities, slice)));
    else {
      // Computed before the next `await`, because an edit moves the syntax trees.
      const fixes = found.map((finding) => finding.fixes());
      for (const [index, finding] of found.entries())
        actions.push(
          ...(await actionsFor(finding, await inOrder(finding, fixes[index] ?? [], view), view, edits, capabilities)),
        );
    }
    actions.push(...unusedAcceptances(view, params, edits, capabilities));
  }
  if (!view.isProto) return actions;
  if (safe !== undefined) {
    const edit = await edits.of(safe);
    if (edit !== undefined) {
      actions.push({ title: `Apply all safe fixes (restore ${view.release})`, kind: FIX_ALL, edit });
    }
  }
  if (params.context.only !== undefined && wants(REVERT_FILE)) {
    const edit = edits.ofDocument(await revertFile(view));
    if (edit !== undefined) actions.push({ title: `Revert this file to ${view.release}`, kind: REVERT_FILE, edit });
  }
  return actions;
}

/** The light bulb should open quickly. */
const MAX_SEARCH_MS = 300;

/** Some fixes suit an element that code uses, others an unused one. Those that suit this element come first. */
async function inOrder(finding: Finding, fixes: readonly Fix[], view: View): Promise<readonly Fix[]> {
  if (!fixes.some(({ suits }) => suits !== undefined)) return fixes;
  const { repository, result, texts } = view;
  const ending = AbortSignal.timeout(MAX_SEARCH_MS);
  const found = await repository.uses.find(result, [finding], texts, ending).catch(() => undefined);
  const used = stillUsed(found?.get(finding));
  if (used === undefined) return fixes;
  const isSuitable = ({ suits }: Fix): boolean => suits === (used ? 'used' : 'unused');
  return [...fixes.filter(isSuitable), ...fixes.filter((fix) => !isSuitable(fix))];
}

/** For a deletion, all lines from the finding to the next line with text. */
function activeRange({ range, isBeforeDeletion }: Finding, { document }: View): Range {
  if (isBeforeDeletion === undefined) return range;
  let { line } = range.end;
  const text = (): string => document.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });
  do line++;
  while (line < document.lineCount && text().trim() === '');
  const end = Math.min(line, document.lineCount - 1);
  return { start: { line: range.start.line, character: 0 }, end: { line: end, character: text().length } };
}

/** `edit` returns undefined if it would change nothing or cannot be computed. */
interface QuickFix {
  readonly title: string;
  readonly isPreferred: boolean;
  /** If there are many findings, quick fixes with the same key are listed once. */
  readonly key?: string;
  readonly isLarge?: boolean;
  readonly edit: () => Promise<WorkspaceEdit | undefined>;
}

function quickFixesOf(finding: Finding, fixes: readonly Fix[], view: View, edits: WorkspaceEdits): readonly QuickFix[] {
  const preferred = fixes[0]?.suits === undefined ? fixes.find(({ safe }) => safe) : fixes[0];
  const quickFixes: QuickFix[] = fixes.map((fix) => ({
    title: fix.title,
    isPreferred: fix === preferred,
    key: keyOf(fix),
    isLarge: fix.edits.length > MAX_WITH_EDITS,
    edit: () => edits.of([fix]),
  }));
  if (canRevert(view, finding))
    quickFixes.push({
      title: revertTitle(view, finding),
      isPreferred: false,
      edit: async () => edits.ofDocument(await revertElement(view, finding, fixes)),
    });
  const version = versionEdit(finding, view);
  if (version !== undefined)
    quickFixes.push({
      title: `Write ${version.text} into ${version.file}`,
      isPreferred: finding === view.tooLowVersion,
      edit: () => edits.replacing(version.file, version.range, version.text),
    });
  if (view.isProto && edits.canConfigure)
    quickFixes.push({
      title: `Disable this rule here (${finding.rule} in ${basename(view.path)})`,
      isPreferred: false,
      key: `off ${finding.rule}`,
      edit: () => edits.disabling(finding.rule),
    });
  return quickFixes;
}

function revertTitle(view: View, finding: Finding): string {
  return `Revert ${finding.element} to ${view.releaseOf(finding)}`;
}

async function actionsFor(
  finding: Finding,
  fixes: readonly Fix[],
  view: View,
  edits: WorkspaceEdits,
  capabilities: Capabilities,
): Promise<readonly CodeAction[]> {
  const diagnostics = [findingDiagnostic(finding, view.repository, capabilities)];
  const actions: CodeAction[] = [];
  const seen = new Set<string>();
  for (const { title, isPreferred, isLarge, edit: made } of quickFixesOf(finding, fixes, view, edits)) {
    const action = { title, kind: CodeActionKind.QuickFix, diagnostics, ...(isPreferred && { isPreferred }) };
    if (isLarge === true && capabilities.resolvesEdits) {
      actions.push({ ...action, data: dataOf(finding, view) });
      continue;
    }
    const edit = await made();
    const outcome = edit && outcomeOf(edit, view);
    if (edit === undefined || outcome === undefined || seen.has(outcome)) continue;
    seen.add(outcome);
    actions.push({ ...action, edit });
  }
  return actions;
}

async function actionsForMany(
  found: readonly Finding[],
  view: View,
  edits: WorkspaceEdits,
  capabilities: Capabilities,
  slice: TimeSlice,
): Promise<readonly CodeAction[]> {
  const actions: CodeAction[] = [];
  const shared = new Map<string, CodeAction>();
  const later: { readonly action: CodeAction; readonly edit: QuickFix['edit'] }[] = [];
  for (const finding of found) {
    await slice.next();
    const diagnostic = findingDiagnostic(finding, view.repository, capabilities);
    const fixes = finding.fixes();
    for (const { title, isPreferred, key, edit } of quickFixesOf(finding, fixes, view, edits)) {
      // A safe fix usually does the same as reverting.
      if (title === revertTitle(view, finding) && fixes.some(({ safe }) => safe)) continue;
      const known = key === undefined ? undefined : shared.get(key);
      if (known !== undefined) {
        known.diagnostics?.push(diagnostic);
        continue;
      }
      const action: CodeAction = { title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic] };
      if (isPreferred) action.isPreferred = true;
      if (capabilities.resolvesEdits) action.data = dataOf(finding, view);
      else later.push({ action, edit });
      if (key !== undefined) shared.set(key, action);
      actions.push(action);
    }
  }
  for (const { action, edit } of later) {
    await slice.next();
    const made = await edit();
    if (made !== undefined) action.edit = made;
  }
  return capabilities.resolvesEdits ? actions : actions.filter(({ edit }) => edit !== undefined);
}

function dataOf({ rule, element, range }: Finding, { document: { uri, version } }: View): ActionData {
  return { uri, version, rule, element, range };
}

/** Undefined if the document has changed since, or if there is no edit. */
export async function editOf(
  { title }: CodeAction,
  data: ActionData,
  view: View,
  capabilities: Capabilities,
): Promise<WorkspaceEdit | undefined> {
  const finding = view.findings.find(
    ({ rule, element, range }) =>
      rule === data.rule &&
      element === data.element &&
      range.start.line === data.range.start.line &&
      range.start.character === data.range.start.character,
  );
  if (finding === undefined || view.document.version !== data.version) return undefined;
  const quickFix = quickFixesOf(finding, finding.fixes(), view, new WorkspaceEdits(view, capabilities)).find(
    (one) => one.title === title,
  );
  return quickFix?.edit();
}

/**
 * Equal for findings that share a fix, such as one that restores several shifted numbers. If the fix has many edits, their
 * number, the first and the last are compared.
 */
function keyOf({ title, edits }: Fix): string {
  const compared = edits.length <= 8 ? edits : [edits.length, edits[0], edits.at(-1)];
  return `${title} ${JSON.stringify(compared)}`;
}

function unusedAcceptances(
  view: View,
  { range }: CodeActionParams,
  edits: WorkspaceEdits,
  capabilities: Capabilities,
): CodeAction[] {
  return view.result.problems
    .filter(
      ({ kind, file, range: place }) => kind === 'unused-acceptance' && file === view.path && overlaps(place, range),
    )
    .flatMap((problem) => {
      const removal = removeAcceptance(view.document, problem.range, view.isProto);
      const edit = edits.ofDocument(removal && [removal]);
      return edit === undefined
        ? []
        : {
            title: 'Remove this acceptance',
            kind: CodeActionKind.QuickFix,
            diagnostics: [problemDiagnostic(problem, capabilities)],
            isPreferred: true,
            edit,
          };
    });
}

function outcomeOf(edit: WorkspaceEdit, { document }: View): string {
  const changes = Object.entries(edit.changes ?? {});
  for (const change of edit.documentChanges ?? []) {
    if (!('textDocument' in change)) continue;
    const plain = change.edits.map((one): TextEdit =>
      'snippet' in one ? { range: one.range, newText: one.snippet.value } : one,
    );
    changes.push([change.textDocument.uri, plain]);
  }
  return JSON.stringify(
    changes.map(([uri, edits]) => [uri, uri === document.uri ? TextDocument.applyEdits(document, edits) : edits]),
  );
}

/** Undefined unless the finding reports or causes a declared version that is too low. */
function versionEdit(finding: Finding, view: View): { file: string; range: Range; text: string } | undefined {
  const { nextVersion, tooLowVersion: tooLow } = view;
  if (tooLow === undefined || nextVersion === null) return undefined;
  if (finding !== tooLow && finding !== view.module.forcedBy) return undefined;
  return { file: tooLow.file, range: tooLow.range, text: nextVersion };
}

async function safeFixes(view: View, slice: TimeSlice): Promise<readonly Fix[]> {
  const safe: Fix[] = [];
  for (const finding of view.findings) {
    await slice.next();
    const fix = finding.accepted === null ? finding.fixes().find((one) => one.safe) : undefined;
    if (fix !== undefined) safe.push(fix);
  }
  return safe;
}
