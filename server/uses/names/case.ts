/** `fs_group_2x` -> `FsGroup2X` */
export function upperCamelCase(name: string): string {
  return upperFirst(
    name
      .replace(/(\d)([a-z])/g, (_, digit: string, letter: string) => digit + letter.toUpperCase())
      .replace(/_+(.?)/g, (_, letter: string) => letter.toUpperCase()),
  );
}

/** `fs_group_2x` -> `FsGroup2x`, `FSGroup` -> `FsGroup`, as in the Rust crate heck. */
export function upperCamelCaseByWords(name: string): string {
  return words(name)
    .map((word) => upperFirst(word.toLowerCase()))
    .join('');
}

/** `WatchIPStream` -> `watch_ip_stream` */
export function snakeCase(name: string): string {
  return words(name)
    .map((word) => word.toLowerCase())
    .join('_');
}

/** `WatchIPStream` -> `watch_i_p_stream` */
export function snakeCaseByLetters(name: string): string {
  return name.replace(/(?!^)([A-Z])/g, '_$1').toLowerCase();
}

/** `IPList` -> `ipList` */
export function lowerFirstWord(name: string): string {
  return name.replace(/^(?:[A-Z]+(?=[A-Z][a-z]|$)|[A-Z])/, (run) => run.toLowerCase());
}

export function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

export function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** `ORDER_STATE_PAID` of the enum `OrderState` -> `PAID` */
export function withoutEnumPrefix(value: string, enumName: string): string {
  const prefix = `${snakeCase(enumName).toUpperCase()}_`;
  const rest = value.toUpperCase().startsWith(prefix) ? value.slice(prefix.length) : value;
  // `VERSION_1` of `Version` keeps its prefix, because `1` isn't an identifier.
  return /^[A-Za-z_]/.test(rest) ? rest : value;
}

function words(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .split('_')
    .filter((word) => word !== '');
}
