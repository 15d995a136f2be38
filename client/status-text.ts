import type { Compared, FindingItem, NothingToCompare, OwnStatus, Status } from '../server/lsp/protocol.ts';
import { counted } from './counts.ts';
import { shortName } from './names.ts';

export interface StatusText {
  readonly text: string;
  /** Markdown. */
  readonly tooltip: string;
  /** For screen readers. */
  readonly label: string;
  readonly command: string;
  /** The check failed, or there are errors. */
  readonly alarming: boolean;
}

/** Takes `[uri: string, range: Range]`. Not in the command palette. */
export const SHOW_PLACE = 'protoCompat.showPlace';

/** Not in the command palette. */
export const SHOW_MENU = 'protoCompat.showMenu';

/** @param own what the document adds to the status of its module, if it adds anything */
export function statusText(status: Status, own: OwnStatus | null = null): StatusText {
  switch (status.kind) {
    case 'checking':
      return {
        text: '$(sync~spin) Proto Compat',
        tooltip: 'Comparing with the last release …',
        label: 'Proto Compat: comparing with the last release',
        command: 'protoCompat.showOutput',
        alarming: false,
      };
    case 'compared':
      return compared(status, own);
    case 'nothing':
      return nothing(status);
    case 'failed':
      return {
        text: '$(error) Proto Compat',
        tooltip: `${prose(status.message)}\n\n[Show output](command:protoCompat.showOutput)`,
        label: `Proto Compat: ${status.message}`,
        command: 'protoCompat.showOutput',
        alarming: true,
      };
  }
}

/** The workspace isn't trusted. */
export const RESTRICTED: StatusText = {
  text: '$(shield) Proto Compat',
  tooltip:
    'This folder is not trusted, so git does not run in it and nothing is compared.\n\n' +
    '[Manage trust](command:workbench.trust.manage)',
  label: 'Proto Compat: not compared, because this folder is not trusted',
  command: 'workbench.trust.manage',
  alarming: false,
};

/** The document is in a virtual workspace. */
export const VIRTUAL: StatusText = {
  text: '$(circle-slash) not compared',
  label: 'Proto Compat: not compared, because this document is not a file on this machine',
  tooltip:
    'This document is not a file on this machine, so there is no git repository to compare it with.\n\n' +
    'Open a clone of the repository to compare it with the last release.',
  command: 'workbench.action.files.openFolder',
  alarming: false,
};

export function helpingCommand(
  action: NothingToCompare['action'],
): { readonly title: string; readonly command: string } | undefined {
  switch (action) {
    case 'fetch-tags':
      return { title: 'Fetch tags', command: 'protoCompat.fetchTags' };
    case 'choose-baseline':
      return { title: 'Choose a baseline', command: 'protoCompat.chooseBaseline' };
    case 'init-repository':
      return { title: 'Initialize a repository', command: 'git.init' };
    case 'install-git':
      return { title: 'Get git', command: 'protoCompat.installGit' };
    case 'save':
      return { title: 'Save', command: 'workbench.action.files.save' };
    case 'open-configuration':
      return { title: 'Open the configuration', command: 'protoCompat.openConfiguration' };
    case null:
      return undefined;
  }
}

