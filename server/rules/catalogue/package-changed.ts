import type { Source } from '../../effects/effect.ts';
import type { File, Service } from '../../schema/model.ts';
import { measureRenamedCalls, callPhrases, haveMethods } from '../subjects/calls.ts';
import { withoutLoss, NOBODY } from '../measure.ts';
import { nameOfFile } from '../place.ts';
import { revertPackage } from '../fixes/names.ts';
import type { Rule } from '../rule.ts';
import { findPacked, measureName, PHRASES_FOR_NAMES } from '../subjects/type-names.ts';
import { inAny, quote, findingMessage } from '../words.ts';
import { showCall } from '../witnesses/call.ts';
import { showLostMessage } from '../witnesses/message.ts';

export default {
  id: 'package-changed',
  title: 'Package was renamed',
  docs: `
## What it means
The package of a file has another name than in the release, so the full names of all its declarations changed. The path of every
call is \`/package.Service/Method\`.

## Who breaks
If a service of the file has methods in both versions, both pairings: each side's client calls a path that the other side's
server does not know. If messages are packed into a \`google.protobuf.Any\`, neither side can unpack what the other packs, because
an Any carries the full name. Otherwise, no peer, because a call does not carry the names of messages. Of the languages that are
checked (Go, Python, Rust, TypeScript), only code in Rust with prost no longer compiles: prost's modules have the name of the
package.

## What to do instead
Keep the released package. For a new major version, put a copy into a package of its own (\`agent.v2\`) and serve both for as long
as the release is supported.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#packages',
  buf: [
    'FILE_SAME_PACKAGE',
    'PACKAGE_NO_DELETE',
    'MESSAGE_NO_DELETE',
    'ENUM_NO_DELETE',
    'SERVICE_NO_DELETE',
    'PACKAGE_MESSAGE_NO_DELETE',
    'PACKAGE_ENUM_NO_DELETE',
    'PACKAGE_SERVICE_NO_DELETE',
    'EXTENSION_NO_DELETE',
    'PACKAGE_EXTENSION_NO_DELETE',
    'FIELD_SAME_TYPE',
    'RPC_SAME_REQUEST_TYPE',
    'RPC_SAME_RESPONSE_TYPE',
  ],
  isProtocolChange: true,
  on: 'file',
  check(pair, context) {
    if (pair.status !== 'kept' || pair.old.package === pair.new.package || pair.new.node.damage.header)
      return undefined;
    if (pair.new.node.declarations.length === 0) return undefined;
    const service = calledServices(pair.old, pair.new)?.old;
    const packed = findPacked(pair.old.messages, context.diff);
    const measured =
      service !== undefined
        ? measureRenamedCalls(RENAMED_MODULE)
        : packed !== undefined
          ? measureName(packed.carriers, RENAMED_MODULE)
          : withoutLoss(NOBODY, RENAMED_MODULE);
    const path = (name: string): string => `/${name === '' ? '' : `${name}.`}${service?.name ?? ''}/…`;
    const [oldPackage, newPackage] = [pair.old.package, pair.new.package].map((name) =>
      name === '' ? 'none' : quote(name),
    );
    const fact = `the package was ${String(oldPackage)} in ${context.words.baseline} and is ${String(newPackage)} now`;
    return {
      element: pair.new.package,
      place: nameOfFile(pair.new),
      baseline: nameOfFile(pair.old),
      impact: measured.impact,
      message:
        service === undefined && packed !== undefined
          ? findingMessage(
              `${fact}, and with it the full name of ${quote(packed.message.name)}`,
              measured,
              context,
              PHRASES_FOR_NAMES,
            )
          : findingMessage(fact, measured, context, callPhrases(path(pair.old.package), path(pair.new.package))) +
            inAny(context),
    };
  },
  fixes: (pair, context) => (pair.status === 'kept' ? revertPackage(pair.old, pair.new, context) : []),
  witness({ status, old, new: edited }, scenario) {
    if (status !== 'kept') return undefined;
    // Any method is an example, because all paths changed.
    const services = calledServices(old, edited);
    if (services !== undefined) return showCall(services.old.methods[0], services.new.methods[0], scenario);
    const packed = findPacked(old.messages, scenario.context.diff);
    return packed && showLostMessage(packed, scenario);
  },
} satisfies Rule<'file'>;

function calledServices(old: File, edited: File): { readonly old: Service; readonly new: Service } | undefined {
  for (const service of old.services) {
    const other = edited.services.find(({ name }) => name === service.name);
    if (other !== undefined && haveMethods(service, other)) return { old: service, new: other };
  }
  return undefined;
}

/** Of the checked generators, only prost names the generated module after the package. */
const RENAMED_MODULE: Source = ['rust'];
