/** The part of docs/cli.md with what `gatehouse doctor` said of a project with mistakes. */
const PART = /(<!-- made by npm run docs: doctor -->\n).*?(<!-- end -->)/s

/** @param said what the command wrote to standard output, without colours */
export const withRun = (page: string, said: string): string =>
  page.replace(
    PART,
    (_, start: string, end: string) =>
      `${start}\n\`\`\`text\n$ npx gatehouse doctor --offline\n${anywhere(said).trimEnd()}\n\`\`\`\n\n${end}`,
  )

/** Versions are those of the machine. */
const anywhere = (said: string) => said.replace(/(?<=Node, Wrangler +)\S+, \S+/, '24.21.0, 4.155.0')
