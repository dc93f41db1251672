/** Something that the user has to put right: a sentence for each problem, without a stack, and exit code 1. */
export class Complaint extends Error {
  readonly problems: readonly string[]

  constructor(...problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

/** The end of a command that has said all that there is to say. */
export class ExitCode extends Error {
  readonly code: number

  constructor(code: number) {
    super(`exit code ${code}`)
    this.code = code
  }
}
