import { basename } from 'node:path';

import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  ResponseError,
  type SnippetTextEdit,
  StringValue,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';

import { CONFIGURATION_FILE } from '../policy/config.ts';
import type { Finding, Range } from '../policy/result.ts';
import { combined } from '../rules/fixes/combine.ts';
import type { Fix } from '../rules/rule.ts';
import { configurationOf, ruleOffEdits } from './configuration.ts';
import { type DiagnosticAbilities, findingDiagnostic, problemDiagnostic } from './diagnostics.ts';
import { canRevert, revertElement, revertFile, textEdits } from './revert.ts';
import { takeOut } from './take-out.ts';
import type { TimeSlice } from './time-slice.ts';
import { stillUsed } from './uses.ts';
import { overlaps, type View } from './view.ts';

/** Restores everything in a file that is safe to restore. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.protoCompat`;
/** Puts a whole file back to the release. */
export const REVERT_FILE = `${CodeActionKind.Source}.revert.protoCompat`;

export interface ActionAbilities extends DiagnosticAbilities {
  /** Edits can carry the version of the document they are made for. */
  readonly documentChanges: boolean;
  /** Edits can make new files. */
  readonly newFiles: boolean;
  /** Edits can select the part of a text that is to be replaced. */
  readonly snippets: boolean;
  /** The edit of an action can be asked for when the action is chosen. */
  readonly lateEdits: boolean;
}

/** What an action whose edit is asked for later is found by. */
export interface ActionData {
  readonly uri: string;
  readonly version: number;
  readonly rule: string;
  readonly element: string;
  readonly range: Range;
}

/** Of more findings than these the ways out are only listed: two that come to the same text are not told apart. */
const FEW = 16;

