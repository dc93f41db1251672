import { describe, expect, test } from 'vitest'
import { isOneSlipAway, publicMailbox, suggestAddress } from '../../../src/login/address-suggestion.ts'

const NEARBY = ['acme.example', 'globex.com']
const suggest = (domain: string) => suggestAddress(`Jane.Doe@${domain}`, NEARBY)

test.each([
  ['two letters swapped', 'gmial.com', 'gmail.com'],
  ['two letters swapped, in capitals', 'GMIAL.com', 'gmail.com'],
  ['a letter too few', 'outlok.com', 'outlook.com'],
  ['a letter too many', 'yahooo.co.uk', 'yahoo.co.uk'],
  ['a wrong letter', 'hotmsil.com', 'hotmail.com'],
  ['two letters swapped further on', 'hotmial.com', 'hotmail.com'],
  ['an ending that no domain has', 'acme-works.con', 'acme-works.com'],
  ['another one', 'acme-works.cmo', 'acme-works.com'],
  ['one behind a subdomain', 'mail.acme-works.ogr', 'mail.acme-works.org'],
  ['a slip in the name and one in the ending', 'gmial.con', 'gmail.com'],
  ['an ending cut short', 'gmail.co', 'gmail.com'],
  ['no ending', 'gmail', 'gmail.com'],
  ['a comma for a dot', 'acme-works,com', 'acme-works.com'],
  ['a dot at the end', 'acme-works.com.', 'acme-works.com'],
  ['two dots', 'acme-works..com', 'acme-works.com'],
  ['a domain that the page shows anyway', 'amce.example', 'acme.example'],
  ['the same without its ending', 'globex', 'globex.com'],
])('%s is pointed out: %s', (_case, domain, meant) => {
  expect(suggest(domain)).toBe(`Jane.Doe@${meant}`)
})

describe('nothing is said of', () => {
  test.each([
    'acme.example',
    'globex.com',
    // Near a well-known one, and not it.
    'gmail.com',
    'email.com',
    'mail.com',
    'ymail.com',
    'cloud.com',
    // Names too short to be guessed at.
    'aon.com',
    'five.com',
    'gma.de',
    // The same name in another country.
    'yahoo.com.ar',
    'outlook.it',
    // Countries.
    'acme-works.co',
    'acme-works.cm',
    'acme-works.ne',
    // Two slips.
    'gmmaill.com',
    'bücher.example',
    'acme',
    'con',
    '__proto__.__proto__',
  ])('%s', (domain) => {
    expect(suggest(domain)).toBeUndefined()
  })
})

test('without domains nearby, none of them is told', () => {
  expect(suggestAddress('jane@amce.example', [])).toBeUndefined()
})

test.each([
  ['gmail.com', 'gmail.com'],
  ['GMX.de', 'gmx.de'],
  ['acme-works.com', undefined],
  ['mail.gmail.com', undefined],
])('a mailbox that everybody can have is told by its domain: %s', (domain, told) => {
  expect(publicMailbox(`Jane.Doe@${domain}`, NEARBY)).toBe(told)
  expect(publicMailbox(`Jane.Doe@${domain}`, [...NEARBY, domain.toLowerCase()])).toBeUndefined()
})

/** Every text that one slip makes of another, by the definition of Damerau and Levenshtein. */
function slipsOf(text: string, letters: string): Set<string> {
  const made = new Set<string>()
  for (let at = 0; at <= text.length; at += 1) {
    const [before, after] = [text.slice(0, at), text.slice(at)]
    for (const letter of letters) made.add(before + letter + after).add(before + letter + after.slice(1))
    made.add(before + after.slice(1))
    if (after.length > 1) made.add(before + after[1] + after[0] + after.slice(2))
  }
  made.delete(text)
  return made
}

test('one slip is one letter inserted, left out, replaced or swapped with its neighbour, and nothing else', () => {
  const letters = 'abc'
  let texts = ['']
  for (let length = 0; length < 4; length += 1)
    texts = [...new Set(texts.flatMap((text) => [text, ...[...letters].map((letter) => text + letter)]))]
  for (const text of texts) {
    const slips = slipsOf(text, letters)
    expect(texts.filter((other) => isOneSlipAway(text, other))).toEqual(
      texts.filter((other) => slips.has(other)),
    )
  }
})
