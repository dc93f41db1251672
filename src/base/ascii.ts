/** ASCII only (RFC 4343): in Unicode the Kelvin sign is a capital k. */
export const lowerCaseAscii = (text: string): string =>
  text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