/** The ways out of the findings in a range, and what can be done to the whole file. */
export async function codeActions(
  view: View,
  params: CodeActionParams,
  abilities: ActionAbilities,
  slice: TimeSlice,
): Promise<CodeAction[]> {
  const wants = (kind: string): boolean =>
    params.context.only === undefined ||
    params.context.only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`));
  const edits = new Edits(view, abilities);
  const actions: CodeAction[] = [];
  const wantsSafe = params.context.only !== undefined && wants(FIX_ALL) && view.isProto;
  const safe = wantsSafe ? await everythingSafe(view, slice) : undefined;
  if (wants(CodeActionKind.QuickFix)) {
    const found = view.findings.filter((finding) => overlaps(linesAround(finding, view), params.range));
    if (found.length > FEW) actions.push(...(await listed(found, view, edits, abilities, slice)));
    else {
      // All fixes are made before anything is waited for: a newer edit moves the trees that they are made from.
      const fixes = found.map((finding) => finding.fixes());
      for (const [index, finding] of found.entries())
        actions.push(
          ...(await quickFixes(finding, await suited(finding, fixes[index] ?? [], view), view, edits, abilities)),
        );
    }
    actions.push(...withoutUse(view, params, edits, abilities));
  }
  if (!view.isProto) return actions;
  // Without being asked for it, only what stands at the cursor is offered.
  if (safe !== undefined) {
    const edit = await edits.of(safe);
    if (edit !== undefined) {
      actions.push({ title: `Restore what is safe to restore to ${view.release}`, kind: FIX_ALL, edit });
    }
  }
  if (params.context.only !== undefined && wants(REVERT_FILE)) {
    const edit = edits.ofDocument(await revertFile(view));
    if (edit !== undefined) actions.push({ title: `Revert this file to ${view.release}`, kind: REVERT_FILE, edit });
  }
  return actions;
}

/** A light bulb is waited for. In milliseconds. */
const LONGEST_SEARCH = 300;

/** The fix that suits whether code still uses what was removed comes first, where that is found out in time. */
async function suited(finding: Finding, fixes: readonly Fix[], view: View): Promise<readonly Fix[]> {
  if (!fixes.some(({ suits }) => suits !== undefined)) return fixes;
  const { repository, result, texts } = view;
  const ending = AbortSignal.timeout(LONGEST_SEARCH);
  const found = await repository.uses.of(result, [finding], texts, ending).catch(() => undefined);
  const used = stillUsed(found?.get(finding));
  if (used === undefined) return fixes;
  const isFirst = ({ suits }: Fix): boolean => suits === (used ? 'used' : 'unused');
  return [...fixes.filter(isFirst), ...fixes.filter((fix) => !isFirst(fix))];
}

/** A gap has no text to put the cursor on: the lines on both sides of it are as good. */
function linesAround({ range, gap }: Finding, { document }: View): Range {
  if (gap === undefined) return range;
  let { line } = range.end;
  const text = (): string => document.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });
  do line++;
  while (line < document.lineCount && text().trim() === '');
  const end = Math.min(line, document.lineCount - 1);
  return { start: { line: range.start.line, character: 0 }, end: { line: end, character: text().length } };
}

/** One way out of a finding. Its edit is undefined where it would change nothing or cannot be made. */
interface WayOut {
  readonly title: string;
  readonly isPreferred: boolean;
  /** Equal for what is the same for several findings, beside fixes. */
  readonly key?: string;
  readonly edit: () => Promise<WorkspaceEdit | undefined>;
}

/** The fixes of a finding, then what the server itself knows to do about it. */
function waysOut(finding: Finding, fixes: readonly Fix[], view: View, edits: Edits): readonly WayOut[] {
  const preferred = fixes[0]?.suits === undefined ? fixes.find(({ safe }) => safe) : fixes[0];
  const ways: WayOut[] = fixes.map((fix) => ({
    title: fix.title,
    isPreferred: fix === preferred,
    edit: () => edits.of([fix]),
  }));
  if (canRevert(view, finding))
    ways.push({
      title: revertTitle(view, finding),
      isPreferred: false,
      edit: async () => edits.ofDocument(await revertElement(view, finding, fixes)),
    });
  const version = announcement(finding, view);
  if (version !== undefined)
    ways.push({
      title: `Write ${version.text} into ${version.file}`,
      isPreferred: finding === view.tooLowVersion,
      edit: () => edits.replacing(version.file, version.range, version.text),
    });
  if (view.isProto && edits.canConfigure)
    ways.push({
      title: `Disable this rule here (${finding.rule} in ${basename(view.path)})`,
      isPreferred: false,
      key: `off ${finding.rule}`,
      edit: () => edits.disabling(finding.rule),
    });
  return ways;
}

function revertTitle(view: View, finding: Finding): string {
  return `Revert ${finding.element} to ${view.releaseOf(finding)}`;
}

async function quickFixes(
  finding: Finding,
  fixes: readonly Fix[],
  view: View,
  edits: Edits,
  abilities: ActionAbilities,
): Promise<readonly CodeAction[]> {
  const diagnostics = [findingDiagnostic(finding, view.repository, abilities)];
  const actions: CodeAction[] = [];
  const seen = new Set<string>();
  for (const { title, isPreferred, edit: made } of waysOut(finding, fixes, view, edits)) {
    const edit = await made();
    // Two ways to one text are one way.
    const outcome = edit && outcomeOf(edit, view);
    if (edit === undefined || outcome === undefined || seen.has(outcome)) continue;
    seen.add(outcome);
    actions.push({ title, kind: CodeActionKind.QuickFix, diagnostics, edit, ...(isPreferred && { isPreferred }) });
  }
  return actions;
}

/** The ways out of many findings: what several of them share is listed once, with all of them. */
async function listed(
  found: readonly Finding[],
  view: View,
  edits: Edits,
  abilities: ActionAbilities,
  slice: TimeSlice,
): Promise<readonly CodeAction[]> {
  const actions: CodeAction[] = [];
  const shared = new Map<string, CodeAction>();
  const later: { readonly action: CodeAction; readonly edit: WayOut['edit'] }[] = [];
  const { version, uri } = view.document;
  for (const finding of found) {
    await slice.next();
    const diagnostic = findingDiagnostic(finding, view.repository, abilities);
    const { rule, element, range } = finding;
    const fixes = finding.fixes();
    const ways = waysOut(finding, fixes, view, edits);
    for (const [index, { title, isPreferred, key: own, edit }] of ways.entries()) {
      // What is safe to restore is restored by its fix.
      if (title === revertTitle(view, finding) && fixes.some(({ safe }) => safe)) continue;
      const fix = fixes[index];
      const key = fix === undefined ? own : keyOf(fix);
      const known = key === undefined ? undefined : shared.get(key);
      if (known !== undefined) {
        known.diagnostics?.push(diagnostic);
        continue;
      }
      const action: CodeAction = { title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic] };
      if (isPreferred) action.isPreferred = true;
      if (abilities.lateEdits) action.data = { uri, version, rule, element, range } satisfies ActionData;
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
  return abilities.lateEdits ? actions : actions.filter(({ edit }) => edit !== undefined);
}

/**
 * The edit of an action that was listed without one.
 * @returns undefined where the document has changed since, so that the action is no longer what it was.
 */
export async function editOf(
  { title }: CodeAction,
  data: ActionData,
  view: View,
  abilities: ActionAbilities,
): Promise<WorkspaceEdit | undefined> {
  const finding = view.findings.find(
    ({ rule, element, range }) =>
      rule === data.rule &&
      element === data.element &&
      range.start.line === data.range.start.line &&
      range.start.character === data.range.start.character,
  );
  if (finding === undefined || view.document.version !== data.version) return undefined;
  const way = waysOut(finding, finding.fixes(), view, new Edits(view, abilities)).find((one) => one.title === title);
  return way?.edit();
}

/** Equal for fixes that are the same one: the findings of a shift share theirs. */
function keyOf({ title, edits }: Fix): string {
  const told = edits.length <= 8 ? edits : [edits.length, edits[0], edits.at(-1)];
  return `${title} ${JSON.stringify(told)}`;
}

/** Acceptances that accept nothing can go. */
function withoutUse(view: View, { range }: CodeActionParams, edits: Edits, abilities: ActionAbilities): CodeAction[] {
  return view.result.problems
    .filter(
      ({ kind, file, range: place }) => kind === 'unused-acceptance' && file === view.path && overlaps(place, range),
    )
    .flatMap((problem) => {
      const taken = takeOut(view.document, problem.range, view.isProto);
      const edit = edits.ofDocument(taken && [taken]);
      return edit === undefined
        ? []
        : {
            title: 'Take out this acceptance',
            kind: CodeActionKind.QuickFix,
            diagnostics: [problemDiagnostic(problem, abilities)],
            isPreferred: true,
            edit,
          };
    });
}

/** What an edit makes of the document, and what it does elsewhere. */
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

/** The version file that announces too little for this finding, and what it must say. */
function announcement(finding: Finding, view: View): { file: string; range: Range; text: string } | undefined {
  const { nextVersion, tooLowVersion: tooLow } = view;
  if (tooLow === undefined || nextVersion === null) return undefined;
  if (finding !== tooLow && finding !== view.module.forcedBy) return undefined;
  return { file: tooLow.file, range: tooLow.range, text: nextVersion };
}

/** The safe fixes of all findings. */
async function everythingSafe(view: View, slice: TimeSlice): Promise<readonly Fix[]> {
  const safe: Fix[] = [];
  for (const finding of view.findings) {
    await slice.next();
    const fix = finding.accepted === null ? finding.fixes().find((one) => one.safe) : undefined;
    if (fix !== undefined) safe.push(fix);
  }
  return safe;
}

/** Turns edits of texts into edits that a client can apply. */
class Edits {
  readonly #view: View;
  readonly #abilities: ActionAbilities;

  constructor(view: View, abilities: ActionAbilities) {
    this.#view = view;
    this.#abilities = abilities;
  }

  ofDocument(edits: readonly TextEdit[] | undefined): WorkspaceEdit | undefined {
    const { uri, version } = this.#view.document;
    return edits === undefined || edits.length === 0
      ? undefined
      : this.#pack(new Map([[uri, { version, edits: [...edits] }]]));
  }

  async replacing(file: string, range: Range, newText: string): Promise<WorkspaceEdit | undefined> {
    const document = await this.#view.current(file);
    if (document === undefined) return undefined;
    const version = this.#view.isOpen(file) ? document.version : null;
    return this.#pack(new Map([[document.uri, { version, edits: [{ range, newText }] }]]));
  }

  /** Whether the configuration can be edited, and made where there is none. */
  get canConfigure(): boolean {
    return this.#abilities.documentChanges && this.#abilities.newFiles;
  }

  /** Switches a rule off for the document, in the configuration. Undefined where that cannot be edited. */
  async disabling(rule: string): Promise<WorkspaceEdit | undefined> {
    const { repository, path } = this.#view;
    const text = await configurationOf(repository);
    const uri = repository.uriOf(CONFIGURATION_FILE);
    const version = repository.documents.get(CONFIGURATION_FILE)?.version ?? null;
    try {
      const change = { textDocument: { uri, version }, edits: [...(await ruleOffEdits(repository, text, rule, path))] };
      return { documentChanges: text === undefined ? [{ kind: 'create', uri }, change] : [change] };
    } catch (error) {
      // It cannot be read as it is, which its own diagnostics say.
      if (error instanceof ResponseError) return undefined;
      throw error;
    }
  }

  /** Undefined where the fixes change nothing or cannot be applied, or a file of theirs cannot be read. */
  async of(fixes: readonly Fix[]): Promise<WorkspaceEdit | undefined> {
    const byFile = new Map<string, { start: number; end: number; text: string }[]>();
    const placeholders = new Map<string, string>();
    for (const { file, span, text, placeholder } of combined(fixes)) {
      const known = byFile.get(file);
      if (known === undefined) byFile.set(file, [{ ...span, text }]);
      else known.push({ ...span, text });
      if (placeholder !== undefined) placeholders.set(text, placeholder);
    }
    const byUri = new Map<string, { version: number | null; edits: TextEdit[] }>();
    for (const [file, edits] of byFile) {
      const document = await this.#view.current(file);
      if (document === undefined) return undefined;
      const ordered = textEdits(document, edits);
      if (ordered === undefined) return undefined;
      byUri.set(document.uri, {
        version: this.#view.isOpen(file) ? document.version : null,
        edits: [...ordered],
      });
    }
    return byUri.size === 0 ? undefined : this.#pack(byUri, placeholders);
  }

  /** @param placeholders what is to be replaced in a text, by that text. */
  #pack(
    byUri: ReadonlyMap<string, { version: number | null; edits: TextEdit[] }>,
    placeholders: ReadonlyMap<string, string> = new Map(),
  ): WorkspaceEdit {
    const { documentChanges, snippets } = this.#abilities;
    if (!documentChanges) {
      return { changes: Object.fromEntries([...byUri].map(([uri, { edits }]) => [uri, edits])) };
    }
    const asSnippet = (edit: TextEdit): TextEdit | SnippetTextEdit => {
      const placeholder = snippets ? placeholders.get(edit.newText) : undefined;
      return placeholder === undefined
        ? edit
        : { range: edit.range, snippet: StringValue.createSnippet(snippetOf(edit.newText, placeholder)) };
    };
    return {
      documentChanges: [...byUri].map(([uri, { version, edits }]) => ({
        textDocument: { uri, version },
        edits: edits.map(asSnippet),
      })),
    };
  }
}

/** As a snippet with one placeholder, which is selected after the edit. */
function snippetOf(text: string, placeholder: string): string {
  const escaped = (part: string): string => part.replace(/[\\$}]/g, '\\$&');
  const at = text.lastIndexOf(placeholder);
  return `${escaped(text.slice(0, at))}\${1:${escaped(placeholder)}}${escaped(text.slice(at + placeholder.length))}`;
}
