"""Sign-in of people: passwords, sessions in a cookie, OpenID Connect where it is configured."""
