import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/** What the parts of Wrangler tell each other, as far as it is read here. */
export interface BusEvent {
  readonly type: string
  readonly source?: string
  readonly cause?: unknown
  readonly bundle?: { readonly sourceMapMetadata?: { readonly tmpDir?: string } }
}

/**
 * Where `.dev.vars` or the wrangler file change, Wrangler takes away the folder of its bundle, and only then ends the build that watches
 * the code. Code that is saved in the same moment, as when a branch is switched, is still built from that folder, and fails for want of it.
 * Such a failure is neither logged nor reported: the build that is on its way says what is.
 *
 * @param bus of a Wrangler
 * @param project absolute folder, from which the bundler names files
 */
export function ignoreGivenUpBuilds(bus: { dispatch: (event: never) => void }, project: string): void {
  const dispatch = bus.dispatch.bind(bus) as (event: BusEvent) => void
  let isReloading = false
  bus.dispatch = (event: BusEvent) => {
    const { type, source, cause, bundle } = event
    const isFailure = type === 'error' && source === 'BundlerController'
    if (isReloading && isFailure && lacksFolder(cause, project)) return
    const { tmpDir } = bundle?.sourceMapMetadata ?? {}
    if (type === 'configUpdate') isReloading = true
    // What comes from the folder that is no more is of the build before.
    else if (isFailure || (type === 'bundleComplete' && (tmpDir === undefined || existsSync(tmpDir))))
      isReloading = false
    dispatch(event)
  }
}

/** Of Node or of the bundler. */
interface BuildError {
  readonly path?: string
  readonly cause?: unknown
  readonly errors?: readonly { readonly text: string; readonly location: { readonly file: string } | null }[]
}

/** Whether a build failed because Wrangler has taken its folder away. */
function lacksFolder(error: unknown, project: string): boolean {
  const { path, cause, errors = [] } = (error ?? {}) as BuildError
  const named = [path, ...errors.flatMap(({ text, location }) => [text, location?.file])]
  return (
    named.some((text) => {
      const [, folder] = TEMPORARY_FOLDER.exec(text ?? '') ?? []
      return folder !== undefined && !existsSync(resolve(project, folder))
    }) ||
    (cause !== undefined && lacksFolder(cause, project))
  )
}

/** A path, or one in quotation marks. */
const TEMPORARY_FOLDER = /(?:^|")([^"]*\.wrangler[\\/]+tmp[\\/]+(?:bundle|dev)-\w+)/
