import { type Command, InvalidArgumentError, Option } from 'commander'
import { inColumns } from './columns.ts'
import { askScalekit, orComplain, type ScalekitOptions, scalekitCommand } from './scalekit/command.ts'
import type { Connection, Management } from './scalekit/management.ts'
import { inJson, progress } from './terminal.ts'
import { examples, parseOrganization } from './usage.ts'

interface Options extends ScalekitOptions {
  readonly org?: string
  readonly domain?: string
}

export function addConnections(program: Command): void {
  scalekitCommand(
    program,
    'connections',
    'lists connections to identity providers, and says whether people can sign in by them',
  )
    .addOption(
      new Option('--org <id>', 'those of one organization, org_…')
        .argParser(parseOrganization)
        .conflicts('domain'),
    )
    .option(
      '--domain <domain>',
      'those for the e-mail addresses of one domain, such as acme.com',
      parseDomain,
    )
    .addHelpText(
      'after',
      examples(
        'npx gatehouse connections',
        'npx gatehouse connections --org org_12345678901234567',
        'npx gatehouse connections --domain acme.com',
      ),
    )
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      const connections = await find(await askScalekit(options), options)
      const listed = connections.map((connection) => ({ ...connection, means: meaningOf(connection) }))
      if (options.json) console.log(inJson({ connections: listed }))
      else if (listed.length === 0) console.log(noneInWords(options))
      else
        console.log(
          inColumns(
            ['organization', 'name', 'connection', 'kind', 'status', ''],
            listed.map((each) => [
              each.organizationId,
              each.organizationName,
              each.id,
              `${each.provider} ${each.type}`,
              each.enabled ? each.status : `${each.status}, disabled`,
              each.means,
            ]),
          ),
        )
    })
}

function parseDomain(text: string): string {
  const domain = text.toLowerCase()
  if (/^([a-z0-9-]+\.)+[a-z0-9-]+$/.test(domain)) return domain
  throw new InvalidArgumentError('Write the part of an e-mail address behind the @, such as acme.com.')
}

/** The API takes an organization or a domain, so all of them are asked for one after the other. */
async function find(management: Management, { org, domain }: Options): Promise<readonly Connection[]> {
  if (domain !== undefined) return orComplain(await management.connections({ domain }))
  if (org !== undefined) {
    const connections = orComplain(await management.connections({ organizationId: org }))
    // Of an unknown organization there is none either.
    if (connections.length === 0) orComplain(await management.organization(org))
    return connections
  }
  const organizations = orComplain(await management.organizations())
  const all: Connection[] = []
  for (const [at, { id }] of organizations.entries()) {
    if (at > 0 && at % 20 === 0) progress(`${at} of ${organizations.length} organizations …`)
    all.push(...orComplain(await management.connections({ organizationId: id })))
  }
  return all
}

/** What a status means for the people of the organization. */
export function meaningOf({ status, enabled, organizationId }: Connection): string {
  if (status !== 'COMPLETED')
    return `nobody can sign in: the set-up is not finished, and goes on with npx gatehouse portal-link ${organizationId}`
  return enabled
    ? 'people can sign in'
    : 'nobody can sign in: it is disabled, and their administrator or the Scalekit dashboard enables it'
}

function noneInWords({ org, domain }: Options): string {
  if (domain !== undefined)
    return `No connection is for ${domain}: no organization has registered exactly this domain, or the one that has it has no connection.`
  return org === undefined
    ? 'No organization has a connection.'
    : `${org} has no connection: npx gatehouse portal-link ${org} is where its administrator makes one.`
}
