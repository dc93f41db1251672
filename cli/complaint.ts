/** Something that the user has to put right: a sentence for each problem, without a stack, and exit code 1. */
export class Complaint extends Error {
  readonly problems: readonly string[]

  constructor(...problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}
