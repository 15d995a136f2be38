import MarkdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';
import { statusText } from '../../client/status-text.ts';
import { compared, noTags, renumbered } from './samples.ts';

/** Also parses HTML and bare addresses. */
const reader = new MarkdownIt({ html: true, linkify: true });
reader.linkify.set({ fuzzyLink: false });

describe('status item', () => {
  it('shows the step to the next version, as a warning if there is an error', () => {
    const { text, alarming } = statusText(compared);
    expect(text).toBe('$(warning) 1.0.0 → 2.0.0');
    expect(alarming).toBe(true);
  });

  it('shows no warning without errors', () => {
    const { text, alarming } = statusText({ ...compared, counts: { ...compared.counts, error: 0 } });
    expect(alarming).toBe(false);
    expect(text).toBe('$(tag) 1.0.0 → 2.0.0');
  });

  it('shows only the baseline if no new version is needed', () => {
    const counts = { error: 0, warning: 0, information: 0, hint: 0, accepted: 0 };
    const none = statusText({ ...compared, counts, bump: 'none', nextVersion: '1.0.0', reasons: [] });
    expect(none.text).toBe('$(tag) 1.0.0');
    expect(none.label).toBe('Proto Compat: 1.0.0');
    const baseline = { ...compared.baseline, ref: 'main', version: null };
    expect(statusText({ ...compared, counts, baseline, nextVersion: null }).text).toBe('$(tag) main');
  });

  it('shows the location and message of a syntax error', () => {
    const unreadable = { file: 'protocols/agent.proto', line: 11, message: 'Expected a number after `id =`.' };
    const document = { file: 'protocols/agent.proto', counts: compared.counts, forces: true };
    const own = statusText({ ...compared, unreadable }, document);
    expect(own.text).toBe('$(warning) 1.0.0 → 2.0.0, unreadable at line 12');
    expect(own.label).toBe('Proto Compat: 1.0.0 → 2.0.0, unreadable at line 12, 1 error, 3 for information');
    expect(own.tooltip).toContain('The text is unreadable at line 12: Expected a number after `id =`');
    const elsewhere = statusText({ ...compared, unreadable }, { ...document, file: 'types.proto' });
    expect(elsewhere.text).toBe('$(warning) 1.0.0 → 2.0.0, unreadable at agent.proto line 12');
  });

  it('shows no warning for an unchanged file of a changed repository', () => {
    const counts = { error: 0, warning: 0, information: 0, hint: 0, accepted: 0 };
    const document = { file: 'protocols/types.proto', counts, forces: false };
    const { text, tooltip, alarming } = statusText(compared, document);
    expect(text).toBe('$(tag) types.proto unchanged · 1.0.0 → 2.0.0');
    expect(alarming).toBe(false);
    expect(tooltip).toContain(
      String.raw`types\.proto is unchanged\. The version step 1\.0\.0 → 2\.0\.0 is required by agent\.proto\.`,
    );
  });

  it('shows that a baseline was chosen', () => {
    const chosen = statusText({ ...compared, baseline: { ...compared.baseline, chosen: true } });
    expect(chosen.text).toBe('$(warning) 1.0.0 → 2.0.0 (chosen)');
    expect(chosen.command).toBe('protoCompat.showMenu');
  });

  it('lists the reasons with links to their locations', () => {
    const { tooltip } = statusText({ ...compared, moreReasons: 4 });
    const place = encodeURIComponent(JSON.stringify([renumbered.uri, renumbered.range]));
    expect(tooltip).toContain(`(command:protoCompat.showPlace?${place})`);
    expect(tooltip).toContain('1 error, 3 for information');
    expect(tooltip).toContain('- and 4 more');
    const many = statusText({ ...compared, reasons: Array.from({ length: 7 }, () => renumbered), moreReasons: 1 });
    expect(many.tooltip.match(/showPlace/g)).toHaveLength(5);
    expect(many.tooltip).toContain('- and 3 more');
  });

  it('shows what changed for each reason, not its effects', () => {
    const message = '`a: b` was `c` in 1.0.0 and is https://x now: the agent ignores it; so: nothing.';
    const { tooltip } = statusText({ ...compared, reasons: [{ ...renumbered, message }] });
    const place = encodeURIComponent(JSON.stringify([renumbered.uri, renumbered.range]));
    expect(tooltip).toContain(
      String.raw`- [CreateSandboxRequest\.sandbox\_id](command:protoCompat.showPlace?${place}): \`a: b\` was \`c\` in 1\.0\.0 and is https\:\/\/x now`.replaceAll(
        '\\`',
        '`',
      ),
    );
    expect(tooltip).not.toContain('ignores');
  });

  it('has a label for screen readers with the counts', () => {
    expect(statusText(compared).label).toBe('Proto Compat: 1.0.0 → 2.0.0, 1 error, 3 for information');
    expect(statusText(noTags).label).toBe('Proto Compat: The repository has no tags.');
  });

  it('shows how the baseline was found and the declared version', () => {
    const { tooltip } = statusText({
      ...compared,
      baseline: { ...compared.baseline, note: 'There is no trunk', chosen: true },
      declaredVersion: { version: '2', sufficient: false },
    });
    expect(tooltip).toContain('There is no trunk');
    expect(tooltip).toContain('as you chose');
    expect(tooltip).toContain('declares 2, which is **not enough**');
  });

  it('escapes Markdown, commands and HTML in names and messages', () => {
    const message = '[click](command:evil) <b>*x*</b> $(bug) `y` ` \n\n# z';
    const { tooltip } = statusText({ ...compared, reasons: [{ ...renumbered, element: '__proto__', message }] });
    expect(tooltip).toContain(String.raw`[\_\_proto\_\_](command:protoCompat.showPlace?`);
    expect(tooltip).toContain('\\[click\\]\\(command\\:evil\\) \\<b\\>\\*x\\*\\<\\/b\\> \\$\\(bug\\) `y` \\` \\# z');
  });

  it('has only its own links, whatever the names contain', () => {
    const text = 'https://example.com a@example.com www.example.com [a](command:evil) <b> `` ` &lt; \r\n# a';
    const uri = 'file:///agent/a)%20%5Bx%5D(command:evil';
    const reasons = [{ ...renumbered, element: text, message: text, uri }];
    const baseline = { ...compared.baseline, ref: text, version: null, note: text };
    const declaredVersion = { version: text, sufficient: true };
    const { tooltip } = statusText({
      ...compared,
      baseline,
      declaredVersion,
      policy: text,
      nextVersion: text,
      reasons,
    });
    const tokens = reader.parse(tooltip, {}).flatMap((token) => [token, ...(token.children ?? [])]);
    expect(tokens.filter(({ type }) => /html|image|heading|code_block|fence/.test(type))).toEqual([]);
    const addresses = tokens.filter(({ type }) => type === 'link_open').map(({ attrs }) => attrs?.[0]?.[1]);
    const place = encodeURIComponent(JSON.stringify([uri, renumbered.range]));
    expect(addresses.map((address) => decodeURIComponent(address ?? ''))).toEqual([
      decodeURIComponent(`command:protoCompat.showPlace?${place}`),
      'command:protoCompat.compareWithRelease',
      'command:protoCompat.chooseBaseline',
      'command:protoCompat.showOutput',
    ]);
  });

  it('says why nothing is compared, and offers a command that helps', () => {
    const status = statusText(noTags);
    expect(status.text).toBe('$(tag) no release');
    expect(status.command).toBe('protoCompat.fetchTags');
    expect(status.tooltip).toBe(
      'The repository has no tags\\.\n\nFetch them\\.\n\n[Fetch tags](command:protoCompat.fetchTags)',
    );
  });

  it('offers the output if no command helps', () => {
    expect(statusText({ ...noTags, action: null }).command).toBe('protoCompat.showOutput');
    const failed = statusText({ kind: 'failed', repository: 'file:///agent', message: 'git died' });
    expect(failed.command).toBe('protoCompat.showOutput');
    expect(failed.tooltip).toContain('git died');
  });
});
