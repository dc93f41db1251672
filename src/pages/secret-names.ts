/**
 * A fragment with a parameter of such a name is an answer of an authorization server (RFC 6749 section 4.2.2, and what SAML, signed
 * addresses and links that sign in call theirs), or holds what is as good as a password. It was never meant for a server, and does not
 * come to ours. Names that much else has, such as `key`, count only where they are all of the name.
 */
export const SECRET_NAME =
  /(tokens?|secret|passw(or)?d|pass(phrase|code)|pwd|otp|jwt|ticket|assertion|credentials?|sig(nature)?|verifier|cookie|saml(response|art)|session[-_.]?id|(access|api|auth|encryption|private|recovery|secret|shared|signing)[-_.]?key|(access|auth\w*|backup|device|invit\w*|login|mfa|oob|recovery|reset|user|verif\w*)[-_.]?code)$|^[!/]*(auth(orization)?|bearer|code|invit(e|ation)|jsessionid|key|magic|pass|pin|response|session|sid)$/i

/** The beginning of a JWT, whatever it is called. */
export const JWT = /\beyJ[\w-]+\.eyJ/
