/**
 * A fragment with a parameter of such a name is an answer of an authorization server (RFC 6749 section 4.2.2, and what SAML, signed
 * addresses and links that sign in call theirs), or holds what is as good as a password. It was never meant for a server, and does not
 * come to ours. A name may end as those of lists do, `token[]` and `token[0]`. Names that much else has, such as `key`, count only where they
 * are all of the name.
 */
export const SECRET_NAME =
  /(tokens?|secret|passw(or)?d|pass(phrase|code)|pwd|otp|jwt|ticket|assertion|credentials?|sig(nature)?|verifier|cookie|saml(response|art)|sess(ion)?[-_.]?id|(access|api|auth|encryption|master|private|recovery|secret|shared|signing)[-_.]?key|(access|activation|auth\w*|backup|confirm(ation)?|device|e?mail|exchange|invit\w*|join|link|login|mfa|oob|recovery|reset|security|sign[-_.]?in|sms|time|user|verif\w*)[-_.]?code)(\[\w*\])?\W*$|^[!/]*(auth(orization)?|bearer|code|invit(e|ation)|jsessionid|key|magic|pass|pin|response|session|sid)$/i

/** The beginning of a JWT, whatever it is called. */
export const JWT = /\beyJ[\w-]+\.eyJ/
