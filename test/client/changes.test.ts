import { describe, expect, it } from 'vitest';
import { changesOf, stepOf, textOf, uriOf } from '../../client/changes.ts';
import { shortName } from '../../client/names.ts';
import { compared, finding, noTags } from './samples.ts';

describe('tree of changes', () => {
  const tree = (...findings: ReturnType<typeof finding>[]) =>
    changesOf({ status: compared, findings, modules: [], problems: [] });

  it('groups by severity and file, and keeps the order of the findings in a file', () => {
    const groups = tree(
      finding({ severity: 'information', file: 'a.proto', element: 'a.First' }),
      finding({ severity: 'error', file: 'a.proto', element: 'a.Second' }),
      finding({ severity: 'error', file: 'b.proto', element: 'b.Third' }),
      finding({ severity: 'error', file: 'a.proto', element: 'a.Fourth' }),
    );
    expect(
      groups.map((group) =>
        group.kind === 'group'
          ? [
              group.label,
              group.count,
              group.children.map(({ file, children }) => [file, children.map((leaf) => leaf.finding.element)]),
            ]
          : [],
      ),
    ).toEqual([
      [
        'Errors',
        3,
        [
          ['a.proto', ['a.Second', 'a.Fourth']],
          ['b.proto', ['b.Third']],
        ],
      ],
      ['For information', 1, [['a.proto', ['a.First']]]],
    ]);
  });

  it('keeps accepted findings separate', () => {
    const groups = tree(finding({ severity: 'hint', accepted: { reason: 'planned' } }), finding({ severity: 'hint' }));
    expect(groups).toMatchObject([
      { group: 'hint', count: 1 },
      { group: 'accepted', count: 1 },
    ]);
  });

  it('has a node for each changed module if there are several', () => {
    const findings = [
      finding({ severity: 'error', file: 'api/a.proto', element: 'a.First' }),
      finding({ severity: 'information', file: 'b.proto', element: 'b.Second' }),
    ];
    const modules = [
      { prefix: '', status: { ...compared, nextVersion: '1.1.0' }, findings: [1] },
      { prefix: 'api/', status: compared, findings: [0] },
      { prefix: 'sdk/', status: noTags, findings: [] },
    ];
    expect(changesOf({ status: compared, findings, modules, problems: [] })).toMatchObject([
      { kind: 'module', prefix: '', description: '1.0.0 → 1.1.0', children: [{ group: 'information', count: 1 }] },
      { kind: 'module', prefix: 'api/', description: '1.0.0 → 2.0.0', children: [{ group: 'error', count: 1 }] },
    ]);
    // A single module is the repository itself.
    expect(changesOf({ status: compared, findings, modules: modules.slice(0, 1), problems: [] })).toMatchObject([
      { kind: 'group' },
      { kind: 'group' },
    ]);
  });

  it('copies a group as one line for each finding', () => {
    const [group] = tree(
      finding({ severity: 'error', file: 'a.proto', message: 'One.', rule: 'field-removed' }),
      finding({ severity: 'error', file: 'b.proto', message: 'Two.', rule: 'field-renamed' }),
    );
    const { line } = finding({}).range.start;
    expect(group && textOf(group)).toBe(
      `a.proto:${line + 1}: error: One. [field-removed]\nb.proto:${line + 1}: error: Two. [field-renamed]`,
    );
  });

  it('compares a file or the file of a finding with the release, but not a group', () => {
    const [group] = tree(finding({}));
    expect(group && uriOf(group)).toBeUndefined();
    const [file] = group !== undefined && 'children' in group ? group.children : [];
    const [leaf] = file !== undefined && 'children' in file ? file.children : [];
    expect(file && uriOf(file)).toBe(finding({}).uri);
    expect(leaf && uriOf(leaf)).toBe(finding({}).uri);
  });

  it('says why it is empty', () => {
    expect(tree()).toEqual([{ kind: 'note', label: 'No changes since 1.0.0.' }]);
    expect(changesOf({ status: noTags, findings: [], modules: [], problems: [] })).toEqual([
      { kind: 'note', label: 'The repository has no tags.' },
      { kind: 'note', label: 'Fetch them.' },
      { kind: 'note', label: 'Fetch tags', command: 'protoCompat.fetchTags' },
    ]);
    expect(changesOf({ status: { ...noTags, action: null }, findings: [], modules: [], problems: [] })).toHaveLength(2);
  });

  it('shows the next version only if it is needed', () => {
    expect(stepOf({ status: compared })).toBe('1.0.0 → 2.0.0');
    expect(stepOf({ status: { ...compared, bump: 'none' } })).toBe('1.0.0');
    expect(stepOf({ status: noTags })).toBe('');
  });

  it('shortens the names of elements, but not of files', () => {
    expect(shortName({ element: 'a.b.Request.name', file: 'a.proto' })).toBe('Request.name');
    expect(shortName({ element: 'a.b.proto', file: 'a.b.proto' })).toBe('a.b.proto');
  });
});
