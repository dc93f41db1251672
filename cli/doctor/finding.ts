import type { Project } from './project.ts'

/** How something that was looked at stands. Problems keep a set-up from being sound, warnings do not. */
export type Status = 'ok' | 'warning' | 'problem' | 'skipped'

export type Finding =
  /** In a line: what is there. */
  | { readonly status: 'ok'; readonly found: string }
  /** Why nobody looked. */
  | { readonly status: 'skipped'; readonly found: string }
  | Trouble

export interface Trouble {
  readonly status: 'warning' | 'problem'
  readonly found: string
  /** What follows from it. */
  readonly why: string
  /** A command, or what to write or click where. */
  readonly remedy: string
  /** What `--fix` does, where it can be done here. */
  readonly fix?: Fix
}

/** A change of one file that is the remedy. */
export interface Fix {
  /** Absolute; it need not be there. */
  readonly file: string
  /** @returns the text with the change, or `undefined` where it cannot be made without changing something else */
  readonly change: (text: string | undefined) => string | undefined
}

/** Something to look at. What is looked at has been read before, so that local checks are functions of data. */
export interface Check {
  /** For scripts, and the same for ever: `run-worker-first`. */
  readonly id: string
  /** For people, in a few words. */
  readonly title: string
  /** Where its answer comes from: the files here, the files that only this machine's development uses, or other machines. */
  readonly asks: 'project' | 'development' | 'network'
  /** @returns one that is `ok` or `skipped`, or every trouble that there is */
  readonly judge: (project: Project) => readonly Finding[] | Promise<readonly Finding[]>
}

/** A finding with the check that it is of. */
export type Reported = Finding & Pick<Check, 'id' | 'title'>

export const sound = (found: string): readonly Finding[] => [{ status: 'ok', found }]
export const skipped = (found: string): readonly Finding[] => [{ status: 'skipped', found }]

/** For checks that go by the rules and sites. */
export const needsConfig = skipped('needs a valid gatehouse.config.ts')

/** What is wrong, or else what was found in order. */
export const orSound = (troubles: readonly Trouble[], found: string): readonly Finding[] =>
  troubles.length > 0 ? troubles : sound(found)

type Said = Omit<Trouble, 'status'>
export const problem = (said: Said): Trouble => ({ status: 'problem', ...said })
export const warning = (said: Said): Trouble => ({ status: 'warning', ...said })
