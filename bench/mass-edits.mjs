/**
 * A file with thousands of edits of one kind, or with one edit among thousands of elements.
 * @typedef {object} MassEdit
 * @property {string} name
 * @property {string} what a description in one line
 * @property {number} count how many elements the file has at full size
 * @property {string} rule that must report it
 * @property {(count: number, isEdited: boolean) => string} text
 */

const HEAD = 'syntax = "proto3";\n\npackage bench.mass;\n\n';
const SERVICE = `${HEAD}service MassService {\n  rpc Get(All) returns (All);\n}\n\n`;

/** @type {readonly MassEdit[]} */
export const MASS_EDITS = [
  {
    name: 'renumbered',
    what: '5,000 renumbered fields of one message',
    count: 5000,
    rule: 'field-renumbered',
    text: (count, isEdited) =>
      `${SERVICE}${message('All', count, (at) => `int32 value_${at} = ${at + 1 + (isEdited ? count + 20_000 : 0)};`)}`,
  },
  {
    name: 'renamed',
    what: '5,000 renamed messages',
    count: 5000,
    rule: 'message-renamed',
    text(count, isEdited) {
      const name = (/** @type {number} */ at) => `${isEdited ? 'Renamed' : 'Message'}${at}`;
      const all = message('All', count, (at) => `${name(at)} m${at} = ${at + 1};`);
      const messages = list(count, (at) => {
        const fields = [`string name_${at} = 1;`, `int32 value_${at} = 2;`, 'bool is_on = 3;'];
        return message(name(at), fields.length, (field) => fields[field] ?? '');
      });
      return `${SERVICE}${all}${messages}`;
    },
  },
  {
    name: 'oneofs',
    what: '2,000 removed oneofs of one message',
    count: 2000,
    rule: 'oneof-removed',
    text: (count, isEdited) =>
      `${SERVICE}${message('All', count, (at) => {
        const fields = `int32 a_${at} = ${2 * at + 1}; string b_${at} = ${2 * at + 2};`;
        return isEdited ? fields : `oneof choice_${at} { ${fields} }`;
      })}`,
  },
  {
    name: 'values',
    what: 'an enum of 50,000 values, one of them renumbered',
    count: 50_000,
    rule: 'enum-value-renumbered',
    text(count, isEdited) {
      const number = (/** @type {number} */ at) => (isEdited && at === count - 1 ? count + 7 : at);
      const values = list(count, (at) => `  VALUE_${at} = ${number(at)};\n`);
      return `${SERVICE}message All {\n  Kind kind = 1;\n}\n\nenum Kind {\n${values}}\n`;
    },
  },
  {
    name: 'fields',
    what: 'a message of 100,000 fields, one of them with another type',
    count: 100_000,
    rule: 'field-type-changed',
    text: (count, isEdited) =>
      `${SERVICE}${message('All', count, (at) => {
        // Protobuf reserves 19000 to 19999.
        const number = at + 1 + (at >= 18_999 ? 1000 : 0);
        return `${isEdited && at === count - 1 ? 'string' : 'int32'} value_${at} = ${number};`;
      })}`,
  },
];

/**
 * @param {string} name
 * @param {number} count
 * @param {(at: number) => string} member
 */
function message(name, count, member) {
  return `message ${name} {\n${list(count, (at) => `  ${member(at)}\n`)}}\n\n`;
}

/**
 * @param {number} count
 * @param {(at: number) => string} item
 */
function list(count, item) {
  return Array.from({ length: count }, (_, at) => item(at)).join('');
}
