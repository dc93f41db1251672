/** What `onLogin` gives to let somebody not in. */
export class LoginRefusal {
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

/** Lets a person not in who has just signed in. @param message what they read, such as 'Your company has no seat left.' */
export const refuseLogin = (message: string): LoginRefusal => new LoginRefusal(message)
