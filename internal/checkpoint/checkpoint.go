// Package checkpoint signs the heads of a log, reads them again, and makes and checks the proofs by which two heads, or a
// head and an entry, belong to one log. The log is a Merkle tree of RFC 6962, section 2.1; a checkpoint is that of
// c2sp.org/tlog-checkpoint, in the form of c2sp.org/signed-note with a key of Ed25519 (RFC 8032). It knows nothing of
// what the entries say or where they are kept.
package checkpoint

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// MaxSize is the largest checkpoint that [Open] reads, in bytes. Ours take about 300; others may have signed it too.
const MaxSize = 64 << 10

// Errors that callers may test for with [errors.Is].
var (
	// ErrForm says that something is no checkpoint.
	ErrForm = errors.New("not a checkpoint")
	// ErrSignature says that a checkpoint is not signed by a key that is trusted, or that the signature is not that of its
	// text.
	ErrSignature = errors.New("not signed by the log's key")
)

// A Hash is the SHA-256 of an entry or a node of the tree. Its String is base64, as in a checkpoint.
type Hash = tlog.Hash

// A Head names a state of a log: how many entries it has and the root of the tree over them. Those of another state
// differ. The head of a log without entries has the root SHA-256 of nothing.
type Head struct {
	Size int64
	Root Hash
}

// A Checkpoint is a head as it was signed.
type Checkpoint struct {
	Head
	Origin string // the log's name, which is that of its key
}

// text is what is signed: three lines (c2sp.org/tlog-checkpoint, Note text).
func (c Checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, c.Root)
}

// Open reads a checkpoint that is signed by one of the keys, each in the form of [Key.Verifier]. Signatures of other keys
// beside that one are passed over, as are lines after the third. The error is [ErrForm], [ErrSignature] or [ErrKey].
func Open(signed []byte, verifiers ...string) (Checkpoint, error) {
	if len(signed) > MaxSize {
		return Checkpoint{}, fmt.Errorf("%w: it has more than %d bytes", ErrForm, MaxSize)
	}
	known := make([]note.Verifier, len(verifiers))
	for i, text := range verifiers {
		var err error
		if known[i], err = newVerifier(text); err != nil {
			return Checkpoint{}, err
		}
	}
	n, err := note.Open(signed, note.VerifierList(known...))
	if unverified, ok := errors.AsType[*note.UnverifiedNoteError](err); ok {
		return Checkpoint{}, fmt.Errorf("%w: it is signed by %s", ErrSignature, signers(unverified.Note.UnverifiedSigs))
	}
	if invalid, ok := errors.AsType[*note.InvalidSignatureError](err); ok {
		return Checkpoint{}, fmt.Errorf("%w: the signature by %s is not that of its text", ErrSignature, invalid.Name)
	}
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: it is no signed note", ErrForm)
	}
	c, err := parse(n.Text)
	if err != nil {
		return Checkpoint{}, err
	}
	if c.Origin != n.Sigs[0].Name {
		return Checkpoint{}, fmt.Errorf("%w: it is of %s and signed by %s", ErrSignature, c.Origin, n.Sigs[0].Name)
	}
	return c, nil
}

// signers names the keys of signatures.
func signers(signatures []note.Signature) string {
	names := make([]string, len(signatures))
	for i, s := range signatures {
		names[i] = fmt.Sprintf("%s+%08x", s.Name, s.Hash)
	}
	return strings.Join(names, ", ")
}

// parse reads the text of a checkpoint.
func parse(text string) (Checkpoint, error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) < 3 {
		return Checkpoint{}, fmt.Errorf("%w: it has %d lines, not three", ErrForm, len(lines))
	}
	for i, line := range lines {
		if line == "" {
			return Checkpoint{}, fmt.Errorf("%w: line %d is empty", ErrForm, i+1)
		}
	}
	c := Checkpoint{Origin: lines[0]}
	var err error
	if c.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || c.Size < 0 || strconv.FormatInt(c.Size, 10) != lines[1] {
		return Checkpoint{}, fmt.Errorf("%w: the size is %q", ErrForm, lines[1])
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != len(c.Root) {
		return Checkpoint{}, fmt.Errorf("%w: the root is %q", ErrForm, lines[2])
	}
	copy(c.Root[:], root)
	return c, nil
}
