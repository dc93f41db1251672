/** What stands for a text about a person; see `pseudonym`. */
export type Hash = (text: string) => Promise<string>

/**
 * An e-mail address with the part hashed that says who it is: the domain stays, since it tells an operator which customer it is about. Addresses
 * that differ in case are one, as identity providers have it.
 */
export async function hideAddress(address: string, hash: Hash): Promise<string> {
  const folded = address.toLowerCase()
  return `${await hash(folded)}${folded.slice(folded.lastIndexOf('@'))}`
}

/** A person by whatever they are called: an e-mail address, or else a name or a subject. */
export const hidePerson = (text: string, hash: Hash): Promise<string> =>
  text.includes('@') ? hideAddress(text, hash) : hash(text)
