/**
 * In this repository there is no package that `npx` would find: its script runs the command from the source, and is what one types.
 *
 * @param env of the process, in which npm says what it runs, and of which package
 */
export function isOwnScript({ npm_package_name: name, npm_lifecycle_event: script = '' }: NodeJS.ProcessEnv) {
  return name === 'gatehouse-sso' && ['gatehouse', 'dev', 'deploy'].includes(script)
}

/** Commands in a text, as one has to type them in this repository. */
export const asTypedHere = (text: string): string =>
  text.replaceAll('npx gatehouse', 'npm run -s gatehouse --')

type Write = NodeJS.WriteStream['write']

/** Has a stream say commands in that way. */
export function sayAsTypedHere(stream: { write: Write }): void {
  const write = stream.write.bind(stream) as (...what: readonly unknown[]) => boolean
  stream.write = ((text: unknown, ...more: readonly unknown[]) =>
    write(typeof text === 'string' ? asTypedHere(text) : text, ...more)) as Write
}
