package checkpoint

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// ErrKey says that something is no key.
var ErrKey = errors.New("not a key")

// maxName is the longest name of a key, in bytes.
const maxName = 200

// maxKeyFile is the largest file of a key, in bytes.
const maxKeyFile = 1 << 10

// A Key signs the heads of one log.
type Key struct {
	signer   note.Signer
	verifier string
	private  string
}

// NewKey makes a key. Its name is that of the log, by custom an address without a scheme such as "example.org/log": up
// to 200 printable characters of ASCII but for the space and the plus. The error is [ErrKey] for another name.
func NewKey(name string) (Key, error) {
	if err := checkName(name); err != nil {
		return Key{}, err
	}
	private, _, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return ParseKey(private)
}

// checkName checks a name more narrowly than c2sp.org/signed-note does, which forbids spaces and the plus only.
func checkName(name string) error {
	odd := func(r rune) bool { return r <= ' ' || r > '~' || r == '+' }
	if name == "" || len(name) > maxName || strings.ContainsFunc(name, odd) {
		return fmt.Errorf("%w: its name is %q; expected one such as example.org/log", ErrKey, name)
	}
	return nil
}

// ParseKey reads a key in the form "PRIVATE+KEY+name+hash+data" of golang.org/x/mod/sumdb/note. The error is [ErrKey] and
// tells nothing of the text.
func ParseKey(private string) (Key, error) {
	private = strings.TrimSpace(private)
	signer, err := note.NewSigner(private)
	if err != nil {
		return Key{}, fmt.Errorf("%w: it is not of the form PRIVATE+KEY+name+hash+data", ErrKey)
	}
	if err := checkName(signer.Name()); err != nil {
		return Key{}, err
	}
	data, err := base64.StdEncoding.DecodeString(strings.SplitN(private, "+", 5)[4])
	if err != nil || len(data) != 1+ed25519.SeedSize {
		return Key{}, fmt.Errorf("%w: it is none of Ed25519", ErrKey)
	}
	public := ed25519.NewKeyFromSeed(data[1:]).Public().(ed25519.PublicKey)
	verifier, err := note.NewEd25519VerifierKey(signer.Name(), public)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return Key{signer, verifier, private}, nil
}

// Name is the key's name, which is the origin of what it signs.
func (k Key) Name() string { return k.signer.Name() }

// Verifier is the public part of the key, "name+hash+data", by which anybody can check its signatures.
func (k Key) Verifier() string { return k.verifier }

// sign returns a head as a checkpoint. The same head always has the same bytes.
func (k Key) sign(h Head) ([]byte, error) {
	return note.Sign(&note.Note{Text: Checkpoint{h, k.Name()}.text()}, k.signer)
}

// CheckVerifier checks the public part of a key. The error is [ErrKey].
func CheckVerifier(text string) error {
	_, err := newVerifier(text)
	return err
}

func newVerifier(text string) (note.Verifier, error) {
	v, err := note.NewVerifier(strings.TrimSpace(text))
	if err != nil {
		return nil, fmt.Errorf("%w: %.300q is not of the form name+hash+data of a public key", ErrKey, text)
	}
	return v, nil
}

// ReadKey reads the file of a key. The error is [ErrKey] or one of reading.
func ReadKey(path string) (Key, error) {
	f, err := os.Open(path)
	if err != nil {
		return Key{}, err
	}
	defer func() { _ = f.Close() }() // opened for reading only
	data, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil {
		return Key{}, err
	}
	if len(data) > maxKeyFile {
		return Key{}, fmt.Errorf("%s: %w: it has more than %d bytes", path, ErrKey, maxKeyFile)
	}
	k, err := ParseKey(string(data))
	if err != nil {
		return Key{}, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}

// Write writes the key into a new file that its owner alone can read. It stands there whole or not at all, whenever the
// machine stops. The error is [os.ErrExist] if there is a file already, which is left alone, or one of writing.
func (k Key) Write(path string) error {
	temporary, err := writeBeside(path, []byte(k.private+"\n"))
	if err != nil {
		return err
	}
	if err := os.Link(temporary, path); err != nil { // unlike a renaming, fails if the file is there
		return errors.Join(err, os.Remove(temporary))
	}
	return errors.Join(os.Remove(temporary), syncFolder(filepath.Dir(path)))
}

// writeBeside writes a new file of mode 0600 into the folder of path, down to the disk, and returns its name.
func writeBeside(path string, data []byte) (name string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".new-")
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// syncFolder brings the names in a folder down to the disk.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