function compared(status: Compared, own: OwnStatus | null): StatusText {
  const { baseline, bump, nextVersion, reasons, moreReasons, declaredVersion } = status;
  const from = baseline.version ?? baseline.ref;
  const step = nextVersion === null || bump === 'none' ? from : `${from} → ${nextVersion}`;
  const release = baseline.version === null ? '' : 'the release ';
  const found = counted((group) => status.counts[group]);
  const { unreadable } = status;
  // The bump is caused by another file, and this one has no findings.
  const isElsewhere = own !== null && bump !== 'none' && !own.forces && total(own.counts) === 0;
  const alarming = (own?.counts ?? status.counts).error > 0;
  const name = own === null ? '' : fileName(own.file);
  const shown = isElsewhere ? `${name} unchanged · ${step}` : step;
  const unreadableAt =
    unreadable === null
      ? ''
      : `unreadable at ${own?.file === unreadable.file ? '' : `${fileName(unreadable.file)} `}line ${unreadable.line + 1}`;
  const paragraphs = [
    `**${escape(step)}** · ${bump === 'none' ? 'nothing to release' : `${bump} change`} · policy ${escape(status.policy)}`,
    `Compared with ${release}${escape(baseline.ref)} (${baseline.commit.slice(0, 7)})${baseline.chosen ? ', as you chose' : ''}.` +
      (declaredVersion === null ? '' : ` ${declared(declaredVersion)}`),
    ...(unreadableAt === ''
      ? []
      : [
          `${escape(`The text is ${unreadableAt}`)}: ${prose(unreadable?.message ?? '')} ` +
            'Until it is fixed, the version shown is that of the last text without errors.',
        ]),
    ...(isElsewhere
      ? [escape(`${name} is unchanged. The version step ${step} is required by ${fileName(reasons[0]?.file ?? '')}.`)]
      : []),
    ...(baseline.note === null ? [] : [prose(baseline.note)]),
    found,
    listed(reasons, moreReasons),
    [
      '[Compare with the release](command:protoCompat.compareWithRelease)',
      '[Choose the baseline](command:protoCompat.chooseBaseline)',
      '[Show output](command:protoCompat.showOutput)',
    ].join(' · '),
  ];
  return {
    // Colour must not be the only sign.
    text:
      `$(${alarming ? 'warning' : baseline.chosen ? 'pinned' : 'tag'}) ${shown}` +
      (baseline.chosen ? ' (chosen)' : '') +
      (unreadableAt === '' ? '' : `, ${unreadableAt}`),
    tooltip: paragraphs.filter((paragraph) => paragraph !== '').join('\n\n'),
    label: `Proto Compat: ${[shown, unreadableAt, found].filter((part) => part !== '').join(', ')}`,
    command: SHOW_MENU,
    alarming,
  };
}

function total(counts: Compared['counts']): number {
  return counts.error + counts.warning + counts.information + counts.hint + counts.accepted;
}

function fileName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

function nothing(status: NothingToCompare): StatusText {
  const help = helpingCommand(status.action);
  return {
    text: status.reason === 'left-out' ? '$(circle-slash) not compared' : '$(tag) no release',
    tooltip: [
      prose(status.message),
      prose(status.advice),
      ...(help === undefined ? [] : [`[${help.title}](command:${help.command})`]),
    ].join('\n\n'),
    label: `Proto Compat: ${status.message}`,
    command: help?.command ?? 'protoCompat.showOutput',
    alarming: false,
  };
}

function declared({ version, sufficient }: NonNullable<Compared['declaredVersion']>): string {
  return `The version file declares ${escape(version)}, which is ${sufficient ? 'enough' : '**not enough**'}.`;
}

const MAX_REASONS = 5;

function listed(reasons: readonly FindingItem[], moreReasons: number): string {
  const more = moreReasons + Math.max(reasons.length - MAX_REASONS, 0);
  return [...reasons.slice(0, MAX_REASONS).map(reason), ...(more === 0 ? [] : [`- and ${more} more`])].join('\n');
}

function reason(finding: FindingItem): string {
  // A parenthesis in the file's name would end the link.
  const place = encodeURIComponent(JSON.stringify([finding.uri, finding.range])).replace(/[()]/g, (parenthesis) =>
    parenthesis === '(' ? '%28' : '%29',
  );
  return `- [${escape(shortName(finding))}](command:${SHOW_PLACE}?${place}): ${prose(factOf(finding))}`;
}

/** The part of a message before its first colon. A colon in a name doesn't count. */
function factOf({ message }: FindingItem): string {
  return /^(?:`[^`\n]*`|[^`:]|:(?! ))+(?=: )/.exec(message)?.[0] ?? message;
}

/** Escapes everything except names in backticks. */
function prose(message: string): string {
  return message.replace(/`([^`\n]+)`|[^`]+|`/g, (part, code?: string) => (code === undefined ? escape(part) : part));
}

/** For Markdown, on one line. */
function escape(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()#+\-.!<>|~$&:/@]/g, '\\$&')
    .replace(/\s+/g, (run) => (run.includes('\n') ? ' ' : run));
}
