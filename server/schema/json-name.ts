/** As protoc does: only ASCII letters become upper case. */
export function lowerCamelCase(name: string): string {
  if (!name.includes('_')) return name;
  // This runs for every field, so it must be fast. Codes create less garbage than strings.
  let result = '';
  let codes: number[] = [];
  let capitalize = false;
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    if (code === UNDERSCORE) {
      capitalize = true;
      continue;
    }
    codes.push(capitalize && code >= LOWER_A && code <= LOWER_Z ? code - (LOWER_A - UPPER_A) : code);
    capitalize = false;
    // The number of arguments is limited, and broken text can contain names of any length.
    if (codes.length === 1000) {
      result += String.fromCharCode(...codes);
      codes = [];
    }
  }
  return result + String.fromCharCode(...codes);
}

const UNDERSCORE = 95;
const UPPER_A = 65;
const LOWER_A = 97;
const LOWER_Z = 122;

/** `foo_bar` -> `FooBarEntry`. */
export function mapEntryName(fieldName: string): string {
  return `${lowerCamelCase(`_${fieldName}`)}Entry`;
}
