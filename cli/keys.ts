import type { Command } from 'commander'
import { newKeys } from '../src/crypto/new-keys.ts'

export function addKeys(program: Command): void {
  const keys = program.command('keys').description('the keys that sign sessions and assertions')
  keys
    .command('new')
    .description('makes a value for GATEHOUSE_KEYS; it is JSON with and without --json')
    .addHelpText('after', '\n  npx gatehouse keys new | npx wrangler secret put GATEHOUSE_KEYS')
    .action(async () => console.log(await newKeys()))
}
