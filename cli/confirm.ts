import { createInterface } from 'node:readline/promises'
import { Complaint } from './complaint.ts'

/** Where a question is asked, and answered. */
export interface Asked {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean }
}

/**
 * Asks on a terminal; whatever is not a yes is a no.
 *
 * @throws {Complaint} where the answer is no, or nobody can be asked
 */
export async function confirm(
  question: string,
  // Standard output is for the answer to the command.
  { input, output }: Asked = { input: process.stdin, output: process.stderr },
): Promise<void> {
  if (!input.isTTY || !output.isTTY)
    throw new Complaint(
      `${question} Nobody can be asked here, so nothing was changed: add --yes where that is meant.`,
    )
  const asking = createInterface({ input, output })
  try {
    // Ctrl-C and Ctrl-D end it without an answer.
    const closed = new Promise<string>((done) => asking.once('close', () => done('\n')))
    const answer = await Promise.race([asking.question(`${question} [y/N] `), closed])
    if (answer === '\n') output.write('\n')
    if (!/^y(es)?$/i.test(answer.trim())) throw new Complaint('Nothing was changed.')
  } finally {
    asking.close()
  }
}
