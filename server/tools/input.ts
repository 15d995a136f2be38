import path from 'node:path';
import { CannotRun } from '../check/cannot-run.ts';
import { type CheckResult, isBaseline } from '../check/result.ts';
import { didYouMean } from '../policy/did-you-mean.ts';
import { PRESETS } from '../policy/settings.ts';
import { list } from '../rules/words.ts';
import type { Input, InputSchema, Property, Reader, Tool, ToolContext } from './tool.ts';

export const REPOSITORY: Property = {
  type: 'string',
  description:
    'A folder or file in the git repository, absolute or relative to the first folder that the tools may read. That folder by default.',
};
export const PATHS: Property = {
  type: 'array',
  items: { type: 'string' },
  description: "Files or folders to check, relative to the repository's top folder. The whole repository by default.",
};
export const FROM: Property = {
  type: 'string',
  description: 'The tag, branch or commit to compare with. The last release by default.',
};
export const TO: Property = {
  type: 'string',
  description: 'The tag, branch or commit to check. The working tree by default, including uncommitted changes.',
};
export const POLICY: Property = {
  type: 'string',
  enum: Object.keys(PRESETS),
  description: 'Use this policy instead of the configured one.',
};

/** @throws CannotRun with what would be valid */
export function parseInput({ name, input: schema }: Tool, given: unknown): Input {
  const members = Object.entries(typeof given === 'object' && given !== null ? given : {});
  for (const [key, value] of members) {
    const property = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    if (property === undefined) {
      const keys = Object.keys(schema.properties);
      throw new CannotRun(
        `${name} has no parameter ${JSON.stringify(key)}${didYouMean(key, keys)}; its parameters are ${list(keys)}.`,
      );
    }
    if (!fits(value, property)) throw new CannotRun(`${key} must be ${expected(property)}.`);
  }
  const missing = schema.required?.find((key) => !members.some(([given]) => given === key));
  if (missing !== undefined) throw new CannotRun(`${name} needs ${JSON.stringify(missing)}.`);
  return Object.fromEntries(members);
}

function fits(value: unknown, property: Property): boolean {
  switch (property.type) {
    case 'array':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'boolean':
      return typeof value === 'boolean';
    case 'string':
      return typeof value === 'string' && value !== '' && (property.enum?.includes(value) ?? true);
  }
}

function expected(property: Property): string {
  if (property.type === 'array') return 'a list of strings';
  if (property.type === 'boolean') return 'true or false';
  return property.enum === undefined ? 'a string that is not empty' : list(property.enum, 'or');
}

export function inputSchema(properties: InputSchema['properties'], required?: readonly string[]): InputSchema {
  return { type: 'object', properties, ...(required && { required }), additionalProperties: false };
}

export function text(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}

/**
 * @throws CannotRun if a path is outside the repository, if a ref starts with a hyphen, or if no module has a baseline
 */
export async function compare(project: Reader, input: Input, signal: ToolContext['signal']): Promise<CheckResult> {
  const [from, to, policy] = [text(input, 'from'), text(input, 'to'), text(input, 'policy')];
  for (const ref of [from, to]) {
    if (ref?.startsWith('-') === true) throw new CannotRun(`${ref} is not the name of a tag, branch or commit.`);
  }
  const paths = Array.isArray(input['paths']) ? (input['paths'] as readonly string[]) : [];
  const result = await project.check({
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(policy !== undefined && { policy }),
    ...(paths.length > 0 && { paths: paths.map((given) => inRepository(project.root, given)) }),
    signal,
  });
  const missing = result.modules.flatMap(({ baseline }) => (isBaseline(baseline) ? [] : baseline));
  const [first] = missing;
  // A result without findings would look as if nothing broke.
  if (first !== undefined && missing.length === result.modules.length)
    throw new CannotRun(`${first.message} ${first.advice}`);
  return result;
}

/** Relative to the repository, with forward slashes. */
function inRepository(root: string, given: string): string {
  const relative = path.relative(root, path.resolve(root, given));
  if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative))
    throw new CannotRun(`${given} is outside the repository ${root}; name files or folders inside it.`);
  return relative.split(path.sep).join('/');
}
