package store

// VerifyIn lets a test look at what it has tampered with before it is undone.
var VerifyIn = verify

// Wrapped returns an error as an exported method would.
func Wrapped(err error) error {
	wrap(&err, "Test()")
	return err
}
