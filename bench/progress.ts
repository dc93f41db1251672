/** Tells whoever waits what is being done; results go elsewhere. */
export const progress = (doing: string): void => {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${doing}\n`)
}
