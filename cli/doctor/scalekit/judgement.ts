import type { Finding } from '../finding.ts'
import type { Project } from '../project.ts'
import type { ScalekitAnswers } from './answers.ts'

/** What the answers of an environment mean for a project. */
export type Judgement = (answers: ScalekitAnswers, project: Project) => readonly Finding[]

/** A judgement, with the id and the title of its check. */
export type NamedJudgement = readonly [id: string, title: string, judge: Judgement]

/** Where redirect URLs are registered. */
export const REDIRECTS = 'Scalekit dashboard > Authentication > Redirects'
