/* The kind of a token of one character is its code. */
export const SEMICOLON = 59;
export const OPEN_BRACE = 123;
export const CLOSE_BRACE = 125;
export const OPEN_BRACKET = 91;
export const CLOSE_BRACKET = 93;
export const OPEN_PAREN = 40;
export const CLOSE_PAREN = 41;
export const LESS = 60;
export const GREATER = 62;
export const EQUALS = 61;
export const COMMA = 44;
export const COLON = 58;
export const MINUS = 45;
export const DOT = 46;
export const SLASH = 47;
