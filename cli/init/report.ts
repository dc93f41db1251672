export type Outcome = 'written' | 'shown' | 'nothing'

/** What is said at the end. */
export interface Report {
  readonly outcome: Outcome
  readonly files: readonly { readonly path: string; readonly isNew: boolean }[]
  /** Steps that are left to the user, in sentences. */
  readonly yours: readonly string[]
  readonly notes: readonly string[]
  readonly next: readonly string[]
}

export function inWords({ outcome, files, yours, notes, next }: Report): string {
  const lines = [
    {
      nothing: yours.length === 0 ? 'Nothing to do: Gatehouse is set up here.' : 'Nothing to write.',
      shown: 'Nothing was written.',
      written: `Wrote ${files.map(({ path }) => path).join(', ')}.`,
    }[outcome],
    ...notes,
    ...(yours.length === 0
      ? []
      : [yours.length === 1 ? 'One step is left to you:' : 'These steps are left to you:', ...yours]),
    '',
    'Next:',
    ...next.map((step, index) => `${index + 1}. ${step}`),
  ]
  return lines.join('\n')
}

/** The same for a script. */
export function inJson({ files, ...report }: Report): object {
  const key = report.outcome === 'written' ? 'did' : 'would'
  return {
    ...report,
    files: files.map(({ path, isNew }) => ({
      path,
      [key]: report.outcome === 'written' ? (isNew ? 'created' : 'changed') : isNew ? 'create' : 'change',
    })),
  }
}
