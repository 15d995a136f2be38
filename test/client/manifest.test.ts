import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import manifest from '../../package.json' with { type: 'json' };
import { clientSettings } from '../../server/lsp/settings.ts';
import { TOOLS } from '../../server/tools/index.ts';

const { commands, configuration, menus, views, viewsWelcome, walkthroughs } = manifest.contributes;
const OWN = new Set(commands.map(({ command }) => command));

describe('the manifest', () => {
  it.each(commands.map((each) => [each.command, each] as const))(
    '%s has a category and a title as in VS Code',
    (command, { title, category }) => {
      expect(category).toBe('Proto Compat');
      expect(command).toMatch(/^protoCompat\.[a-zA-Z]+$/);
      // VS Code capitalises the words of its own titles.
      expect(title).toMatch(/^[A-Z][a-z]+( ([A-Z][a-z]+|the|with))*$/);
    },
  );

  it.each(Object.entries(configuration.properties))('%s is described in one sentence', (_, { description }) => {
    expect(description).toMatch(/^[A-Z][^.]*(\.proto[^.]*)?\.$/);
  });

  it("has the server's settings with its defaults, and two of the client's", () => {
    const { 'protoCompat.enable': enable, 'protoCompat.trace.server': trace, ...servers } = configuration.properties;
    expect([enable.default, trace.default]).toEqual([true, 'off']);
    const defaults = clientSettings({});
    const declared = Object.entries(servers).map(([name, setting]) => [name, setting.default]);
    expect(Object.fromEntries(declared)).toEqual({
      'protoCompat.code.client': defaults.code.client,
      'protoCompat.code.server': defaults.code.server,
      'protoCompat.idleDelay': defaults.idleDelay,
      'protoCompat.inlayHints.enabled': defaults.inlayHints.enabled,
      'protoCompat.codeLens.enabled': defaults.codeLens.enabled,
      ...Object.fromEntries(
        Object.entries(defaults.language).map(([name, value]) => [`protoCompat.language.${name}`, value]),
      ),
    });
  });

  it.each(walkthroughs.flatMap(({ steps }) => steps.map((step) => [step.title, step] as const)))(
    'the step "%s" of the walkthrough is completed by its commands',
    (_, { description, media, completionEvents }) => {
      expect(completionEvents.length).toBeGreaterThan(0);
      for (const event of completionEvents) expect(event).toMatch(/^(onLanguage:proto|onCommand:protoCompat\.)/);
      for (const command of ownLinks(description)) expect(completionEvents).toContain(`onCommand:${command}`);
      expect(existsSync(media.markdown)).toBe(true);
    },
  );

  it('contributes the tools of `proto-compat mcp` with the same texts', () => {
    const contributed = manifest.contributes.languageModelTools.map((tool) => ({
      name: tool.name,
      title: tool.displayName,
      description: tool.modelDescription,
      input: tool.inputSchema,
    }));
    expect(contributed).toEqual(
      TOOLS.map(({ name, title, description, input }) => ({ name: `protoCompat_${name}`, title, description, input })),
    );
  });

  it('refers only to existing commands', () => {
    const offered = [
      ...walkthroughs.flatMap(({ steps }) => steps.flatMap(({ completionEvents }) => completionEvents)),
      ...menus['view/title'].map(({ command }) => `onCommand:${command}`),
      ...viewsWelcome.flatMap(({ contents }) => ownLinks(contents).map((command) => `onCommand:${command}`)),
    ];
    const named = offered.flatMap((event) => /^onCommand:(.*)$/.exec(event)?.[1] ?? []);
    expect(named.filter((command) => !OWN.has(command))).toEqual([]);
  });

  it('has one welcome text for each trust, setting and kind of workspace', () => {
    const [view] = views.scm;
    const met = (trusted: boolean, enabled: boolean, isVirtual: boolean): number =>
      viewsWelcome.filter(({ view: id, when }) => {
        expect(id).toBe(view?.id);
        const known = new Map([
          ['isWorkspaceTrusted', trusted],
          ['config.protoCompat.enable', enabled],
          ['virtualWorkspace', isVirtual],
        ]);
        return when.split(' && ').every((each) => known.get(each.replace(/^!/, '')) === !each.startsWith('!'));
      }).length;
    for (const trusted of [true, false])
      for (const enabled of [true, false])
        for (const isVirtual of [true, false]) expect(met(trusted, enabled, isVirtual)).toBe(1);
  });
});

function ownLinks(text: string): string[] {
  return [...text.matchAll(/\(command:(protoCompat\.\w+)/g)].map(([, command = '']) => command);
}
