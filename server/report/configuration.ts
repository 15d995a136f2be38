import { CONFIGURATION } from '../policy/config.ts';
import { DEFAULT_SETTINGS, type Settings } from '../policy/settings.ts';
import { SCHEMA } from './address.ts';

/** Examples are in comments. */
export function configurationText(settings: Settings): string {
  const given: string[] = [`  "$schema": ${JSON.stringify(SCHEMA)}`];
  const possible: string[] = [];
  for (const [name, shape] of Object.entries(CONFIGURATION.properties ?? {})) {
    if (name === '$schema') continue;
    const key = name as keyof Settings; // Except for `$schema`, CONFIGURATION has exactly the properties of Settings.
    const value = settings[key];
    const isDefault = JSON.stringify(value) === JSON.stringify(DEFAULT_SETTINGS[key]);
    const member = (shown: unknown) => `${JSON.stringify(name)}: ${JSON.stringify(shown)}`;
    if (!isDefault || name === 'policy') given.push(`  // ${shape.description ?? ''}\n  ${member(value)}`);
    else if (shape.examples?.[0] !== undefined)
      possible.push(`  // ${shape.description ?? ''}\n  // ${member(shape.examples[0])}`);
  }
  return `{\n${given.join(',\n\n')}\n\n${possible.join('\n\n')}\n}\n`;
}
