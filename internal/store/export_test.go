package store

// VerifyIn lets a test look at what it has tampered with before it is undone.
var VerifyIn = verify
