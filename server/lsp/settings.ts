import {
  type ClientSettings,
  DEFAULT_CLIENT_SETTINGS,
  type InitializationOptions,
  type LanguageSettings,
} from './protocol.ts';

/** @returns the default for each value that is missing or invalid. */
export function clientSettings(sent: unknown): ClientSettings {
  const idleDelay = property(sent, 'idleDelay');
  return {
    idleDelay:
      typeof idleDelay === 'number' && idleDelay >= 0 && idleDelay <= 5000
        ? idleDelay
        : DEFAULT_CLIENT_SETTINGS.idleDelay,
    inlayHints: { enabled: enabled(sent, 'inlayHints', DEFAULT_CLIENT_SETTINGS.inlayHints.enabled) },
    codeLens: { enabled: enabled(sent, 'codeLens', DEFAULT_CLIENT_SETTINGS.codeLens.enabled) },
    language: {
      outline: language(sent, 'outline'),
      definition: language(sent, 'definition'),
      references: language(sent, 'references'),
      hover: language(sent, 'hover'),
      completion: language(sent, 'completion'),
    },
    code: { client: folder(sent, 'client'), server: folder(sent, 'server') },
  };
}

export function initializationOptions(sent: unknown): InitializationOptions {
  const commands = property(sent, 'commands');
  const changes = property(commands, 'changes');
  const compare = property(commands, 'compare');
  const baselines = property(sent, 'baselines');
  return {
    views: property(sent, 'views') === true,
    diagnosticsInHovers: property(sent, 'diagnosticsInHovers') === true,
    commands: {
      ...(typeof changes === 'string' && { changes }),
      ...(typeof compare === 'string' && { compare }),
    },
    baselines: (Array.isArray(baselines) ? baselines : []).flatMap((entry: unknown) => {
      const repository = property(entry, 'repository');
      const ref = property(entry, 'ref');
      return typeof repository === 'string' && typeof ref === 'string' ? [{ repository, ref }] : [];
    }),
  };
}

function enabled(sent: unknown, section: string, fallback: boolean): boolean {
  const value = property(property(sent, section), 'enabled');
  return typeof value === 'boolean' ? value : fallback;
}

function language(sent: unknown, feature: keyof LanguageSettings): boolean {
  const value = property(property(sent, 'language'), feature);
  return typeof value === 'boolean' ? value : DEFAULT_CLIENT_SETTINGS.language[feature];
}

function folder(sent: unknown, role: 'client' | 'server'): string {
  const value = property(property(sent, 'code'), role);
  return typeof value === 'string' ? value : DEFAULT_CLIENT_SETTINGS.code[role];
}

function property(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? new Map(Object.entries(of)).get(name) : undefined;
}
